"""Adding a photograph or a recording: the file as it came, kept once, and a keeping that carries it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction

from snowdrop.dates.edtf import NotADate, RoughDate, parse
from snowdrop.keepsakes import jobs, names
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials import keepings
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.storage import ingest, kinds
from snowdrop.storage.cage import Busy
from snowdrop.storage.models import Original
from snowdrop.storage.originals import Received


@dataclass(frozen=True)
class Added:
    photograph: Photograph
    was_here: bool  # this picture was here before, and nothing was added

    @property
    def kept(self) -> Photograph | Recording:
        return self.photograph


@dataclass(frozen=True)
class AddedRecording:
    kept: Recording
    was_here: bool


def is_recording(received: Received) -> bool:
    """Whether a film or a sound arrived, by its first bytes."""
    with received.arrived.open("rb") as file:
        return kinds.container(file.read(kinds.HEAD)) is not None


def add(
    received: Received,
    *,
    by: Viewer,
    came_as: str = "",
    audience: Circle = Circle.KEEPERS,
    batch: uuid.UUID | None = None,
    closed: bool = False,
    drawn_by: str = "",
) -> Added:
    """Keep a received file as a photograph; return the one that is here where the viewer has it before them already.

    `closed`: with a cover from the first moment on. `drawn_by`: the child who signs it.
    Raises NotForYou, NotAPicture, CouldNotOpen, DiskIsFull; the file is gone then.
    """
    if not by.may(Act.ADD) or not by.memorial.shows_pictures:
        received.discard()
        raise NotForYou
    original = ingest.take_in(received, soon=True)
    with transaction.atomic():
        # Two hands may add the same picture at once. They queue here, and the second finds the first one's.
        if not Original.objects.select_for_update().filter(pk=original.pk).exists():
            raise Busy("deleted for good in this very moment")
        if (here := already_here(original.sha256, by)) is not None:
            return Added(here, was_here=True)
        photograph = Photograph(original=original, came_as=names.as_it_came(came_as), batch=batch, audience=audience)
        photograph.is_closed, photograph.drawn_by = closed, drawn_by
        photograph.memorial = by.memorial
        photograph.date = date_of(original)
        photograph.order_key = photograph.order_key_now()
        keepings.keep(photograph, by=by)
        jobs.make_renditions.enqueue([[original.sha256, photograph.turned]])
    return Added(photograph, was_here=False)


def add_recording(
    received: Received,
    *,
    by: Viewer,
    came_as: str = "",
    audience: Circle = Circle.KEEPERS,
    batch: uuid.UUID | None = None,
    closed: bool = False,
) -> AddedRecording:
    """Keep a received film or sound as a recording, as `add` does; what pages play of it is made after.

    Raises NotForYou, NotAPicture, CouldNotOpen, DiskIsFull; the file is gone then.
    """
    if not by.may(Act.ADD):
        received.discard()
        raise NotForYou
    original = ingest.take_in_recording(received)
    with transaction.atomic():
        if not Original.objects.select_for_update().filter(pk=original.pk).exists():
            raise Busy("deleted for good in this very moment")
        if (here := recording_here(original.sha256, by)) is not None:
            return AddedRecording(here, was_here=True)
        recording = Recording(original=original, came_as=names.as_it_came(came_as), batch=batch, audience=audience)
        recording.is_film, recording.is_closed = original.is_film, closed
        recording.memorial = by.memorial
        recording.date = date_of(original)
        recording.order_key = recording.order_key_now()
        keepings.keep(recording, by=by)
        jobs.make_recording.enqueue(original.sha256)
    return AddedRecording(recording, was_here=False)


def recording_here(sha256: str, viewer: Viewer) -> Recording | None:
    """Return the recording of this file that the viewer sees or looks after; never somebody else's "Only me"."""
    for theirs in (Recording.objects.visible_to(viewer), Recording.objects.changeable_by(viewer)):
        found = theirs.of_file(sha256).select_related("original", "memorial").in_order().first()
        if found is not None:
            return found
    return None


def already_here(sha256: str, viewer: Viewer) -> Photograph | None:
    """Return the photograph of this picture that the viewer sees or looks after; never somebody else's "Only me"."""
    for theirs in (Photograph.objects.visible_to(viewer), Photograph.objects.changeable_by(viewer)):
        found = theirs.of_picture(sha256).select_related("original", "memorial").in_order().first()
        if found is not None:
            return found
    return None


def date_of(original: Original) -> RoughDate | None:
    """The day on which the camera says it was taken."""
    try:
        return parse(original.taken) if original.taken else None
    except NotADate:
        return None
