from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from PIL import Image

from snowdrop.storage import ingest, originals, renditions
from snowdrop.storage.renditions import Shown
from snowdrop.storage.sizes import Form

pytestmark = pytest.mark.django_db


@pytest.fixture
def original(material):
    return ingest.take_in_file(material / "orientation" / "Landscape_6.jpg")


@pytest.fixture
def large(tmp_path):
    Image.effect_noise((1600, 1200), 60).save(tmp_path / "large.jpg", quality=40)
    return ingest.take_in_file(tmp_path / "large.jpg")


def test_a_page_learns_the_sizes_without_opening_a_file(large, original):
    assert renditions.shown(large) == [Shown(480, 480, 360), Shown(1280, 1280, 960), Shown(2400, 1600, 1200)]
    assert renditions.shown(large, 90) == [Shown(480, 360, 480), Shown(1280, 960, 1280), Shown(2400, 1200, 1600)]
    assert renditions.shown(original) == [Shown(480, 360, 240)]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_rendition_is_as_large_as_was_said(large, turn):
    for shown in renditions.shown(large, turn):
        with Image.open(renditions.path(large, turn, shown.size)) as picture:
            assert picture.size == (shown.width, shown.height)


def test_a_small_picture_answers_a_large_size_with_what_it_has(original):
    assert renditions.path(original, 0, 2400) == renditions.path(original, 0, 480)


def test_a_rendition_that_is_missing_or_empty_is_made_again(large):
    file = renditions.path(large, 0, 1280)
    made = file.read_bytes()

    file.unlink()
    again = renditions.path(large, 0, 1280).read_bytes()
    file.write_bytes(b"")  # as a power cut leaves it
    once_more = renditions.path(large, 0, 1280).read_bytes()

    assert (again, once_more) == (made, made)


def test_what_is_asked_for_at_once_is_made_once(large, monkeypatch):
    made, together = [], threading.Barrier(6)
    make = renditions.pictures.made
    monkeypatch.setattr(renditions.pictures, "made", lambda *args, **more: made.append(more) or make(*args, **more))

    def one(_number: int):
        together.wait()
        return renditions.path(large, 90, 480)

    with ThreadPoolExecutor(6) as pool:
        files = set(pool.map(one, range(6)))

    assert made == [{"orientation": 1, "turned": 90, "sizes": [480, 1280, 2400], "form": Form.JPEG}]
    assert [file.exists() for file in files] == [True]


def test_forgetting_removes_every_turn_and_leaves_the_original(large, settings):
    renditions.ensure(large, 90)

    renditions.forget(large.sha256)

    assert [path for path in (settings.DATA / "renditions").rglob("*") if path.is_file()] == []
    assert originals.path(large.sha256).exists()


@pytest.mark.parametrize(("turn", "size"), [(45, 480), (0, 481), (0, 0), (-90, 480)])
def test_no_other_size_or_turn_is_made(original, turn, size):
    with pytest.raises(ValueError, match="of ours"):
        renditions.path(original, turn, size)


def test_a_rendition_of_an_original_that_is_gone_is_told(original):
    originals.path(original.sha256).unlink()

    with pytest.raises(FileNotFoundError):
        renditions.path(original, 90, 480)


def test_an_avif_is_there_once_it_was_made(large):
    before = renditions.avif(large, 0, 480)

    renditions.ensure(large, 0, Form.AVIF)

    made = [renditions.avif(large, 0, size) for size in (480, 1280, 2400)]
    assert (before, [Image.open(file).size for file in made]) == (None, [(480, 360), (1280, 960), (1600, 1200)])
    assert renditions.avif(large, 90, 480) is None


def test_an_avif_is_asked_for_once_and_after_a_day_again(large):
    def ask() -> list[bool]:
        return [renditions.first_to_ask(large, turn) for turn in (0, 0, 90)]

    first, at_once = ask(), ask()
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=False):
        tomorrow = renditions.first_to_ask(large, 0)

    assert (first, at_once, tomorrow) == ([True, False, True], [False, False, False], True)


def test_a_picture_that_moves_is_made_once_and_as_large_as_was_said(material):
    candle = ingest.take_in_file(material / "gif" / "candle-loop.gif")

    made = renditions.moving(candle, 90)
    again = renditions.moving(candle, 90)

    shown = renditions.shown_moving(candle, 90)
    assert Image.open(made).size == (shown.width, shown.height) == (180, 240)
    assert (made, made.stat().st_ino) == (again, again.stat().st_ino)


def test_nothing_is_left_of_a_picture_that_is_forgotten(large, material, settings):
    candle = ingest.take_in_file(material / "gif" / "candle-loop.gif")
    for original in (large, candle):
        renditions.ensure(original, 90, Form.AVIF)
        renditions.first_to_ask(original, 90)
    renditions.moving(candle)

    renditions.forget(candle.sha256)

    left = {path.name[:64] for path in (settings.DATA / "renditions").rglob("*") if path.is_file()}
    assert left == {large.sha256}
