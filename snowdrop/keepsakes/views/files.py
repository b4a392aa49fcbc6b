"""Pictures, recordings and originals. Of a stranger's file only what we made of it is shown, or the file downloaded."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from snowdrop.keepsakes import jobs, names, serving, showing
from snowdrop.keepsakes.captions import as_webvtt
from snowdrop.keepsakes.captions import read as reading_captions
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, reading, working
from snowdrop.storage import making, originals, renditions
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.recordings import Part
from snowdrop.storage.sizes import SIZES, Form

log = logging.getLogger(__name__)


@reading
@needs(Act.READ)
@require_safe
def rendition(request: MemorialRequest, id: uuid.UUID, size: int) -> HttpResponseBase:
    """One size of a picture, made now if nobody asked for it before."""
    photograph = _to_be_shown(request.viewer, id, size)
    with _told_as_not_there():
        path = partial(renditions.path, photograph.original, photograph.turned, size)
        return _sent(request, path, Form.JPEG, _etag(photograph, size), photograph=photograph)


@reading
@needs(Act.READ)
@require_safe
def avif(request: MemorialRequest, id: uuid.UUID, size: int) -> HttpResponseBase:
    """The same, lighter. Until that is made the JPEG answers here: browsers tell pictures by their content."""
    photograph = _to_be_shown(request.viewer, id, size)
    original, turned = photograph.original, photograph.turned
    with _told_as_not_there():
        if (path := renditions.avif(original, turned, size)) is not None:
            return _sent(request, lambda: path, Form.AVIF, _etag(photograph, f"{size}-avif"), photograph=photograph)
        if renditions.first_to_ask(original, turned):
            # After the answer is put together: a page is made in a transaction that may only read.
            transaction.on_commit(partial(jobs.make_renditions.enqueue, [[original.pk, turned]]))
        jpeg = partial(renditions.path, original, turned, size)
        return _sent(request, jpeg, Form.JPEG, _etag(photograph, size), photograph=photograph, for_now=True)


@reading
@needs(Act.READ)
@require_safe
def moving(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """All frames of a picture that moves, made now if nobody asked for it before."""
    photograph = _to_be_shown(request.viewer, id)
    if not photograph.original.moves:
        raise NotForYou
    with _told_as_not_there():
        path = partial(renditions.moving, photograph.original, photograph.turned)
        return _sent(request, path, Form.MOVING, _etag(photograph, "moving"), photograph=photograph)


def _sent(
    request: MemorialRequest,
    path: Callable[[], Path],
    form: Form,
    etag: str,
    *,
    photograph: Photograph,
    for_now: bool = False,
) -> HttpResponseBase:
    if photograph.is_closed:
        # Somebody looks: nothing of it stays in the browser, which two may share.
        return serving.for_this_look(serving.inline(path(), media_type=form.media_type, etag=etag))
    if (answer := serving.unchanged(request, etag)) is not None:
        return answer
    return serving.inline(path(), media_type=form.media_type, etag=etag, for_now=for_now)


def _etag(photograph: Photograph, of: int | str) -> str:
    return f'"{photograph.original_id[:32]}-{photograph.turned}-{of}"'


@contextmanager
def _told_as_not_there() -> Iterator[None]:
    try:
        yield
    except (CouldNotOpen, NotAPicture, FileNotFoundError) as error:
        log.warning("a rendition could not be made: %s", type(error).__name__)
        raise NotForYou from error


def _to_be_shown(viewer: Viewer, id: uuid.UUID, size: int = SIZES[0]) -> Photograph:
    """What the viewer sees; and what waits or was taken off, where they decide about it, or looks at first.

    A closed one is not there until this person has it open.
    """
    if size not in SIZES or size > showing.largest_for(viewer) or not viewer.memorial.has_pictures:
        raise NotForYou
    objects = Photograph.objects
    for rows in (
        objects.visible_to(viewer),
        objects.changeable_by(viewer),
        objects.put_away_for(viewer),
        objects.entrusted_to(viewer),
    ):
        found = rows.select_related("original").filter(pk=id).first()
        if found is not None and viewer.has_open(found):
            return found
    raise NotForYou


@reading
@needs(Act.READ)
@require_safe
def film(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    return _played(request, id, Part.FILM)


@reading
@needs(Act.READ)
@require_safe
def poster(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    return _played(request, id, Part.POSTER)


@reading
@needs(Act.READ)
@require_safe
def opus(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    return _played(request, id, Part.OPUS)


@reading
@needs(Act.READ)
@require_safe
def aac(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """For phones that play no Opus."""
    return _played(request, id, Part.AAC)


@reading
@needs(Act.READ)
@require_safe
def waveform(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """How loud a sound is as it goes on, drawn in one colour for light and dark pages: it may hold no style."""
    row = _to_be_played(request.viewer, id)
    if not row.original.peaks:
        raise NotForYou
    drawn = making.waveform(row.original.peaks)
    return _text(request, row, "waveform", "keepsakes/waveform.svg", {"drawn": drawn}, "image/svg+xml")


@reading
@needs(Act.READ)
@require_safe
def captions(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """What is said, with its times, for those who cannot hear it."""
    row = _to_be_played(request.viewer, id)
    said = reading_captions(row.transcript)
    if not said:
        raise NotForYou
    answer = HttpResponse(as_webvtt(said), content_type="text/vtt; charset=utf-8")
    answer["Cache-Control"] = serving.ASK_EACH_TIME
    return serving.for_this_look(answer) if row.is_closed else answer


def _text(
    request: MemorialRequest, row: Recording, of: str, template: str, context: dict[str, Any], media_type: str
) -> HttpResponseBase:
    etag = f'"{row.original_id[:32]}-{of}"'
    if not row.is_closed and (answer := serving.unchanged(request, etag)) is not None:
        return answer
    text = render_to_string(template, context)
    made = HttpResponse(text, content_type=media_type)
    made["ETag"], made["Cache-Control"] = etag, serving.ASK_EACH_TIME
    return serving.for_this_look(made) if row.is_closed else made


def _played(request: MemorialRequest, id: uuid.UUID, part: Part) -> HttpResponseBase:
    row = _to_be_played(request.viewer, id)
    path = making.path(row.original, part)
    if path is None:
        raise NotForYou
    etag = f'"{row.original_id[:32]}-{part.name.lower()}"'
    if not row.is_closed and (unchanged := serving.unchanged(request, etag)) is not None:
        return unchanged
    try:
        answer = serving.play(request, path, media_type=part.media_type, etag=etag)
    except FileNotFoundError as error:
        raise NotForYou from error
    return serving.for_this_look(answer) if row.is_closed else answer


def _to_be_played(viewer: Viewer, id: uuid.UUID) -> Recording:
    """What the viewer sees; and what waits or was taken off, where they decide about it, or looks at first.

    A closed one is not there until this person has it open.
    """
    objects = Recording.objects
    for rows in (
        objects.visible_to(viewer),
        objects.changeable_by(viewer),
        objects.put_away_for(viewer),
        objects.entrusted_to(viewer),
    ):
        found = rows.while_pictures(viewer.memorial.has_pictures).select_related("original").filter(pk=id).first()
        if found is not None and viewer.has_open(found):
            return found
    raise NotForYou


@working
@needs(Act.ADD)
@require_safe
def original(request: MemorialRequest, sha256: str) -> HttpResponseBase:
    """The untouched file, for keepers and for whoever added it."""
    keepsake = _keepsake_of(sha256, request.viewer)
    if keepsake is None:
        raise NotForYou
    etag = f'"{sha256}"'
    if not keepsake.is_closed and (unchanged := serving.unchanged(request, etag)) is not None:
        return unchanged
    try:
        answer = serving.download(
            request,
            originals.path(sha256),
            name=names.for_download(keepsake),
            media_type=keepsake.original.media_type,
            etag=etag,
        )
    except FileNotFoundError as error:
        log.error("an original is missing from the store")
        raise NotForYou from error
    return serving.for_this_look(answer) if keepsake.is_closed else answer


def _keepsake_of(sha256: str, viewer: Viewer) -> Photograph | Recording | None:
    for theirs in (
        Photograph.objects.downloadable_by(viewer).of_picture(sha256),
        Recording.objects.downloadable_by(viewer).of_file(sha256),
    ):
        # The same file may be here twice, and only one of them be closed.
        found = theirs.select_related("original").order_by("is_closed", "put_away_at", "order_key")
        if (open_now := next((one for one in found if viewer.has_open(one)), None)) is not None:
            return open_now
    return None
