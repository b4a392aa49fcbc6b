from __future__ import annotations

from dataclasses import replace

import pytest

from snowdrop.config import floors
from snowdrop.config.floors import FLOORS, BelowFloor, Floor


@pytest.mark.parametrize(
    ("version", "below"),
    [
        ("5.2.18", True),
        ("5.2.19", False),
        ("5.1.99", True),  # a line that gets no more mends: the highest floor counts
        ("6.0.9", True),
        ("6.0.10", False),
        ("6.2", False),
    ],
)
def test_a_version_is_measured_against_the_floor_of_its_own_line(version, below):
    assert floors.is_below(version, ("5.2.19", "6.0.10", "6.1.3")) is below


def test_what_is_installed_here_may_start():
    floors.refuse_what_is_too_old()

    refusing = {floor.part: floor.holds for floor in FLOORS if floor.refuses}
    assert refusing == {"Django": True, "Pillow": True, "ffmpeg": True}


def test_a_part_that_is_too_old_refuses_the_start_and_says_what_is_needed(monkeypatch):
    old = Floor("Pillow", ("13.0.0",), "a picture made for it can run a program in older ones", True, lambda: "12.3.0")
    monkeypatch.setattr(floors, "FLOORS", (old,))

    with pytest.raises(BelowFloor) as refused:
        floors.refuse_what_is_too_old()
    assert str(refused.value) == (
        "Pillow 12.3.0 is too old, it has to be 13.0.0 or newer: a picture made for it can run a program in older ones."
    )


def test_what_is_not_installed_refuses_nothing(monkeypatch):
    absent = replace(FLOORS[0], version=lambda: None)
    monkeypatch.setattr(floors, "FLOORS", (absent,))
    floors.refuse_what_is_too_old()

    assert absent.sentence() == "Django is not installed."


def test_an_old_python_is_named_and_does_not_refuse():
    named = [floor.part for floor in FLOORS if not floor.refuses]

    assert named == ["SQLite", "Python"]


def test_the_ffmpeg_in_use_is_a_program_that_says_the_same_version():
    found = floors.ffmpeg()
    assert found is not None
    path, version = found

    assert floors._version_of_ffmpeg(path, 0) == version
