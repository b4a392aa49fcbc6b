"""Files that come in parts.

Source: tus 1.0.0, https://tus.io/protocols/resumable-upload: the core, creation, creation-with-upload, checksum,
expiration, termination.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date

from snowdrop.keepsakes import uploading
from snowdrop.keepsakes.models import Upload
from snowdrop.memorials.access import Act, MemorialRequest, MemorialView, needs, working
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.parts import CHECKSUMS, Checksum, Held, NotWhatWasSent
from snowdrop.storage.room import DiskIsFull
from snowdrop.web.answers import not_done
from snowdrop.web.methods import CUT_OFF, answers

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
A_PART = "application/offset+octet-stream"
MISMATCH = 460  # of the protocol's own
NO_HURRY = 60  # seconds

View = Callable[..., HttpResponse]


class NotSaid(Exception):
    """A header that the protocol asks for is missing, or makes no sense."""


def tus(view: View) -> MemorialView[...]:
    """Speak the protocol: its headers, and its numbers for what goes wrong, each with a sentence where there is one."""

    @wraps(view)
    def speaking(request: MemorialRequest, *args: Any, **arguments: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
            answer["Tus-Version"], answer["Tus-Extension"] = VERSION, EXTENSIONS
            answer["Tus-Max-Size"], answer["Tus-Checksum-Algorithm"] = uploading.MOST_BYTES, ",".join(CHECKSUMS)
        elif request.headers.get("Tus-Resumable", VERSION) != VERSION:
            answer = HttpResponse(status=HTTPStatus.PRECONDITION_FAILED)
            answer["Tus-Version"] = VERSION
        else:
            answer = _asked(view, request, *args, **arguments)
        if not answer.content:
            answer.headers.pop("Content-Type", None)  # nothing is of no kind, and no page
        answer["Tus-Resumable"] = VERSION
        answer["Cache-Control"] = "no-store"
        return answer

    return speaking


def _asked(view: View, request: MemorialRequest, *args: Any, **arguments: Any) -> HttpResponse:
    try:
        return view(request, *args, **arguments)
    except NotSaid:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    except Held:
        return HttpResponse(status=HTTPStatus.LOCKED)
    except uploading.ElsewhereNow:
        return HttpResponse(status=HTTPStatus.CONFLICT)
    except NotWhatWasSent:
        return HttpResponse(status=MISMATCH, reason="Checksum Mismatch")
    except NotAPicture as error:
        return not_done(str(error.sentence), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except DiskIsFull as error:
        return not_done(str(error.sentence), status=HTTPStatus.INSUFFICIENT_STORAGE)
    except uploading.TooMuchOnItsWay as error:
        answer = not_done(str(error.sentence), status=HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = str(NO_HURRY)
        return answer


@working
@needs(Act.ADD)
@answers("POST", "OPTIONS")
@tus
def uploads(request: MemorialRequest) -> HttpResponse:
    """Begin one; its first part may come with it."""
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    length = _number(request, "Upload-Length")
    checksum = _checksum(request)
    upload = uploading.begin(length, came_as=said.get("filename", ""), by=request.viewer)
    if request.content_type == A_PART and (size := _size(request)):
        upload = uploading.add(upload.pk, request, size, at=0, by=request.viewer, checksum=checksum)
    answer = _stands(upload, HttpResponse(status=HTTPStatus.CREATED))
    answer["Location"] = reverse("keepsakes:upload", args=[request.viewer.memorial.slug, upload.pk])
    return answer


@working
@needs(Act.ADD)
@answers("GET", "HEAD", "PATCH", "DELETE", "OPTIONS")
@tus
def upload(request: MemorialRequest, id: uuid.UUID) -> HttpResponse:
    """How far it came, its next part, or that it is given up."""
    if request.method == "PATCH":
        return _add(request, id)
    if request.method == "DELETE":
        uploading.give_up(id, by=request.viewer)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    found = uploading.found(id, by=request.viewer)
    answer = _stands(found, HttpResponse())
    answer["Upload-Length"] = found.length
    if found.came_as:
        answer["Upload-Metadata"] = f"filename {base64.b64encode(found.came_as.encode()).decode()}"
    return answer


def _add(request: MemorialRequest, id: uuid.UUID) -> HttpResponse:
    uploading.found(id, by=request.viewer)
    if request.content_type != A_PART:
        return HttpResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    at, checksum = _number(request, "Upload-Offset"), _checksum(request)
    if checksum and CUT_OFF in request.META:
        raise NotWhatWasSent  # of a half part nobody knows whether it is right
    added = uploading.add(id, request, _size(request), at=at, by=request.viewer, checksum=checksum)
    return _stands(added, HttpResponse(status=HTTPStatus.NO_CONTENT))


def _stands(upload: Upload, answer: HttpResponse) -> HttpResponse:
    answer["Upload-Offset"] = upload.offset
    answer["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return answer


def _number(request: MemorialRequest, header: str) -> int:
    said = request.headers.get(header, "")
    if not (said.isascii() and said.isdecimal() and len(said) <= 18):
        raise NotSaid
    return int(said)


def _size(request: MemorialRequest) -> int:
    """How many bytes came; the server knows it, whatever the client announced."""
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _checksum(request: MemorialRequest) -> Checksum | None:
    said = request.headers.get("Upload-Checksum")
    if said is None:
        return None
    name, _space, digest = said.partition(" ")
    if name not in CHECKSUMS:
        raise NotSaid
    try:
        return Checksum(name, base64.b64decode(digest, validate=True))
    except binascii.Error:
        raise NotSaid from None


def _metadata(said: str) -> dict[str, str]:
    found = {}
    for pair in filter(None, said.split(",")):
        key, _space, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except binascii.Error:
            raise NotSaid from None
    return found
