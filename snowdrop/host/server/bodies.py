"""Taking in what a visitor sends, whole, before Django is asked."""

from __future__ import annotations

import io
import os
from typing import BinaryIO, Protocol

from snowdrop.storage import originals, room

IN_MEMORY = 256 * 1024  # bytes; a form without files is far smaller
CHUNK = 64 * 1024  # bytes
# A browser that is still sending when the line closes shows "connection reset" and not our page. So what is
# refused is still read, and thrown away, as far as a handful of photographs goes.
HEARD_OUT = 64 * 1024 * 1024  # bytes


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class TooLarge(Exception):
    """More is sent than this visitor may send."""


class CutOff(Exception):
    """The visitor hung up, or sent less than was announced."""


def read_whole(source: Source, announced: int | None, *, most: int, or_what_came: bool = False) -> tuple[BinaryIO, int]:
    """Read a body into memory or, if it is large, into a file without a name; return it rewound, with its size.

    `announced` is its Content-Length, None where it comes in pieces of unknown number. With `or_what_came`, one that
    was announced and broke off is returned as far as it came. Raises TooLarge, CutOff, DiskIsFull; nothing is left
    behind then.
    """
    if announced is not None and announced > most:
        _hear_out(source, announced)
        raise TooLarge
    body: BinaryIO = io.BytesIO()
    size = 0
    try:
        if announced is not None and announced > IN_MEMORY:
            body = _spool(announced)
        while chunk := _next(source, CHUNK if announced is None else min(CHUNK, announced - size), or_what_came):
            size += len(chunk)
            if size > most:
                raise TooLarge
            if announced is None and size > IN_MEMORY and isinstance(body, io.BytesIO):
                body = _moved(body)
            with room.told_plainly():
                body.write(chunk)
        if announced is not None and size < announced and not or_what_came:
            raise CutOff
        with room.told_plainly():
            body.flush()
    except room.DiskIsFull:
        body.close()
        _hear_out(source, HEARD_OUT if announced is None else announced - size)
        raise
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body, size


def _next(source: Source, size: int, breaking_is_the_end: bool) -> bytes:
    try:
        return _read(source, size)
    except CutOff:
        if not breaking_is_the_end:
            raise
        return b""


def _read(source: Source, size: int) -> bytes:
    if not size:
        return b""
    try:
        return source.read(size)
    except OSError as error:  # the connection broke
        raise CutOff from error


def _hear_out(source: Source, left: int) -> None:
    """Read and forget what is still being sent, so that the answer is heard. Nothing where it is very much."""
    while 0 < left <= HEARD_OUT:
        try:
            chunk = _read(source, min(CHUNK, left))
        except CutOff:
            return
        if not chunk:
            return
        left -= len(chunk)


def _spool(expected: int) -> BinaryIO:
    room.check(expected)
    with room.told_plainly():
        path = originals.arrival()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        path.unlink()  # whatever happens to this process, the file goes with it
    return os.fdopen(descriptor, "w+b", buffering=0)


def _moved(body: io.BytesIO) -> BinaryIO:
    spool = _spool(2 * IN_MEMORY)
    with room.told_plainly():
        spool.write(body.getvalue())
    return spool
