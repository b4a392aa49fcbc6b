"""A family's chat: the companion brings it in and lets one message in, and the keeper meets no other."""

from __future__ import annotations

import zipfile

import pytest

from tests.journeys.test_words import family_that_takes_words

pytestmark = pytest.mark.journey

CHAT = """[04.03.24, 18:02:11] Fern: \u200eMessages and calls are end-to-end encrypted.
[04.03.24, 18:02:11] Oma Hedda: I sewed the yellow blanket.
[04.03.24, 18:03:00] Mara ❤️: Thank you for bringing soup.
[25.03.24, 09:00:00] +49 151 0000 1234: You can have another one.
"""


def looks_until(companion, heading: str) -> None:
    """Press "Look again" until the worker has done its part."""
    for _time in range(60):
        if companion.page.get_by_role("heading", name=heading).count():
            return
        companion.page.wait_for_timeout(500)
        companion.follows("Look again")
    companion.reads(heading)


def test_a_companion_brings_a_chat_in_and_lets_one_message_in(somebody, tmp_path):
    mara, ines, path, _link = family_that_takes_words(somebody)
    chat = tmp_path / "WhatsApp Chat - Wren.zip"
    with zipfile.ZipFile(chat, "w") as packed:
        packed.writestr("_chat.txt", CHAT)

    ines.goes_to(f"{path}words/door/")
    ines.opens("More choices")
    ines.follows("Bring in words that came elsewhere")
    ines.page.get_by_label("A file with words").set_input_files(chat)
    ines.presses("See who wrote")
    looks_until(ines, "Whose words may come?")
    ines.reads("From 4 March 2024 to 25 March 2024.")
    ines.does_not_read("blanket")
    ines.page.get_by_label("Mara ❤️").uncheck()
    ines.presses("Let them wait at the door")
    looks_until(ines, "They wait at the door")
    ines.follows("Waiting to be read")
    ines.reads("I sewed the yellow blanket.")
    ines.presses("Show it")
    ines.reads("You can have another one.")
    ines.presses("Do not show it")
    ines.reads("Nothing waits.")

    mara.goes_to(f"{path}words/")
    mara.reads("I sewed the yellow blanket.")
    for page in ("", "words/", "words/asked/?not-shown=yes", "find/?q=another", "story/"):
        mara.goes_to(f"{path}{page}")
        mara.does_not_read("You can have another one.")
        mara.does_not_read("Thank you for bringing soup.")
