"""Adding a photograph: the file as it came, kept once, and a keeping that carries it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction

from snowdrop.dates.edtf import NotADate, RoughDate, parse
from snowdrop.keepsakes import jobs, names
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import keepings
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.storage import ingest
from snowdrop.storage.cage import Busy
from snowdrop.storage.models import Original
from snowdrop.storage.originals import Received


@dataclass(frozen=True)
class Added:
    photograph: Photograph
    was_here: bool  # this picture was here before, and nothing was added


def add(
    received: Received,
    *,
    by: Viewer,
    came_as: str = "",
    audience: Circle = Circle.KEEPERS,
    batch: uuid.UUID | None = None,
    closed: bool = False,
) -> Added:
    """Keep a received file as a photograph; return the one that is here where the viewer has it before them already.

    `closed`: with a cover from the first moment on.
    Raises NotForYou, NotAPicture, CouldNotOpen, DiskIsFull; the file is gone then.
    """
    if not by.may(Act.ADD) or not by.memorial.shows_pictures:
        received.discard()
        raise NotForYou
    original = ingest.take_in(received)
    with transaction.atomic():
        # Two hands may add the same picture at once. They queue here, and the second finds the first one's.
        if not Original.objects.select_for_update().filter(pk=original.pk).exists():
            raise Busy("deleted for good in this very moment")
        if (here := already_here(original.sha256, by)) is not None:
            return Added(here, was_here=True)
        photograph = Photograph(original=original, came_as=names.as_it_came(came_as), batch=batch, audience=audience)
        photograph.is_closed = closed
        photograph.memorial = by.memorial
        photograph.date = date_of(original)
        photograph.order_key = photograph.order_key_now()
        keepings.keep(photograph, by=by)
        jobs.make_renditions.enqueue([[original.sha256, photograph.turned]])
    return Added(photograph, was_here=False)


def already_here(sha256: str, viewer: Viewer) -> Photograph | None:
    """Return the photograph of this picture that the viewer sees or looks after; never somebody else's "Only me"."""
    for theirs in (Photograph.objects.visible_to(viewer), Photograph.objects.changeable_by(viewer)):
        found = theirs.of_picture(sha256).select_related("original", "memorial").in_order().first()
        if found is not None:
            return found
    return None


def date_of(original: Original) -> RoughDate | None:
    """The day on which the camera says the picture was taken."""
    try:
        return parse(original.taken) if original.taken else None
    except NotADate:
        return None
