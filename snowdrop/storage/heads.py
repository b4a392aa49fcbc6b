"""What the first and last bytes of a plain picture say of it, read without decoding anything.

Only for the plainest files: a JPEG or a WebP without Exif, upright, still, ending as it should. Whatever else there
is, or could be, is found out in the cage. Nothing here follows a length further than the bytes it was given.
"""

from __future__ import annotations

from typing import NamedTuple

from snowdrop.storage import kinds
from snowdrop.storage.kinds import Kind


class Plain(NamedTuple):
    kind: Kind
    width: int  # pixels
    height: int


def plain(first: bytes, last: bytes, size: int) -> Plain | None:
    """Return what a picture of `size` bytes is that begins with `first` and ends with `last`, or None.

    Raises NotAPicture where it begins as none.
    """
    kind = kinds.of(first[: kinds.HEAD])
    if kind is Kind.JPEG:
        sides = _of_jpeg(first, last)
    elif kind is Kind.WEBP:
        sides = _of_webp(first, size)
    else:
        sides = None
    if sides is None or not (min(sides) > 0 and max(sides) <= kinds.LONGEST_SIDE):
        return None
    return Plain(kind, *sides) if sides[0] * sides[1] <= kinds.MOST_PIXELS else None


def _of_jpeg(first: bytes, last: bytes) -> tuple[int, int] | None:
    """Walk from marker to marker up to the frame header.

    Source: ITU-T T.81, annex B.
    """
    if not last.rstrip(b"\0").endswith(b"\xff\xd9"):
        return None  # cut off, or something was put behind it
    at = 2
    while at + 9 < len(first) and first[at] == 0xFF:
        marker, length = first[at + 1], int.from_bytes(first[at + 2 : at + 4])
        if marker == 0xE1 or marker == 0xDA or not 0xC0 <= marker <= 0xFE or length < 2:
            return None  # Exif or XMP; a picture before its header; no marker
        if marker in (0xC0, 0xC1, 0xC2):
            components = first[at + 9]
            sides = int.from_bytes(first[at + 7 : at + 9]), int.from_bytes(first[at + 5 : at + 7])
            return sides if components in (1, 3) else None
        if 0xC0 <= marker <= 0xCF and marker != 0xC4:
            return None  # a rare way of coding
        at += 2 + length
    return None


def _of_webp(first: bytes, size: int) -> tuple[int, int] | None:
    """Read the first chunk.

    Source: RFC 9649, section 2; RFC 6386, section 9.1, for the key frame in it.
    """
    if int.from_bytes(first[4:8], "little") + 8 != size or len(first) < 30:
        return None
    chunk, body = first[12:16], first[20:30]
    if chunk == b"VP8X" and not body[0] & 0b00001110:  # Exif, XMP, animation
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    if chunk == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None
