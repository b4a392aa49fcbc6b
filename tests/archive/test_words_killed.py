"""A process that is killed in the middle of a mailbox, by the system and without a warning, goes on where it was."""

from __future__ import annotations

import subprocess
import sys

from tests.archive.words import written
from tests.host.conftest import new_house

__all__ = ["new_house"]

BEGIN = """
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from snowdrop.memorials import beginning
from snowdrop.memorials.access import stand
from snowdrop.people.models import Person
from snowdrop.words import book
from snowdrop.words.models import Book
mara = Person.objects.create(name="Mara")
memorial = beginning.begin(by=mara, name="Wren")
book.answer(Book.FirstReader.US, by=stand(memorial, mara))
answer = memorial.slug
"""

# Stops after each two words and waits to be told to go on.
BRING = """
import django, sys
django.setup()
from pathlib import Path
from snowdrop.archive.importers.elsewhere import bringing
from snowdrop.memorials.access import stand
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person
bringing.TOGETHER = 2

def tell(words, new):
    print(words, flush=True)
    sys.stdin.readline()

bringing.bring_in(Path(sys.argv[1]), by=lambda: stand(Memorial.objects.get(), Person.objects.get()), tell=tell)
"""

KEPT = """
from snowdrop.words.models import KindWord
answer = sorted(KindWord.objects.values_list("text", flat=True))
"""


def killed_after(words, path, house):
    """Begin to bring a file in, and kill the process when so many words were written down."""
    env = {**house.environment, "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    command = [sys.executable, "-c", BRING, str(path)]
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while int(process.stdout.readline()) < words:
            process.stdin.write("on\n")
            process.stdin.flush()
        process.kill()


def test_what_was_killed_again_and_again_goes_on_with_every_word_and_none_twice(new_house, tmp_path):
    house = new_house()
    house.data.mkdir(mode=0o700)
    slug = house.ask(BEGIN)
    path = written(tmp_path / "a.csv", "name,text\n" + "".join(f"Lumi,word {number}\n" for number in range(9)))

    halves = []
    for words in (2, 4, 6):
        killed_after(words, path, house)
        halves.append(house.ask(KEPT))
    again = house.run("words", str(path), "--memorial", slug)

    assert halves == [[f"word {number}" for number in range(words)] for words in (2, 4, 6)]
    assert (again.returncode, again.stderr, again.stdout.splitlines()) == (
        0,
        "",
        ["3 texts came and wait to be read first.", "6 are here already."],
    )
    assert house.ask(KEPT) == [f"word {number}" for number in range(9)]
