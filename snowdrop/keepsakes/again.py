"""Making all copies that pages show again, from the originals: after a new way of making them, or where they are gone.

One original after the other, each in the cage, so it takes no more memory for a million than for one. A copy that is
there is replaced in one go by the new one, so pages show the old or the new, and one that cannot be made again stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from snowdrop.keepsakes.jobs import covers_of, is_shown_elsewhere, named_by, say_how_it_stands
from snowdrop.storage import documents, ingest, making, renditions, room
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.models import Made, Original
from snowdrop.storage.sizes import Form

Told = Callable[[int, int], None]
"""Told how many are done, of how many."""


@dataclass
class Summary:
    pictures: int = 0
    recordings: int = 0
    documents: int = 0
    went_on: bool = False  # an earlier run was cut short, and this one went on where that was
    not_made: list[str] = field(default_factory=list)  # digests of the originals


def make(*, anew: bool = False, from_the_start: bool = False, told: Told = lambda _done, _all: None) -> Summary:
    """Make what is missing; with `anew`, everything. Raises DiskIsFull.

    A run with `anew` that is killed is gone on with by the next one, unless that is to begin `from_the_start`.
    """
    place = _Place() if anew else None
    after = place.found() if place and not from_the_start else ""
    summary = Summary(went_on=bool(after))
    every = Original.objects.filter(named_by("photographs", "recordings", "documents")).distinct()
    total = every.count()
    done = every.filter(pk__lte=after).count()
    told(done, total)
    for original in _in_order(every.filter(pk__gt=after)):
        try:
            if original.is_picture:
                _picture(original, anew=anew)
                summary.pictures += 1
            elif original.is_document:
                for page in range(1, original.frames + 1):
                    documents.ensure(original, page, anew=anew)
                summary.documents += 1
            else:
                _recording(original, anew=anew)
                summary.recordings += 1
        except (NotAPicture, CouldNotOpen, FileNotFoundError):
            summary.not_made.append(original.pk)
        if place:
            place.note(original.pk)
        done += 1
        told(done, total)
    if place:
        place.forget()
    return summary


def _in_order(every: QuerySet[Original]) -> Iterator[Original]:
    """Yield originals by their digest, a few at a time: what is read at once would be held for as long as all takes."""
    after = ""
    while few := list(every.filter(pk__gt=after).order_by("pk")[:100]):
        yield from few
        after = few[-1].pk


def _picture(original: Original, *, anew: bool) -> None:
    if not original.colour:
        ingest.look_inside(original)
        original.refresh_from_db()
    ways = sorted(
        {*original.photographs.values_list("turned", "covered"), *([(0, "")] if is_shown_elsewhere(original) else [])}
    )
    for turn, covered in ways:
        for form in (Form.JPEG, Form.AVIF):
            renditions.ensure(original, turn, form, covered, anew=anew)
    if anew:
        # Whatever else is there is of another size, of a way that nobody wants any more, or made when it is asked for.
        renditions.forget(original.pk, but=ways)


def _recording(original: Original, *, anew: bool) -> None:
    covers = covers_of(original)
    is_there = all(making.is_there(original, covered) for covered in covers)
    if not anew and is_there and original.made == Made.DONE:
        return
    making.make(original, covers, anew=anew)
    say_how_it_stands(original)


class _Place:
    """How far a run came, in a file beside the copies: they are not in a backup, and neither is this."""

    def __init__(self) -> None:
        self._path = Path(settings.DATA) / "renditions" / "again.json"

    def found(self) -> str:
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            return str(json.loads(self._path.read_text(encoding="ascii"))["after"])
        return ""

    def note(self, after: str) -> None:
        new = self._path.with_suffix(".new")
        with room.told_plainly():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.write_text(json.dumps({"after": after}), encoding="ascii")
            new.replace(self._path)

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)
