"""Files that arrive in parts, below `parts/` in the data folder, until they are whole and somebody keeps them.

What somebody was told has arrived is synced; what lies behind it in the file was never acknowledged, and is cut off
when the next part comes. A lock on the file, which falls with its process, lets one write at a time.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import uuid
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from snowdrop.storage import kinds, originals, room
from snowdrop.storage.originals import CHUNK, Received

CHECKSUMS = ("sha256", "sha1")  # sha1 because every client of the protocol knows it


class Held(Exception):
    """Somebody else writes to it, or keeps it, in this moment."""


class Gone(Exception):
    """What was acknowledged is not there: the folder was swept, or stayed behind when the database was restored."""


class NotWhatWasSent(Exception):
    """The bytes of a part are fewer than was said, or not those of its checksum. Nothing of it was kept."""


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Checksum:
    name: str  # one of CHECKSUMS
    digest: bytes


class Growing:
    """A file on its way in, held by whoever got it from `held`."""

    def __init__(self, descriptor: int) -> None:
        self._file = io.FileIO(descriptor, "r+")  # unbuffered, as an `Incoming` is, and for the same reason

    def add(self, source: Source, size: int, *, at: int, checksum: Checksum | None = None) -> None:
        """Write the next `size` bytes of `source` at `at` bytes, durably.

        Raises Gone, DiskIsFull and NotWhatWasSent; the file ends at `at` then, as it did before.
        """
        if os.fstat(self._file.fileno()).st_size < at:
            raise Gone
        room.check(size)
        digest = hashlib.new(checksum.name, usedforsecurity=False) if checksum else None
        try:
            with room.told_plainly():
                self._file.truncate(at)
                self._file.seek(at)
                left = size
                while left and (chunk := source.read(min(CHUNK, left))):
                    originals.write_all(self._file, chunk)
                    left -= len(chunk)
                    if digest:
                        digest.update(chunk)
            if left or (digest and checksum and digest.digest() != checksum.digest):
                raise NotWhatWasSent
            with room.told_plainly():
                originals.sync(self._file)
                if at == 0:
                    originals.sync_folder(_folder())
        except BaseException:
            self._file.truncate(at)
            raise

    def close(self) -> None:
        self._file.close()


@contextmanager
def held(id: uuid.UUID) -> Iterator[Growing]:
    """Hold the file alone, be there others in another process; it is made where nothing of it came yet.

    Raises Held, DiskIsFull.
    """
    with room.told_plainly():
        originals.make_folder(_folder())
        growing = Growing(os.open(path(id), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    try:
        try:
            fcntl.flock(growing._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Held from None
        yield growing
    finally:
        growing.close()


def has(id: uuid.UUID, size: int) -> bool:
    """Whether `size` bytes of it are there."""
    try:
        return path(id).stat().st_size >= size
    except FileNotFoundError:
        return size == 0


def whole(id: uuid.UUID, size: int) -> Received:
    """Return a file of which all `size` bytes came as one that was received. Only while it is held.

    It is read once, from its beginning: a SHA-256 that was begun cannot be put down in a row and taken up by another
    process. It stays here under its own name too, until `forget`: keeping it may be cut short at any moment, and
    then it is kept by the next who asks. Raises Gone, DiskIsFull.
    """
    source = path(id)
    if not has(id, size):
        raise Gone
    arrived = originals.arrival()
    with room.told_plainly():
        try:
            os.link(source, arrived)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP):
                raise
            return originals.receive_file(source)  # a disk without links, such as an exFAT stick
    sha256, crc32, read = hashlib.sha256(), 0, 0
    with arrived.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            sha256.update(chunk)
            crc32 = zlib.crc32(chunk, crc32)
            read += len(chunk)
    if read != size:
        arrived.unlink()
        raise Gone
    return Received(sha256.hexdigest(), crc32, size, arrived)


def head(id: uuid.UUID) -> bytes:
    """Return the first bytes of what came, as many as are enough to tell what it is."""
    with path(id).open("rb") as file:
        return file.read(kinds.HEAD)


def forget(id: uuid.UUID) -> None:
    path(id).unlink(missing_ok=True)


def names() -> Iterable[uuid.UUID]:
    """Of which files parts are there."""
    if not _folder().is_dir():
        return
    for file in _folder().iterdir():
        try:
            yield uuid.UUID(hex=file.name)
        except ValueError:
            continue


def path(id: uuid.UUID) -> Path:
    return _folder() / id.hex


def _folder() -> Path:
    return Path(settings.DATA) / "parts"
