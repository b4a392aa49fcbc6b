"""Whether a colour profile is sRGB by another name. Runs inside the cage, so it knows nothing of Django.

A conversion costs more than all the rest of a rendition together, and most profiles are sRGB.
"""

from __future__ import annotations

import struct

# The colorants of sRGB, adapted to D50. Source: IEC 61966-2-1 and ICC.1:2022, annex F.
_COLORANTS = {
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}
_CLOSE = 0.006  # of a colorant; the many sRGB profiles differ by up to 0.004, Display P3 by 0.08
_MIDDLE = 0.2140  # what sRGB makes of one half; plain gamma 2.2 makes 0.2176


def is_like_srgb(profile: bytes) -> bool:
    """Return True also for a profile too broken to be used: then sRGB is the best guess."""
    if len(profile) < 132 or profile[36:40] != b"acsp":
        return True
    if profile[16:20] not in (b"RGB ", b"GRAY"):
        return False
    try:
        tags = _tags(profile)
        if profile[16:20] == b"GRAY":
            return abs(_half(tags[b"kTRC"]) - _MIDDLE) < 0.02
        if not _COLORANTS.keys() <= tags.keys():
            return not tags
        near = all(
            abs(have - want) < _CLOSE
            for tag, wanted in _COLORANTS.items()
            for have, want in zip(_xyz(tags[tag]), wanted, strict=True)
        )
        return near and all(abs(_half(tags[tag]) - _MIDDLE) < 0.02 for tag in (b"rTRC", b"gTRC", b"bTRC"))
    except (struct.error, KeyError, ValueError, OverflowError, ZeroDivisionError):
        return True


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    found = {}
    for i in range(min(count, 100)):
        name, offset, length = struct.unpack_from(">4sII", profile, 132 + 12 * i)
        found[name] = profile[offset : offset + length]
    return found


def _xyz(tag: bytes) -> tuple[float, ...]:
    return tuple(value / 65_536 for value in struct.unpack_from(">3i", tag, 8))


def _half(tag: bytes) -> float:
    """Return what the curve makes of 0.5. Source: ICC.1:2022, sections 10.6 and 10.18."""
    if tag[:4] == b"para":
        kind, *_ = struct.unpack_from(">H", tag, 8)
        g, a, b = (*(v / 65_536 for v in struct.unpack_from(f">{min(kind * 2 + 1, 3)}i", tag, 12)), 1.0, 0.0)[:3]
        return (a * 0.5 + b) ** g if kind else 0.5**g
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return 0.5
    if count == 1:
        return 0.5 ** (struct.unpack_from(">H", tag, 12)[0] / 256)
    return struct.unpack_from(">H", tag, 12 + 2 * ((count - 1) // 2))[0] / 65_535
