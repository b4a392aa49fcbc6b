"""What came with words: its file, for whoever has it open, and whether it is to show without its cover."""

from __future__ import annotations

import logging
import uuid

from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from snowdrop.keepsakes import serving
from snowdrop.keepsakes.showing import largest_for
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.storage import making, renditions
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.recordings import Part
from snowdrop.storage.sizes import SIZES, Form
from snowdrop.web.answers import kept
from snowdrop.words import enclosing
from snowdrop.words.enclosures import may_show
from snowdrop.words.models import Enclosure

log = logging.getLogger(__name__)


@working
@needs(Act.READ)
@require_safe
def picture(request: MemorialRequest, id: uuid.UUID, size: int) -> HttpResponseBase:
    """One size of the picture, made now if nobody asked for it before."""
    row = _open_to(request.viewer, id)
    if row.is_sound or size not in SIZES or size > largest_for(request.viewer):
        raise NotForYou
    try:
        path = renditions.path(row.original, 0, size)
        answer = serving.inline(path, media_type=Form.JPEG.media_type, etag=f'"{row.original_id[:32]}-{size}"')
    except (CouldNotOpen, NotAPicture, FileNotFoundError) as error:
        log.warning("a rendition could not be made: %s", type(error).__name__)
        raise NotForYou from error
    return serving.for_this_look(answer)


@working
@needs(Act.READ)
@require_safe
def voice(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    return _played(request, id, Part.OPUS)


@working
@needs(Act.READ)
@require_safe
def voice_aac(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """For phones that play no Opus."""
    return _played(request, id, Part.AAC)


def _played(request: MemorialRequest, id: uuid.UUID, part: Part) -> HttpResponseBase:
    row = _open_to(request.viewer, id)
    path = making.path(row.original, part) if row.is_sound else None
    if path is None:
        raise NotForYou
    try:
        etag = f'"{row.original_id[:32]}-{part.name.lower()}"'
        answer = serving.play(request, path, media_type=part.media_type, etag=etag)
    except FileNotFoundError as error:
        raise NotForYou from error
    return serving.for_this_look(answer)


def _open_to(viewer: Viewer, id: uuid.UUID) -> Enclosure:
    """What this viewer sees, or looks at before it is let in, once they have it open. Raises NotForYou."""
    every = Enclosure.objects
    for rows in (
        every.visible_to(viewer),
        every.changeable_by(viewer),
        every.put_away_for(viewer),
        every.at_the_door(viewer),
    ):
        found: Enclosure | None = rows.select_related("original").filter(pk=id).first()
        if found is not None and may_show(found, viewer) and viewer.has_open(found):
            return found
    raise NotForYou


@working
@needs(Act.READ_FIRST)
@require_http_methods(["POST"])
def cover(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Let it show without its cover once its words are let in, or keep the cover."""
    viewer = request.viewer
    row = Enclosure.objects.at_the_door(viewer).filter(pk=id).first()
    if row is None:
        raise NotForYou
    enclosing.show_open(row, request.POST.get("do") == "open", by=viewer)
    return kept(request, reverse("words:door", args=[viewer.memorial.slug]), id=row.pk)
