"""Sending files: pictures for pages, and originals as downloads that can be taken up where they broke off."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, parse_etags

from snowdrop.storage.zipped import Zip

# Kept by the browser, asked about at each use: what was narrowed a moment ago answers 404 and not from a cache.
ASK_EACH_TIME = "private, no-cache"

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Part(io.RawIOBase):
    """`length` bytes of a file from `start`. Closing it closes the file."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        super().__init__()
        file.seek(start)
        self._file, self._left = file, length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._file.read(min(len(buffer), self._left))
        buffer[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()


class ForNow(FileResponse):
    """A picture that is answered until a better one is made: it must not be kept in that one's place."""


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """Return 304 (or 412) where the browser has this very file, else None."""
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        return None
    answer["ETag"] = etag
    answer["Cache-Control"] = ASK_EACH_TIME
    return answer


def for_this_look(answer: HttpResponseBase) -> HttpResponseBase:
    """Let nothing of a closed thing stay in the browser: once it is closed again, "back" finds nothing either."""
    del answer["ETag"]
    answer["Cache-Control"] = "no-store"
    return answer


def inline(path: Path, *, media_type: str, etag: str, for_now: bool = False) -> HttpResponseBase:
    """Send a small file to be shown. Raises FileNotFoundError."""
    answer = (ForNow if for_now else FileResponse)(path.open("rb"), content_type=media_type)
    answer["ETag"] = etag
    answer["Cache-Control"] = ASK_EACH_TIME
    # A name of its own would be the name of a file in the store.
    answer["Content-Disposition"] = "inline"
    return answer


def play(request: HttpRequest, path: Path, *, media_type: str, etag: str) -> HttpResponseBase:
    """Send a film or a sound to be played, from where it is asked for. Raises FileNotFoundError."""
    if "Range" not in request.headers:
        answer = inline(path, media_type=media_type, etag=etag)
        answer["Accept-Ranges"] = "bytes"
        return answer
    answer = _part(request, path, media_type=media_type, etag=etag)
    answer["Content-Disposition"] = "inline"
    return answer


def download(request: HttpRequest, path: Path, *, name: str, media_type: str, etag: str) -> HttpResponseBase:
    """Send a file whole, or the one part of it that was asked for. Raises FileNotFoundError."""
    answer = _part(request, path, media_type=media_type, etag=etag)
    if answer.status_code != 416:
        answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _part(request: HttpRequest, path: Path, *, media_type: str, etag: str) -> HttpResponseBase:
    file = path.open("rb")

    def sent(start: int, length: int) -> StreamingHttpResponse:
        return FileResponse(Part(file, start, length), content_type=media_type)

    answer = _ranged(request, os.fstat(file.fileno()).st_size, etag=etag, sent=sent)
    if answer.status_code == 416:
        file.close()
    return answer


def packed(request: HttpRequest, zip: Zip, *, name: str) -> HttpResponseBase:
    """Send a ZIP that is put together while it is sent, whole or the one part of it that was asked for."""

    def sent(start: int, length: int) -> StreamingHttpResponse:
        return StreamingHttpResponse(zip.sent(start, length), content_type="application/zip")

    answer = _ranged(request, zip.size, etag=f'"{zip.digest}"', sent=sent)
    if answer.status_code != 416:
        answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _ranged(
    request: HttpRequest, size: int, *, etag: str, sent: Callable[[int, int], StreamingHttpResponse]
) -> HttpResponseBase:
    """Source: RFC 9110, section 14, "Range Requests"; more parts than one at once are answered with the whole."""
    asked = request.headers.get("Range", "") if request.method == "GET" else ""
    wanted = part_asked_for(asked, size, etag, if_range=request.headers.get("If-Range"))
    if wanted is not None and wanted[1] <= 0:
        answer: HttpResponseBase = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{size}"
        answer["Cache-Control"] = ASK_EACH_TIME
        return answer
    start, length = wanted or (0, size)
    answer = sent(start, length)
    answer["Content-Length"] = str(length)
    if wanted is not None:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = etag
    answer["Cache-Control"] = ASK_EACH_TIME
    return answer


def part_asked_for(range: str, size: int, etag: str, *, if_range: str | None) -> tuple[int, int] | None:
    """Return start and length of the part; None for the whole; a length of 0 for a part that there is not.

    `range` and `if_range` are the headers of these names.
    """
    match = _RANGE.fullmatch(range.replace(" ", ""))
    if match is None or not (match[1] or match[2]):
        return None
    if if_range is not None and parse_etags(if_range) != [etag]:
        return None
    if not match[1]:
        last = min(int(match[2][:19]), size)
        return size - last, last
    start = int(match[1][:19])
    end = min(int(match[2][:19]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2][:19]) < start:
        return None  # not a range at all, so it is not one that cannot be met
    return (start, end - start + 1) if start < size else (0, 0)
