"""How large a rendition is, and in which formats. Read inside the cage too, so it knows nothing of Django."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import NamedTuple

SIZES = (480, 1280, 2400)  # pixels of the longest side
# A long screenshot or a panorama made to fit by its longest side would be a thread of colour. So
# the short side keeps this part of the size, and the long side may be longer for it.
NARROWEST = 0.4
LONGEST = 16_000  # pixels; older phones show nothing at all of a longer picture

MOVING = 1280  # pixels of the longest side of a picture that moves
MOST_MOVING_FRAMES = 1_000
MOST_MOVING_PIXELS = 80_000_000  # frames x pixels; a longer one is smaller for it


class Form(StrEnum):
    """A format of renditions, named as their addresses end."""

    JPEG = "jpg"  # every browser shows it
    AVIF = "avif"  # lighter, and slower to make
    MOVING = "webp"  # all frames of a picture that moves

    @property
    def media_type(self) -> str:
        return "image/jpeg" if self is Form.JPEG else f"image/{self.value}"

    def begins(self, head: bytes) -> bool:
        """Whether a file that begins so (12 bytes are enough) can be one of this form."""
        match self:
            case Form.JPEG:
                return head.startswith(b"\xff\xd8\xff")
            case Form.AVIF:
                return head[4:12] == b"ftypavif"
            case Form.MOVING:
                return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


class Rendition(NamedTuple):
    size: int  # its name: one of SIZES
    width: int  # pixels
    height: int


def fit(width: int, height: int, size: int) -> tuple[int, int]:
    """Return the width and height of a picture shown at `size`. It is never enlarged."""
    longest, shortest = max(width, height), min(width, height)
    scale = max(size / longest, NARROWEST * size / shortest)
    scale = min(scale, LONGEST / longest, 1)
    return max(1, round(width * scale)), max(1, round(height * scale))


def renditions(width: int, height: int) -> list[Rendition]:
    """Return the renditions a picture has, smallest first: a small one has fewer, for none is made twice."""
    found: list[Rendition] = []
    for size in SIZES:
        shown = fit(width, height, size)
        if not found or shown != found[-1][1:]:
            found.append(Rendition(size, *shown))
    return found


def moves(frames: int) -> bool:
    """Whether a picture of so many frames can be shown moving."""
    return 1 < frames <= MOST_MOVING_FRAMES


def moving(width: int, height: int, frames: int) -> tuple[int, int]:
    """Return the width and height in which a picture moves."""
    scale = min(1, MOVING / max(width, height), math.sqrt(MOST_MOVING_PIXELS / (frames * width * height)))
    return max(1, round(width * scale)), max(1, round(height * scale))
