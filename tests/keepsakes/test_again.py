"""Copies that are made again: all of them, with the old ones showing until then, also when it is killed half way."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from snowdrop.keepsakes import adding, again
from snowdrop.keepsakes.again import Summary
from snowdrop.storage import making, originals, renditions
from snowdrop.storage.models import Made
from snowdrop.storage.sizes import Form
from tests.conftest import MATERIAL
from tests.host.conftest import first_house, lived_in

__all__ = ["first_house", "lived_in"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def heartbeat(keeper):
    received = originals.receive_file(MATERIAL / "recordings" / "chirp-1.mp3")
    return adding.add(received, by=keeper).kept


def files_of(row) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in renditions.folder(row.original_id).glob(f"{row.original_id}-*")}


def test_what_is_missing_is_made_and_what_is_there_is_let_be(add, heartbeat):
    photograph = add(1, size=(3_000, 200))
    renditions.ensure(photograph.original)
    before = files_of(photograph)
    there, gone = sorted(before)
    (renditions.folder(photograph.original_id) / gone).unlink()
    (renditions.folder(photograph.original_id) / there).write_bytes(b"as it was")

    summary = again.make()

    heartbeat.original.refresh_from_db()
    after = files_of(photograph)
    assert summary == Summary(pictures=1, recordings=1)
    assert (after[there], after[gone]) == (b"as it was", before[gone])
    assert renditions.avif(photograph.original, 0, 480) is not None
    assert (heartbeat.original.made, making.is_there(heartbeat.original)) == (Made.DONE, True)


def test_all_are_made_anew_and_what_no_page_shows_any_more_goes(add, heartbeat):
    photograph = add(1)
    making.make(heartbeat.original)
    (name, content), *_none = files_of(photograph).items()
    folder = renditions.folder(photograph.original_id)
    (folder / name).write_bytes(b"made otherwise, years ago")
    renditions.ensure(photograph.original, 90)
    sound = making.path(heartbeat.original, making.Part.OPUS)
    sound.write_bytes(b"made otherwise")

    summary = again.make(anew=True)

    found = files_of(photograph)
    assert summary == Summary(pictures=1, recordings=1)
    assert found[name] == content
    assert {file.rpartition(".")[2] for file in found} == {Form.JPEG.value, Form.AVIF.value}
    assert not any("-90-" in file for file in found)
    assert sound.read_bytes() != b"made otherwise"


def test_what_cannot_be_made_again_is_named_and_its_old_copies_stay(add):
    photograph, other = add(1), add(2)
    before = files_of(photograph)
    originals.path(photograph.original_id).write_bytes(b"\xff\xd8\xff" + b"no picture any more")

    summary = again.make(anew=True)

    assert summary == Summary(pictures=1, not_made=[photograph.original_id])
    assert files_of(photograph) == before
    assert files_of(other) != {}


STOPS = """
import django, sys
django.setup()
from snowdrop.keepsakes import again

def told(done, total):
    print(done, total, flush=True)
    sys.stdin.readline()

again.make(anew=True, told=told)
"""


def test_one_that_is_killed_goes_on_where_it_was(lived_in):
    house, _made = lived_in
    env = {**house.environment, "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", STOPS], env=env, **pipes) as process:
        assert process.stdout.readline() == "0 2\n"
        process.stdin.write("on\n")
        process.stdin.flush()
        assert process.stdout.readline() == "1 2\n"
        process.kill()

    rest = house.run("renditions", "--again", "--json")
    all_of_it = house.run("renditions", "--again", "--json")

    assert (rest.returncode, rest.stderr) == (0, "")
    assert json.loads(rest.stdout) == {"pictures": 1, "recordings": 0, "documents": 0, "went_on": True, "not_made": []}
    assert json.loads(all_of_it.stdout) == {
        "pictures": 2,
        "recordings": 0,
        "documents": 0,
        "went_on": False,
        "not_made": [],
    }
