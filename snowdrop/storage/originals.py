"""Originals: write-once files named by their SHA-256, below `originals/` in the data folder.

A file arrives in a folder of this process's own below `incoming/`, is synced there, and gets its
name in the store only when somebody keeps it. So what is refused never was in the store, and
nothing here deletes an original.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import io
import os
import secrets
import shutil
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Self

from django.conf import settings

from snowdrop.storage import room

CHUNK = 2**20  # bytes
HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Received:
    """A whole file, on disk and synced, but not yet in the store: `keep` it or `discard` it."""

    sha256: str
    crc32: int
    size: int  # bytes
    arrived: Path

    def keep(self) -> Received:
        """Give the file its name in the store, durably. The same bytes kept twice are one file.

        Returns itself. Raises DiskIsFull.
        """
        final = path(self.sha256)
        with room.told_plainly():
            make_folder(final.parent)
            self._name(final)
            # Also when it was there before: another may have named it a moment ago and not yet synced.
            sync_folder(final.parent)
        self.discard()
        return self

    def _name(self, final: Path) -> None:
        try:
            # A link and not a rename: an original that is there is not replaced.
            os.link(self.arrived, final)
        except FileExistsError:
            if final.stat().st_size != self.size:
                # Under this name only these bytes can be right, so what is there is damaged.
                self.arrived.replace(final)
        except FileNotFoundError:
            if not final.exists():  # else it was kept before, and so is no longer among the arrivals
                raise
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP):
                raise
            self.arrived.replace(final)  # a disk without links, such as an exFAT stick

    def discard(self) -> None:
        """Forget the arrival. What was kept stays kept."""
        self.arrived.unlink(missing_ok=True)


class Incoming:
    """A file on its way in: hashed while it is written, synced when it is whole."""

    def __init__(self, expected: int = 0) -> None:
        """Make room for `expected` bytes, as far as they are known. Raises DiskIsFull."""
        self.size = 0
        self._promised = expected
        self._sha256 = hashlib.sha256()
        self._crc32 = 0
        room.check(expected)
        with room.told_plainly():
            self._path = _arrivals() / f"{secrets.token_hex(16)}.part"
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        # Unbuffered: what a buffer holds is written at close, where a full disk is told too late.
        self._file = io.FileIO(descriptor, "w")

    def write(self, chunk: bytes) -> None:
        """Add `chunk`. Raises DiskIsFull, and then nothing of the file is left."""
        try:
            self._make_room(len(chunk))
            with room.told_plainly():
                write_all(self._file, chunk)
        except BaseException:
            self.discard()
            raise
        self._sha256.update(chunk)
        self._crc32 = zlib.crc32(chunk, self._crc32)
        self.size += len(chunk)

    def finish(self, *, synced: bool = True) -> Received:
        """Sync the file. Raises DiskIsFull or OSError, and then nothing of the file is left.

        `synced=False` is for files that `keep_together` syncs all at once, and for nobody else.
        """
        try:
            with room.told_plainly():
                if synced:
                    sync(self._file)
                self._file.close()
        except BaseException:
            # After a failed fsync the kernel may have dropped the pages and call the next one a
            # success, so the only honest way is to give this file up.
            self.discard()
            raise
        return Received(self._sha256.hexdigest(), self._crc32, self.size, self._path)

    def keep(self) -> Received:
        received = self.finish()
        try:
            return received.keep()
        except BaseException:
            received.discard()
            raise

    def discard(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is not None:
            self.discard()

    def _make_room(self, more: int) -> None:
        if self.size + more > self._promised:  # nobody said how much is coming, or too little was said
            room.check(more)


def receive(chunks: Iterable[bytes], expected: int = 0) -> Received:
    """Write `chunks` to disk and sync them. Raises DiskIsFull; whatever goes wrong, nothing is left behind."""
    with Incoming(expected) as incoming:
        for chunk in chunks:
            incoming.write(chunk)
        return incoming.finish()


def synced(received: Received) -> Received:
    """Sync a file that was finished without; return it. Raises OSError."""
    if not settings.UNSYNCED:
        sync_folder(received.arrived)  # the same call for a file
    return received


def keep_together(group: Sequence[Received]) -> None:
    """Give files their names in the store, durably, with one sync for the bytes of all and one for their names.

    For importers: three syncs for each of thousands of small files would take longer than all the rest.
    Raises DiskIsFull; those that have a name by then are whole.
    """
    if not group:
        return
    with room.told_plainly():
        _sync_all(one.arrived for one in group)
        folders = [path(one.sha256).parent for one in group]
        for one, folder in zip(group, folders, strict=True):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            one._name(path(one.sha256))
        _sync_all(_with_parents(folders))
    for one in group:
        one.discard()


def _with_parents(folders: Iterable[Path]) -> Iterable[Path]:
    store = Path(settings.DATA) / "originals"
    inner = set(folders)
    return [*inner, *{folder.parent for folder in inner}, store, store.parent]


def _sync_all(paths: Iterable[Path]) -> None:
    """Sync files or folders on the disk of the store: with one call where the system has it (Linux), else each."""
    if settings.UNSYNCED:
        return
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        for one in paths:
            sync_folder(one)  # the same call for a file
        return
    descriptor = os.open(settings.DATA, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if syncfs(descriptor) != 0:  # errors of writing are told here since Linux 5.8
            raise OSError(ctypes.get_errno(), "syncfs failed")
    finally:
        os.close(descriptor)


def receive_file(source: Path) -> Received:
    """Copy the file at `source` in. Raises DiskIsFull."""
    with source.open("rb", buffering=0) as file:
        return receive(iter(lambda: file.read(CHUNK), b""), os.fstat(file.fileno()).st_size)


def path(sha256: str) -> Path:
    """Where the original of that digest is, or would be. Raises ValueError for what is no digest."""
    if len(sha256) != 64 or not HEX.issuperset(sha256):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return Path(settings.DATA) / "originals" / sha256[:2] / sha256[2:4] / sha256


def open(sha256: str) -> BinaryIO:
    """Open an original for reading. Raises FileNotFoundError."""
    return path(sha256).open("rb")


def sweep(before: datetime) -> int:
    """Remove arrivals older than `before` whose process is gone, and return how many files that were."""
    removed = 0
    for folder in sorted(_incoming().glob("*")) if _incoming().is_dir() else []:
        if not folder.is_dir():
            if folder.suffix == ".part" and folder.stat().st_mtime < before.timestamp():
                folder.unlink(missing_ok=True)
                removed += 1
            continue
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # its process is alive and may be in the middle of a file
        else:
            if folder.stat().st_mtime < before.timestamp():
                removed += sum(1 for _ in folder.iterdir())
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)
    return removed


class _Desk:
    """The folder below `incoming/` that belongs to this process. It holds a lock on it, which falls with it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._folder: Path | None = None
        self._descriptor = -1

    def folder(self) -> Path:
        with self._lock:
            if self._folder is None or self._folder.parent != _incoming() or not self._folder.exists():
                self.leave()
                folder = _incoming() / secrets.token_hex(8)
                folder.mkdir(mode=0o700, parents=True)
                self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
                self._folder = folder
            return self._folder

    def leave(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._folder, self._descriptor = None, -1


_desk = _Desk()


def _forget_the_desk() -> None:
    """In a forked child: the folder and its lock are the parent's."""
    global _desk
    _desk.leave()
    _desk = _Desk()


os.register_at_fork(after_in_child=_forget_the_desk)


def _incoming() -> Path:
    return Path(settings.DATA) / "incoming"


def _arrivals() -> Path:
    return _desk.folder()


def arrival() -> Path:
    """A free name for a passing file on the disk of the store, swept away if its process dies."""
    return _arrivals() / f"{secrets.token_hex(16)}.part"


def sync(file: io.FileIO) -> None:
    if not settings.UNSYNCED:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    if settings.UNSYNCED:
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# Folders whose own name is known to be on disk. A folder that is there may have been made by
# another a moment ago and not yet be synced, so each process syncs each name once.
_settled: set[Path] = set()


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents, each name synced in the folder above it."""
    if folder in _settled and folder.is_dir():
        return
    if folder != settings.DATA:
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _settled.add(folder)


def write_all(file: io.FileIO, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) :]
