"""Makes a picture of many frames into one that moves. Runs only inside the cage, so it knows nothing of Django."""

from __future__ import annotations

import os
from typing import Any

import pyvips
from PIL import GifImagePlugin, Image, PngImagePlugin, WebPImagePlugin  # noqa: F401 - each names itself to Pillow

from snowdrop.storage import sizes
from snowdrop.storage.opening import Refused, Task, fitted, plain, set_upright, turned, write

QUALITY = 70
_SHORTEST = 20  # milliseconds; browsers show a frame of 10 and less for 100
_USUAL = 100


def get_ready() -> None:
    """Pillow puts the frames together: libvips reads no moving PNG. It must not look for a plugin later on."""
    assert {"GIF", "PNG", "WEBP"} <= Image.OPEN.keys()
    Image.preinit()


def do(task: Task, source: int, outputs: list[int]) -> dict[str, Any]:
    """Write all frames of the picture in descriptor `source` to the one output, as WebP."""
    os.lseek(source, 0, os.SEEK_SET)
    Image.MAX_IMAGE_PIXELS = None  # asked below, and more strictly
    try:
        with os.fdopen(os.dup(source), "rb") as file, Image.open(file, formats=[task["kind"].upper()]) as found:
            roll, size, frames = _roll(found, task)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError) as error:
        raise Refused("damaged") from error
    write(roll.webpsave_buffer(Q=QUALITY, effort=2, keep="none"), outputs[0])
    return {"moving": list(size), "frames": frames}


def _roll(found: Image.Image, task: Task) -> tuple[pyvips.Image, tuple[int, int], int]:
    """Return the frames one below the other, as libvips has it, their size and how many they are."""
    if found.width * found.height > task["most_pixels"]:
        raise Refused("too-many-pixels")
    # A moving PNG may have a first picture for those that show it still; it is no frame.
    first = 1 if found.info.get("default_image") else 0
    count = getattr(found, "n_frames", 1) - first
    if not sizes.moves(count) or count * found.width * found.height > task["most_frame_pixels"]:
        raise Refused("too-many-frames")
    size = sizes.moving(found.width, found.height, count)
    frames, delays = [], []
    for number in range(first, first + count):
        found.seek(number)
        frame = found.convert("RGBA")
        delay = int(found.info.get("duration", _USUAL))
        delays.append(delay if delay >= _SHORTEST else _USUAL)
        picture = pyvips.Image.new_from_memory(frame.tobytes(), *frame.size, 4, "uchar").copy(interpretation="srgb")
        if profile := found.info.get("icc_profile"):
            picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
        frames.append(set_upright(plain(fitted(picture, size)), task.get("orientation", 1), task["turned"]))
    roll = pyvips.Image.arrayjoin(frames, across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", frames[0].height)
    roll.set_type(pyvips.GValue.array_int_type, "delay", delays)
    roll.set_type(pyvips.GValue.gint_type, "loop", found.info.get("loop", 1))
    sideways = (task.get("orientation", 1) >= 5) != (task["turned"] in (90, 270))
    return roll, turned(*size, sideways), count
