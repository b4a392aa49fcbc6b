"""Finding the short clip that telephones put behind or into a photograph. Nothing is decoded, and nothing is played.

Lengths that a file tells are followed only within the file, and only to where a film really begins.
"""

from __future__ import annotations

import mmap
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HEAD = 2**18  # bytes in which what a camera wrote about the picture stands
_PIECE = 2**20
_MOST_BOXES = 10_000

# Source: Android, "Motion Photo format 1.0", and Google's older "Micro Video": counted from the end of the file.
_ITEM = re.compile(rb"<[^<>]*Item:Semantic\s*=\s*[\"']MotionPhoto[\"'][^<>]*>")
_LENGTH = re.compile(rb"Item:Length\s*=\s*[\"'](\d{1,10})[\"']")
_MICRO = re.compile(rb"GCamera:MicroVideoOffset(?:\s*=\s*[\"']|>)(\d{1,10})")
_SAMSUNG = b"MotionPhoto_Data"


class Clip(NamedTuple):
    start: int  # bytes into the file
    length: int

    def chunks(self, path: Path) -> Iterator[bytes]:
        """Its bytes, a piece at a time."""
        with path.open("rb") as file:
            file.seek(self.start)
            left = self.length
            while left and (piece := file.read(min(left, _PIECE))):
                left -= len(piece)
                yield piece


def clip_in(path: Path) -> Clip | None:
    """Return where in the photograph at `path` a clip lies, or None. Raises FileNotFoundError."""
    with path.open("rb") as file:
        if not file.read(1):
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data[:3] == b"\xff\xd8\xff":
                starts = _in_jpeg(data)
            elif data[4:8] == b"ftyp":
                starts = _in_boxes(data)
            else:
                return None
            for start in starts:
                if length := _film_at(data, start):
                    return Clip(start, length)
    return None


def _in_jpeg(data: mmap.mmap) -> Iterator[int]:
    head = data[:HEAD]
    if (item := _ITEM.search(head)) and (length := _LENGTH.search(item[0])):
        yield len(data) - int(length[1])
    if offset := _MICRO.search(head):
        yield len(data) - int(offset[1])
    if (mark := data.rfind(_SAMSUNG)) > 0:
        yield mark + len(_SAMSUNG)


def _in_boxes(data: mmap.mmap) -> Iterator[int]:
    """Source: Android, "Motion Photo format 1.0", for HEIC: a box of its own at the top holds the film."""
    for start, name, head, _length in _boxes(data, 0):
        if name == b"mpvd":
            yield start + head


def _film_at(data: mmap.mmap, start: int) -> int:
    """Return how long the MP4 is that begins there, 0 where none does."""
    if start <= 0 or data[start + 4 : start + 8] != b"ftyp":
        return 0
    length, names = 0, set()
    for _at, name, _head, size in _boxes(data, start):
        if not name.isalnum():
            break  # what stands behind it
        length += size
        names.add(name)
    return length if b"moov" in names else 0


def _boxes(data: mmap.mmap, at: int) -> Iterator[tuple[int, bytes, int, int]]:
    """The boxes at the top from there on: where each begins, its name, the length of its head and of all of it.

    Source: ISO/IEC 14496-12, section 4.2.
    """
    for _ in range(_MOST_BOXES):
        if at + 8 > len(data):
            return
        size, name = struct.unpack(">I4s", data[at : at + 8])
        head = 8
        if size == 1 and at + 16 <= len(data):
            (size,), head = struct.unpack(">Q", data[at + 8 : at + 16]), 16
        elif size == 0:
            size = len(data) - at
        if size < head or at + size > len(data):
            return
        yield at, name, head, size
        at += size
