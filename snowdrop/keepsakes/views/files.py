"""Pictures, recordings and originals. Of a stranger's file only what we made of it is shown, or the file downloaded."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from snowdrop.keepsakes import jobs, names, serving, showing
from snowdrop.keepsakes.captions import as_webvtt
from snowdrop.keepsakes.captions import read as reading_captions
from snowdrop.keepsakes.models import Document, Keepsake, Photograph, Recording
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, reading, working
from snowdrop.storage import documents, making, originals, renditions
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.recordings import Part
from snowdrop.storage.sizes import SIZES, Form

K = TypeVar("K", bound=Keepsake)

log = logging.getLogger(__name__)


@reading
@needs(Act.READ)
@require_safe
def rendition(request: MemorialRequest, id: uuid.UUID, size: int) -> HttpResponseBase:
    """One size of a picture, made now if nobody asked for it before."""
    photograph = _to_be_shown(request.viewer, id, size)
    with _told_as_not_there():
        path = partial(renditions.path, photograph.original, photograph.turned, size, photograph.covered)
        return _sent(request, path, Form.JPEG, _etag(photograph, size), keepsake=photograph)


@reading
@needs(Act.READ)
@require_safe
def avif(request: MemorialRequest, id: uuid.UUID, size: int) -> HttpResponseBase:
    """The same, lighter. Until that is made the JPEG answers here: browsers tell pictures by their content."""
    photograph = _to_be_shown(request.viewer, id, size)
    original, turned, covered = photograph.original, photograph.turned, photograph.covered
    with _told_as_not_there():
        if (path := renditions.avif(original, turned, size, covered)) is not None:
            return _sent(request, lambda: path, Form.AVIF, _etag(photograph, f"{size}-avif"), keepsake=photograph)
        if renditions.first_to_ask(original, turned, covered):
            # After the answer is put together: a page is made in a transaction that may only read.
            transaction.on_commit(partial(jobs.make_renditions.enqueue, [[original.pk, turned, covered]]))
        jpeg = partial(renditions.path, original, turned, size, covered)
        return _sent(request, jpeg, Form.JPEG, _etag(photograph, size), keepsake=photograph, for_now=True)


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
        return _sent(request, path, Form.MOVING, _etag(photograph, "moving"), keepsake=photograph)


def _sent(
    request: MemorialRequest,
    path: Callable[[], Path],
    form: Form,
    etag: str,
    *,
    keepsake: Keepsake,
    for_now: bool = False,
) -> HttpResponseBase:
    if keepsake.is_closed:
        # Somebody looks: nothing of it stays in the browser, which two may share.
        return serving.for_this_look(serving.inline(path(), media_type=form.media_type, etag=etag))
    if (answer := serving.unchanged(request, etag)) is not None:
        return answer
    return serving.inline(path(), media_type=form.media_type, etag=etag, for_now=for_now)


def _etag(photograph: Photograph, of: int | str) -> str:
    return f'"{photograph.original_id[:32]}-{photograph.turned}{photograph.covered}-{of}"'


@contextmanager
def _told_as_not_there() -> Iterator[None]:
    try:
        yield
    except (CouldNotOpen, NotAPicture, FileNotFoundError) as error:
        log.warning("a rendition could not be made: %s", type(error).__name__)
        raise NotForYou from error


def _to_be_shown(viewer: Viewer, id: uuid.UUID, size: int = SIZES[0]) -> Photograph:
    if size not in SIZES or size > showing.largest_for(viewer):
        raise NotForYou
    return _open_to(viewer, Photograph, id)


def _open_to(viewer: Viewer, kind: type[K], id: uuid.UUID) -> K:
    """What the viewer sees; and what waits or was taken off, where they decide about it, or looks at first.

    A closed one is not there until this person has it open. Raises NotForYou.
    """
    for rows in (
        kind.objects.visible_to(viewer),
        kind.objects.changeable_by(viewer),
        kind.objects.put_away_for(viewer),
        kind.objects.entrusted_to(viewer),
    ):
        found: K | None = (
            rows.shown_while(viewer.memorial.has_pictures).select_related("original").filter(pk=id).first()
        )
        if found is not None and viewer.has_open(found):
            return found
    raise NotForYou


@reading
@needs(Act.READ)
@require_safe
def sheet(request: MemorialRequest, id: uuid.UUID, page: int, size: int) -> HttpResponseBase:
    """One page of a document in one size, drawn now if nobody asked for it before."""
    if size not in SIZES or size > showing.largest_for(request.viewer):
        raise NotForYou
    row = _open_to(request.viewer, Document, id)
    if not 1 <= page <= row.original.frames:
        raise NotForYou
    with _told_as_not_there():
        path = partial(documents.path, row.original, page, size)
        return _sent(request, path, Form.JPEG, f'"{row.original_id[:32]}-page{page}-{size}"', keepsake=row)


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
    row = _open_to(request.viewer, Recording, id)
    if not row.original.peaks:
        raise NotForYou
    drawn = making.waveform(row.original.peaks)
    return _text(request, row, "waveform", "keepsakes/waveform.svg", {"drawn": drawn}, "image/svg+xml")


@reading
@needs(Act.READ)
@require_safe
def captions(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """What is said, with its times, for those who cannot hear it."""
    row = _open_to(request.viewer, Recording, id)
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
    row = _open_to(request.viewer, Recording, id)
    path = making.path(row.original, part, row.covered)
    if path is None:
        raise NotForYou
    etag = f'"{row.original_id[:32]}-{part.name.lower()}{row.covered}"'
    if not row.is_closed and (unchanged := serving.unchanged(request, etag)) is not None:
        return unchanged
    try:
        answer = serving.play(request, path, media_type=part.media_type, etag=etag)
    except FileNotFoundError as error:
        raise NotForYou from error
    return serving.for_this_look(answer) if row.is_closed else answer


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


def _keepsake_of(sha256: str, viewer: Viewer) -> Keepsake | None:
    for kind in (Photograph, Recording, Document):
        theirs = kind.objects.downloadable_by(viewer).of_file(sha256)
        # The same file may be here twice, and only one of them be closed.
        found = theirs.select_related("original").order_by("is_closed", "put_away_at", "order_key")
        if (open_now := next((one for one in found if viewer.has_open(one)), None)) is not None:
            return open_now
    return None
