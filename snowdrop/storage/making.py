"""What pages play of a film or a sound: made after the answer, below `renditions/`, and made again if it is gone."""

from __future__ import annotations

import fcntl
import math
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from django.db.models import F

from snowdrop.storage import originals, pictures, recordings, renditions
from snowdrop.storage.models import Made, Original
from snowdrop.storage.recordings import Part, Played

TRIES = 5  # also those that ended with their worker: one that takes the machine down is not tried for ever
_TOLD_EVERY = 5  # of a hundred


class Bars(NamedTuple):
    """A sound drawn as it goes on."""

    width: int
    height: int
    bars: list[tuple[int, int, int]]  # x, y and height of each


def parts_of(original: Original) -> tuple[Part, ...]:
    return (Part.FILM, Part.POSTER) if original.is_film else (Part.OPUS, Part.AAC)


def path(original: Original, part: Part, covered: str = "") -> Path | None:
    """Return the file of this part, if it was made. `covered`: as `renditions.path` has it."""
    file = _file(original.sha256, part, covered)
    return file if part in parts_of(original) and renditions.is_whole(file) else None


def is_there(original: Original, covered: str = "") -> bool:
    """Whether a page can play it now. A film may be without a picture that stands still."""
    return all(path(original, part, covered) for part in parts_of(original) if part is not Part.POSTER)


def begin(original: Original) -> bool:
    """Note that it is tried once more; False, and given up, where it was tried often enough."""
    rows = Original.objects.filter(pk=original.pk)
    if rows.filter(tries__lt=TRIES).update(tries=F("tries") + 1, made=Made.WAITS, made_so_far=0):
        original.refresh_from_db(fields=["tries", "made"])
        return True
    rows.update(made=Made.FAILED)
    return False


def take_back(original: Original) -> None:
    """Let a try not count that was broken off because the worker ends."""
    Original.objects.filter(pk=original.pk, tries__gt=0).update(tries=F("tries") - 1)


def may_try_again(original: Original) -> bool:
    return original.tries < TRIES


def give_up(original: Original) -> None:
    Original.objects.filter(pk=original.pk).update(made=Made.FAILED)


def ask_again(original: Original) -> None:
    """Let it be tried from the beginning."""
    Original.objects.filter(pk=original.pk).update(made=Made.WAITS, tries=0, made_so_far=0)


def make(original: Original, covers: Collection[str] = ("",), *, anew: bool = False) -> None:
    """Make what pages play of it, and write down what was learned. Does nothing but that where it is there.

    `covers`: in which ways its sides are covered on pages, of a hospital's film; made is each of them. With `anew`
    it is made also where it is there, and what is there plays until then.
    Raises FileNotFoundError, NotAPicture, CouldNotPlay or DiskIsFull.
    """
    with originals.open(original.sha256) as file:
        # The only maker of it, be there others in another process. Falls with the file.
        fcntl.flock(file, fcntl.LOCK_EX)
        learned: dict[str, object] = {}
        for covered in covers:
            if not anew and is_there(original, covered):
                continue
            with _played(original, covered) as played:
                if poster := played.files.get(Part.POSTER):
                    learned["colour"] = pictures.look(poster).colour
                for part, made in played.files.items():
                    renditions.place_as(_file(original.sha256, part, covered), made)
                if played.duration:
                    learned["duration"] = played.duration
                if played.peaks:
                    learned["peaks"] = played.peaks
        Original.objects.filter(pk=original.pk).update(made=Made.DONE, made_so_far=100, tries=0, **learned)


def _played(original: Original, covered: str) -> AbstractContextManager[Played]:
    source, note = originals.path(original.sha256), _Note(original)
    if original.is_scan:
        return recordings.scan(source, covered=covered, told=note)
    return recordings.film(source, told=note) if original.is_film else recordings.sound(source, told=note)


class _Note:
    """Writes down how far it is, now and then: each note is a write that others wait for."""

    def __init__(self, original: Original) -> None:
        self._original, self._last = original, 0

    def __call__(self, done: int) -> None:
        if done - self._last >= _TOLD_EVERY:
            self._last = done
            Original.objects.filter(pk=self._original.pk).update(made_so_far=done)


def waveform(peaks: list[int], *, height: int = 80, step: int = 3) -> Bars:
    """Return the bars of a waveform, mirrored about its middle. `step`: units from one bar to the next."""
    bars = []
    for index, peak in enumerate(peaks):
        # As an ear hears it: half as loud looks like more than half.
        tall = max(2, round(height * math.sqrt(max(0, min(100, peak)) / 100)))
        bars.append((index * step, (height - tall) // 2, tall))
    return Bars(max(1, len(peaks) * step - 1), height, bars)


def _file(sha256: str, part: Part, covered: str = "") -> Path:
    return renditions.folder(sha256) / f"{sha256}{renditions.under(covered)}-{part.value}"
