"""A stranger's cruel words and a neighbour's kind ones, and what each of the family meets of them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import begins, own_address
from tests.journeys.test_asking_in import asks_in, writes

pytestmark = pytest.mark.journey

CRUEL = "You should have gone to another hospital."
KIND = "I say her name when the hedge is loud."


def family_that_takes_words(somebody):
    """Mara looks after the page, Ines reads first, and whoever has a link may write; return them and the link."""
    mara, ines = somebody(), somebody()
    path = begins(mara, "Wren", own_address())
    ines.goes_to(asks_in(mara, path, "Ines", "A friend or relative"))
    ines.presses("Come in")
    ines.reads("Wren")
    writes(mara, path, "It snowed that morning.", "Anyone with the link")
    mara.goes_to(f"{path}")
    mara.opens("Look after this page")
    mara.follows("How words come here")
    mara.page.get_by_label("Somebody we ask").check()
    mara.page.get_by_label("Whom do you ask?").select_option(label="Ines")
    mara.presses("Go on")
    mara.page.get_by_role("group", name="Who may leave words?").get_by_label("Anyone with the link").check()
    mara.presses("Keep it like this")
    mara.reads("It is kept like this.")
    return mara, ines, path, guest_link(mara, path)


def guest_link(keeper, path: str) -> str:
    return asks_in(keeper, path, "The neighbours", "Someone who only reads, without signing in")


def leaves_words(visitor, path: str, text: str, signed: str) -> str:
    """Leave words; return the address of the link by which they are mended."""
    visitor.goes_to(f"{path}words/")
    visitor.follows("Leave a few words")
    visitor.types("Your words", text)
    visitor.types("Your name, as you want to sign", signed)
    visitor.presses("Leave these words")
    visitor.reads("The family will read them when they are ready.")
    return urlsplit(visitor.page.locator("a.address").get_attribute("href")).path


@pytest.mark.postgresql_too
def test_a_strangers_cruel_words_are_not_shown_by_a_companion_and_never_met_by_a_keeper(somebody):
    mara, ines, path, link = family_that_takes_words(somebody)
    neighbour = somebody(java_script_enabled=False)
    neighbour.goes_to(link)
    neighbour.page.get_by_role("button").first.click()
    leaves_words(neighbour, path, CRUEL, "Somebody")
    kind = leaves_words(neighbour, path, KIND, "Number 9")

    ines.goes_to(f"{path}words/")
    ines.follows("Waiting to be read")
    ines.reads(CRUEL)
    ines.presses("Do not show it")
    ines.reads("The family does not meet it, and nobody is told.")
    ines.reads(KIND)
    ines.page.keyboard.press("1")
    ines.reads("It shows now.")
    ines.reads("Nothing waits.")

    mara.goes_to(f"{path}words/")
    mara.reads(KIND)
    every_page = [
        *("", "words/", "words/book/", "words/asked/", "words/asked/?not-shown=yes", "waiting/", "put-away/", "log/"),
        *("find/?q=hospital", "story/", "people/", "feed/", "about/"),
    ]
    for page in every_page:
        mara.goes_to(f"{path}{page}")
        mara.does_not_read(CRUEL)
    assert CRUEL.encode() not in b"".join(file.read_bytes() for file in mara.mails.glob("*"))

    neighbour.goes_to(kind)
    neighbour.reads("The family will read them when they are ready.")
    neighbour.presses("Take them back")
    mara.goes_to(f"{path}words/")
    mara.does_not_read(KIND)


def test_words_survive_a_lost_connection_and_are_kept_once(somebody):
    _mara, _ines, path, link = family_that_takes_words(somebody)
    neighbour = somebody()
    neighbour.goes_to(link)
    neighbour.page.get_by_role("button").first.click()
    neighbour.goes_to(f"{path}words/leave/")
    neighbour.types("Your words", KIND)
    neighbour.types("Your name, as you want to sign", "Number 9")
    neighbour.context.set_offline(True)
    neighbour.presses("Leave these words")
    neighbour.reads("There is no connection at this moment. Your words are kept on this device")

    neighbour.context.set_offline(False)
    neighbour.page.reload()
    expect(neighbour.page.get_by_label("Your words", exact=True)).to_have_value(KIND)
    neighbour.reads("What you began to write is still here.")
    neighbour.presses("Leave these words")
    neighbour.reads("Your words are kept")

    neighbour.goes_to(f"{path}words/leave/")
    expect(neighbour.page.get_by_label("Your words", exact=True)).to_have_value("")


def test_an_answer_is_undone_and_words_are_answered_in_a_list(somebody):
    mara, ines, path, link = family_that_takes_words(somebody)
    neighbour = somebody()
    neighbour.goes_to(link)
    neighbour.page.get_by_role("button").first.click()
    for number in range(3):
        leaves_words(neighbour, path, f"Words number {number}.", "Number 9")

    ines.goes_to(f"{path}words/door/")
    ines.presses("Show it")
    ines.reads("It shows now.")
    ines.presses("Undo")
    ines.reads("Words number 0.")
    ines.follows("Many at once")
    for box in ines.page.locator("input[name=ids]").all():
        box.check()
    ines.presses("Show it")
    mara.goes_to(f"{path}words/")
    for number in range(3):
        mara.reads(f"Words number {number}.")
