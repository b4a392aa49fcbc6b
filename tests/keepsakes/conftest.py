"""Pictures made on the spot, each with its own bytes, and a way to add them as a person does."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from snowdrop.keepsakes import adding
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.circles import Circle
from snowdrop.storage import originals


def jpeg(seed: int = 0, *, size=(64, 48), taken: str = "", caption: str = "", gps: bool = False) -> bytes:
    exif = Image.Exif()
    if caption:
        exif[0x010E] = caption
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if gps:
        exif[0x010F] = "CANARY-make"
        exif[0x8825] = {1: "N", 2: (47.0, 22.0, 5.0), 3: "E", 4: (8.0, 33.0, 1.0)}
    out = io.BytesIO()
    picture = Image.new("RGB", size, (seed * 37 % 256, seed * 101 % 256, 90))
    picture.putpixel((0, 0), (seed % 256, seed // 256 % 256, 1))
    picture.save(out, "JPEG", quality=95, exif=exif.tobytes())
    return out.getvalue()


@pytest.fixture
def bytes_of() -> Callable[..., bytes]:
    return jpeg


@pytest.fixture
def add(keeper) -> Callable[..., Photograph]:
    """Add a photograph as `by` (a keeper, where nothing is said)."""

    def added(
        seed: int = 0, *, by=None, audience=Circle.KEEPERS, name="IMG_1.jpg", batch=None, **picture
    ) -> Photograph:
        received = originals.receive([jpeg(seed, **picture)])
        result = adding.add(received, by=by or keeper, came_as=name, audience=audience, batch=batch)
        return result.photograph

    return added
