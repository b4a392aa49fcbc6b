"""Adding a file: kept once as it came, with a keeping of its kind that carries it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.db import transaction

from snowdrop.dates.edtf import NotADate, RoughDate, parse
from snowdrop.keepsakes import jobs, names
from snowdrop.keepsakes.models import Document, FromHospital, Keepsake, Photograph, Recording
from snowdrop.memorials import keepings
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.storage import documents, ingest, kinds, pictures, recordings, scans
from snowdrop.storage.cage import Busy
from snowdrop.storage.models import Original
from snowdrop.storage.originals import Received


@dataclass(frozen=True)
class Way:
    """How files of one form are taken in: known by their first bytes."""

    knows: Callable[[bytes], bool]
    take_in: Callable[[Received], Original]
    look: Callable[[Path], bool]  # opens it in the cage and keeps nothing: whether it is damaged
    is_seen: bool = True  # rests, and is not added, where a family shows no pictures


def _look_at_recording(path: Path) -> bool:
    recordings.look(path)
    return False


def _look_at_document(path: Path) -> bool:
    with documents.opened(path):
        return False


def _look_at_scan(path: Path) -> bool:
    with scans.opened(path):
        return False


SOUNDS_AND_FILMS = Way(
    lambda head: kinds.container(head) is not None, ingest.take_in_recording, _look_at_recording, is_seen=False
)
# The first that knows a file takes it. Whatever nobody knows is looked at as a picture, and told why it is none.
WAYS = (
    SOUNDS_AND_FILMS,
    Way(kinds.is_document, ingest.take_in_document, _look_at_document),
    Way(kinds.is_scan, ingest.take_in_scan, _look_at_scan),
)
PICTURES = Way(lambda _head: True, partial(ingest.take_in, soon=True), lambda path: pictures.look(path).damaged)


@dataclass(frozen=True)
class Added:
    kept: Keepsake
    was_here: bool  # this file was here before, and nothing was added

    @property
    def photograph(self) -> Photograph:
        """For whoever takes pictures only."""
        assert isinstance(self.kept, Photograph)
        return self.kept


def add(
    received: Received,
    *,
    by: Viewer,
    came_as: str = "",
    audience: Circle = Circle.KEEPERS,
    batch: uuid.UUID | None = None,
    closed: bool = False,
    drawn_by: str = "",
    pictures_only: bool = False,
) -> Added:
    """Keep a received file: a photograph, a recording, a document; return the one the viewer has before them.

    `closed`: with a cover from the first moment on. `drawn_by`: the child who signs it. What came from a hospital
    begins with the keepers at most.
    Raises NotForYou, NotAPicture, CouldNotOpen, DiskIsFull; the file is gone then.
    """
    way = PICTURES if pictures_only else way_of(received)
    if not by.may(Act.ADD) or not (by.memorial.shows_pictures or not way.is_seen):
        received.discard()
        raise NotForYou
    original = way.take_in(received)
    with transaction.atomic():
        # Two hands may add the same file at once. They queue here, and the second finds the first one's.
        if not Original.objects.select_for_update().filter(pk=original.pk).exists():
            raise Busy("deleted for good in this very moment")
        row = of(original)
        if (here := _here(type(row), original.sha256, by)) is not None:
            return Added(here, was_here=True)
        if isinstance(row, Photograph):
            row.drawn_by = drawn_by
        row.came_as, row.batch, row.is_closed = names.as_it_came(came_as), batch, closed
        # Nobody else sees a name that may stand in it before somebody who knows it looked.
        row.audience = max(audience, Circle.KEEPERS) if original.is_scan else audience
        row.memorial = by.memorial
        row.date = date_of(original)
        row.order_key = row.order_key_now()
        keepings.keep(row, by=by)
        jobs.make_ready(row)
    return Added(row, was_here=False)


def of(original: Original) -> Keepsake:
    """Return a new row of the kind that carries this file, of nobody yet."""
    if original.is_document:
        return Document(original=original)
    kept: FromHospital
    kept = Photograph(original=original) if original.is_picture else Recording(original=original)
    if isinstance(kept, Recording):
        kept.is_film = original.is_film
    kept.is_from_hospital = original.is_scan
    return kept


def way_of(received: Received) -> Way:
    with received.arrived.open("rb") as file:
        head = file.read(kinds.HEAD)
    return next((way for way in WAYS if way.knows(head)), PICTURES)


def here(original: Original, viewer: Viewer) -> Keepsake | None:
    """Return the keeping of this file that the viewer sees or looks after; never somebody else's "Only me"."""
    return _here(type(of(original)), original.sha256, viewer)


def already_here(sha256: str, viewer: Viewer) -> Photograph | None:
    """Return the photograph of this picture that the viewer sees or looks after; never somebody else's "Only me"."""
    found = _here(Photograph, sha256, viewer)
    assert found is None or isinstance(found, Photograph)
    return found


def _here(kind: type[Keepsake], sha256: str, viewer: Viewer) -> Keepsake | None:
    for theirs in (kind.objects.visible_to(viewer), kind.objects.changeable_by(viewer)):
        found: Keepsake | None = theirs.of_file(sha256).select_related("original", "memorial").in_order().first()
        if found is not None:
            return found
    return None


def date_of(original: Original) -> RoughDate | None:
    """The day on which the camera says it was taken."""
    try:
        return parse(original.taken) if original.taken else None
    except NotADate:
        return None
