"""Where baked pages are kept: what is damaged, another's or too large is none, and the folder stays within its size."""

from __future__ import annotations

import os

import pytest

from snowdrop.reading import baked, kept
from snowdrop.reading.baked import Baked, NotBaked
from snowdrop.reading.kept import Kept

HEADERS = [("Content-Type", "text/html; charset=utf-8")]


def page(words: str) -> Baked:
    return baked.compressed(words.encode(), HEADERS)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "baked"


def test_a_page_is_found_again_also_after_a_start(folder):
    Kept(folder).keep("one", page("the story"))

    found = Kept(folder).find("one")

    assert found == page("the story")
    assert found.ready == page("the story").ready
    assert Kept(folder).find("two") is None


def test_a_picture_is_found_again_by_where_it_lies(folder, tmp_path):
    picture = Baked([("Content-Type", "image/jpeg")], etag='"p"', file=tmp_path / "480.jpg")
    Kept(folder).keep("picture", picture)

    assert Kept(folder).find("picture") == picture


@pytest.mark.parametrize("cut", [0, 1, 20, 200, -1, -33])
def test_a_half_written_page_is_none(cut, folder):
    one = Kept(folder)
    one.keep("one", page("the story " * 50))
    path = one.path("one")
    path.write_bytes(path.read_bytes()[:cut])

    assert Kept(folder).find("one") is None


def test_a_page_with_a_flipped_bit_is_none(folder):
    one = Kept(folder)
    one.keep("one", page("the story"))
    data = bytearray(one.path("one").read_bytes())
    for place in (3, len(data) // 2, len(data) - 5):
        changed = data.copy()
        changed[place] ^= 1
        one.path("one").write_bytes(changed)
        assert Kept(folder).find("one") is None


def test_two_keys_in_one_place_never_answer_for_each_other(folder, monkeypatch):
    """A collision, forced: whatever the file is called, the page says whose it is."""
    monkeypatch.setattr(Kept, "path", lambda self, _key: folder / "ab" / "cd")
    Kept(folder).keep("for the keepers", page("private"))

    assert Kept(folder).find("for everyone") is None
    assert Kept(folder).find("for the keepers") == page("private")
    with pytest.raises(NotBaked):
        baked.from_bytes((folder / "ab" / "cd").read_bytes(), "for everyone")


def test_a_page_larger_than_the_limit_is_not_kept(folder):
    one = Kept(folder)
    one.keep("large", Baked(HEADERS, etag='"l"', plain=b"x" * (kept.LARGEST + 1)))

    assert one.find("large") is None
    assert not folder.exists()


def test_memory_stays_within_its_size_and_the_folder_still_has_the_rest(folder):
    one = Kept(folder, in_memory=3 * page("x" * 5_000).size + 500)
    for number in range(10):
        one.keep(str(number), page(f"{number}" * 5_000))

    assert len(one._pages) == 3
    assert one.find("0") == page("0" * 5_000)


def test_the_folder_stays_within_its_size_and_keeps_what_was_asked_for_last(folder):
    one = Kept(folder)
    for number in range(6):
        one.keep(str(number), page(f"{number}" * 100))
        os.utime(one.path(str(number)), (number, number))
    each = one.path("0").stat().st_size

    gone = Kept(folder, in_folder=3 * each + 10).sweep()

    assert gone == 3
    assert [number for number in range(6) if one.path(str(number)).exists()] == [3, 4, 5]


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(folder, caplog):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    one = Kept(folder)

    one.keep("one", page("the story"))

    assert one.find("one") == page("the story")
    assert "a made page could not be kept" in caplog.text
