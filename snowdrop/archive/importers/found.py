"""Files that may be photographs: in folders, or packed into a ZIP. Nothing is unpacked by its name."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.storage import kinds

CHUNK = 2**20  # bytes

MOST_MEMBERS = 25_000
MOST_DIRECTORY = 8 * 2**20  # bytes of a ZIP's list of contents, which is read whole
MOST_UNPACKED = 20 * 2**30  # bytes of all members together
# Pictures hardly shrink. What unpacks to more than this is no album; small texts beside them may shrink well.
MOST_RATIO = 20
RATIO_FROM = 64 * 2**20  # bytes unpacked, from which on the ratio counts

# Translators: shown beside a file's name, as the reason why it was not brought in.
LINK = _("This is a link to another place, and it was not followed.")
UNREADABLE = _("This file cannot be read.")
LOCKED = _("This file is locked with a password. Unpack it first.")
OTHER_PACKING = _("This file is packed in a way that cannot be read here. Unpack it first.")
DAMAGED = _("This file is damaged inside the packed folder.")
NO_FILE = _("Nothing is there.")

NOT_PACKED = _("This is not a packed folder (ZIP), or it is damaged.")
TOO_MANY = _("There are too many files in this packed folder. Please pack fewer than 25,000 at a time.")
TOO_MUCH = _("This packed folder unpacks to more than a folder of photographs can be. Nothing more of it was read.")

# What computers leave in folders for themselves. Nobody misses it, so nobody is told.
_LEFTOVERS = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".nomedia", ".picasa.ini", "zbthumbnail.info"})


class CannotRead(Exception):
    """One file cannot be read; the others can. `sentence` says why."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAFolder(Exception):
    """What was given as a folder is none, or none that may be read further."""

    path: Path | None = None  # which of several it is

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Found:
    """A file, by the name it had. `chunks` reads it from its start, as often as it is called."""

    name: str  # with the folders below what was given, as text for people
    chunks: Callable[[], Iterator[bytes]]
    """Raises CannotRead, and NotAFolder where nothing more may be read."""
    # What a ZIP's list of contents says, to tell files apart before they are read. It is not believed.
    size: int = 0  # bytes
    crc32: int = 0


def in_folders(paths: list[Path]) -> Iterator[Found]:
    """Walk folders in the order of their names; a file given by itself is found as itself, a ZIP by what is in it."""
    for path in paths:
        if path.is_dir():
            yield from below(path)
        elif is_packed(path):
            with packed(path) as members:
                yield from members
        else:
            yield _file(path, _text(path.name))


def is_packed(path: Path) -> bool:
    return path.is_file() and zipfile.is_zipfile(path) and _head(path).startswith(b"PK")


def below(folder: Path) -> Iterator[Found]:
    """Walk one folder in the order of its names. What is packed in it stays packed."""
    yield from _below(folder, "")


def _below(folder: Path, prefix: str) -> Iterator[Found]:
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: os.fsencode(entry.name))
    except OSError:
        yield Found(prefix.rstrip("/") or _text(folder.name), _refused(UNREADABLE))
        return
    for entry in entries:
        name = prefix + _text(entry.name)
        if _is_leftover(entry.name):
            continue
        if entry.is_symlink():
            yield Found(name, _refused(LINK))
        elif entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path), name + "/")
        else:
            yield _file(Path(entry.path), name)


def _is_leftover(name: str) -> bool:
    return name.lower() in _LEFTOVERS or name.startswith("._") or name == "__MACOSX"


def _text(name: str) -> str:
    """A file's name as text, also where its bytes are none."""
    return os.fsencode(name).decode("utf-8", "replace")


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4)
    except OSError:
        return b""


def _refused(sentence: str | Promise) -> Callable[[], Iterator[bytes]]:
    def chunks() -> Iterator[bytes]:
        raise CannotRead(sentence)
        yield b""  # pragma: no cover - makes it an iterator

    return chunks


def _file(path: Path, name: str) -> Found:
    def chunks() -> Iterator[bytes]:
        try:
            # A pipe would be waited for until somebody writes into it.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise CannotRead(NO_FILE) from error
        except OSError as error:
            raise CannotRead(UNREADABLE) from error
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise CannotRead(UNREADABLE)
            if about.st_size > kinds.MOST_BYTES:
                raise CannotRead(kinds.TOO_LARGE)
            try:
                while piece := file.read(CHUNK):
                    yield piece
            except OSError as error:
                raise CannotRead(UNREADABLE) from error

    return Found(name, chunks)


@contextmanager
def packed(path: Path, *, most_bytes: int | None = None, most_ratio: int | None = None) -> Iterator[Iterator[Found]]:
    """Read a ZIP member by member. What it says of itself is not believed: bytes are counted as they come.

    `most_bytes` of one member can be read, as much as of a picture if it is not said; all together may unpack to
    `most_ratio` times the ZIP. Raises NotAFolder.
    """
    with ExitStack() as opened:
        try:
            file = opened.enter_context(path.open("rb"))
            _check_list_of_contents(file)
            file.seek(0)
            zipped = opened.enter_context(zipfile.ZipFile(file))
            size = path.stat().st_size
        except (zipfile.BadZipFile, struct.error, zlib.error, OSError, NotImplementedError, ValueError) as error:
            raise NotAFolder(NOT_PACKED) from error
        if len(zipped.filelist) > MOST_MEMBERS:
            raise NotAFolder(TOO_MANY)
        yield _members(zipped, _Scale(size, most_bytes or kinds.MOST_BYTES, most_ratio or MOST_RATIO))


class _Scale:
    """Weighs what was unpacked of each member, once however often the member is read."""

    def __init__(self, packed_size: int, most_bytes: int, most_ratio: int) -> None:
        self._packed_size = max(packed_size, 1)
        self.most_bytes, self._most_ratio = most_bytes, most_ratio
        self._unpacked: dict[int, int] = {}
        self._total = 0

    def weigh(self, member: zipfile.ZipInfo, so_far: int) -> None:
        before = self._unpacked.get(member.header_offset, 0)
        if so_far <= before:
            return
        self._unpacked[member.header_offset] = so_far
        self._total += so_far - before
        shrinks = self._total > RATIO_FROM and self._total > self._most_ratio * self._packed_size
        if self._total > MOST_UNPACKED or shrinks:
            raise NotAFolder(TOO_MUCH)


def _members(zipped: zipfile.ZipFile, scale: _Scale) -> Iterator[Found]:
    for member in zipped.infolist():
        parts = [part for part in member.filename.replace("\\", "/").split("/") if part]
        if not parts or member.filename.endswith("/") or any(_is_leftover(part) for part in parts):
            continue
        if stat.S_ISLNK(member.external_attr >> 16):
            yield Found(member.filename, _refused(LINK))
        elif member.flag_bits & 0x1:
            yield Found(member.filename, _refused(LOCKED))
        elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # Python unpacks the others without a limit on how much comes of one read.
            yield Found(member.filename, _refused(OTHER_PACKING))
        else:
            yield Found(member.filename, _member(zipped, member, scale), member.file_size, member.CRC)


def _member(zipped: zipfile.ZipFile, member: zipfile.ZipInfo, scale: _Scale) -> Callable[[], Iterator[bytes]]:
    def chunks() -> Iterator[bytes]:
        size = 0
        try:
            with zipped.open(member) as file:
                while piece := file.read(CHUNK):
                    size += len(piece)
                    scale.weigh(member, size)
                    if size > scale.most_bytes:
                        raise CannotRead(kinds.TOO_LARGE)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as e:
            raise CannotRead(DAMAGED) from e

    return chunks


def _check_list_of_contents(file: IO[bytes]) -> None:
    """Refuse a list of contents that would take much memory, before it is read.

    Source: APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
    """
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - 65_557)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise NotAFolder(NOT_PACKED)
    count, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    locator = tail.rfind(b"PK\x06\x07", 0, at)
    if locator >= 0 and (count == 0xFFFF or length == 0xFFFFFFFF):
        (where,) = struct.unpack("<Q", tail[locator + 8 : locator + 16])
        file.seek(where)
        record = file.read(56)
        if len(record) < 56 or not record.startswith(b"PK\x06\x06"):
            raise NotAFolder(NOT_PACKED)
        count, length = struct.unpack("<QQ", record[32:48])
    if count > MOST_MEMBERS or length > MOST_DIRECTORY:
        raise NotAFolder(TOO_MANY)
