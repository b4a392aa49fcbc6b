"""Pictures and originals. A stranger's file is never shown: only what we made of it, or the file as a download."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.db import transaction
from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from snowdrop.keepsakes import jobs, names, serving, showing
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, reading, working
from snowdrop.storage import originals, renditions
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
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


@working
@needs(Act.ADD)
@require_safe
def original(request: MemorialRequest, sha256: str) -> HttpResponseBase:
    """The untouched file, for keepers and for whoever added it."""
    theirs = Photograph.objects.downloadable_by(request.viewer).of_picture(sha256)
    # The same picture may be here twice, and only one of them be closed.
    found = theirs.select_related("original").order_by("is_closed", "put_away_at", "order_key")
    photograph = next((one for one in found if request.viewer.has_open(one)), None)
    if photograph is None:
        raise NotForYou
    etag = f'"{sha256}"'
    if not photograph.is_closed and (unchanged := serving.unchanged(request, etag)) is not None:
        return unchanged
    try:
        answer = serving.download(
            request,
            originals.path(sha256),
            name=names.for_download(photograph),
            media_type=photograph.original.media_type,
            etag=etag,
        )
    except FileNotFoundError as error:
        log.error("an original is missing from the store")
        raise NotForYou from error
    return serving.for_this_look(answer) if photograph.is_closed else answer
