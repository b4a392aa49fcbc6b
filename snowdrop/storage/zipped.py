"""A ZIP of files that are on the disk, whose every byte is known before the first is sent.

The files are stored as they are: pictures and films do not get smaller. With size and CRC-32 known beforehand, the
length of the whole is a sum, and any part of it can be sent by itself, from any byte on. So a download that broke off
is taken up where it was, and nothing is read twice or kept in memory.

Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
"""

from __future__ import annotations

import hashlib
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path

PIECE = 2**18  # bytes
_UTF8 = 0x0800
_LARGE = 0xFFFFFFFF  # "look into the extra field"
_MANY = 0xFFFF
_OF_UNIX = 3 << 8
_REGULAR = 0o100644 << 16

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END_64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64 = struct.Struct("<4sIQI")


class NotAsItWas(Exception):
    """A file is not there any more, or has another size than was said: what is sent would be no ZIP."""


@dataclass(frozen=True)
class Entry:
    name: str  # with "/" between folders; safe and unique, for which whoever makes it sees
    path: Path
    size: int  # bytes
    crc32: int
    at: datetime  # without a zone: what a clock on the wall would say


class Zip:
    """What is sent, from the first byte to the last."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._pieces: list[bytes | Entry] = []
        central = b""
        at = 0
        for entry in entries:
            name = entry.name.encode()
            head = _local(entry, name)
            central += _in_directory(entry, name, at)
            self._pieces += [head, entry]
            at += len(head) + entry.size
        tail = central + _end(len(entries), len(central), at)
        self._pieces.append(tail)
        self._starts = [0, *accumulate(one.size if isinstance(one, Entry) else len(one) for one in self._pieces)]
        self.size = self._starts.pop()
        # Names, sizes, sums, times and places all stand in the directory: another one is another ZIP.
        self.digest = hashlib.sha256(tail).hexdigest()

    def sent(self, start: int, length: int) -> Iterator[bytes]:
        """Yield `length` bytes from `start`, in pieces. Raises NotAsItWas, and then what was sent is cut short."""
        place = bisect_right(self._starts, start) - 1
        while length:
            piece, skip = self._pieces[place], start - self._starts[place]
            for chunk in _of_file(piece, skip) if isinstance(piece, Entry) else [piece[skip:]]:
                chunk = chunk[:length]
                if chunk:
                    yield chunk
                start += len(chunk)
                length -= len(chunk)
                if not length:
                    return
            place += 1


def _of_file(entry: Entry, skip: int) -> Iterator[bytes]:
    left = entry.size - skip
    try:
        with entry.path.open("rb", buffering=0) as file:
            file.seek(skip)
            while left:
                chunk = file.read(min(PIECE, left))
                if not chunk:
                    raise NotAsItWas
                left -= len(chunk)
                yield chunk
    except FileNotFoundError as error:
        raise NotAsItWas from error


def _local(entry: Entry, name: bytes) -> bytes:
    large = entry.size >= _LARGE
    extra = struct.pack("<2H2Q", 1, 16, entry.size, entry.size) if large else b""
    size = _LARGE if large else entry.size
    return (
        _LOCAL.pack(
            b"PK\x03\x04",
            45 if large else 20,
            _UTF8,
            0,  # stored
            *_clock(entry.at),
            entry.crc32,
            size,
            size,
            len(name),
            len(extra),
        )
        + name
        + extra
    )


def _in_directory(entry: Entry, name: bytes, at: int) -> bytes:
    large = [] if entry.size < _LARGE else [entry.size, entry.size]
    further = large + ([] if at < _LARGE else [at])
    extra = struct.pack(f"<2H{len(further)}Q", 1, 8 * len(further), *further) if further else b""
    size, version = (_LARGE if large else entry.size), (45 if further else 20)
    return (
        _CENTRAL.pack(
            b"PK\x01\x02",
            _OF_UNIX | version,
            version,
            _UTF8,
            0,
            *_clock(entry.at),
            entry.crc32,
            size,
            size,
            len(name),
            len(extra),
            0,
            0,
            0,
            _REGULAR,
            min(at, _LARGE),
        )
        + name
        + extra
    )


def _end(count: int, size: int, at: int) -> bytes:
    """End the directory of `count` entries and `size` bytes that begins at `at`."""
    end = _END.pack(b"PK\x05\x06", 0, 0, min(count, _MANY), min(count, _MANY), min(size, _LARGE), min(at, _LARGE), 0)
    if count < _MANY and size < _LARGE and at < _LARGE:
        return end
    further = _END_64.pack(b"PK\x06\x06", _END_64.size - 12, _OF_UNIX | 45, 45, 0, 0, count, count, size, at)
    return further + _LOCATOR_64.pack(b"PK\x06\x07", 0, at + size, 1) + end


def _clock(at: datetime) -> tuple[int, int]:
    """The time and the day as DOS wrote them: from 1980 to 2107, in steps of two seconds."""
    if at.year < 1980:
        at = datetime(1980, 1, 1)
    elif at.year > 2107:
        at = datetime(2107, 12, 31)
    return at.hour << 11 | at.minute << 5 | at.second // 2, (at.year - 1980) << 9 | at.month << 5 | at.day
