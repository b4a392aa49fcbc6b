"""Charts of colours in many colour spaces, and how far two pictures of one are apart."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from itertools import product

import pyvips
from PIL import Image, ImageCms

PATCH = 16  # pixels
STEPS = (20, 90, 160, 235)
COLOURS = list(product(STEPS, repeat=3))


def chart(mode: str = "RGB") -> Image.Image:
    """Eight times eight patches, far enough apart that a picture's compression cannot mix them."""
    picture = Image.new("RGB", (8 * PATCH, 8 * PATCH))
    for at, colour in enumerate(COLOURS):
        x, y = at % 8 * PATCH, at // 8 * PATCH
        picture.paste(colour, (x, y, x + PATCH, y + PATCH))
    return picture.convert(mode)


def patches(picture: Image.Image) -> list[tuple[int, ...]]:
    rgb = picture.convert("RGB")
    half = PATCH // 2
    return [rgb.getpixel((at % 8 * PATCH + half, at // 8 * PATCH + half)) for at in range(64)]


def as_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """What LittleCMS makes of it: the reference."""
    srgb = ImageCms.createProfile("sRGB")
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.profileToProfile(picture, embedded, srgb, renderingIntent=intent, outputMode="RGB")


def apart(one: Image.Image, other: Image.Image) -> float:
    """The mean distance of all patches. Source: CIE 15, CIELAB colour difference (1976)."""
    pairs = zip(map(_lab, patches(one)), map(_lab, patches(other)), strict=True)
    return sum(sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5 for pair in pairs) / 64


def _lab(colour: tuple[int, ...]) -> tuple[float, float, float]:
    """Source: IEC 61966-2-1; CIE 15, for the white of D65."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour))
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 216 / 24_389 else (24_389 / 27 * v + 16) / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _known(name: str, space: str) -> bytes:
    """A profile that libvips brings along."""
    picture = pyvips.Image.black(1, 1, bands=3).copy(interpretation="srgb").icc_export(output_profile=name)
    profile = bytes(picture.get("icc-profile-data"))
    assert profile[16:20] == space.encode()
    return profile


def _made(space: str, gamma: float, **colorants: tuple[float, float, float]) -> bytes:
    """A profile of matrix and gamma. Source: ICC.1:2022, sections 7 to 9; its fixed-point numbers in section 4."""

    def fixed(*values: float) -> bytes:
        return struct.pack(f">{len(values)}i", *(round(value * 65_536) for value in values))

    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    white = b"XYZ " + bytes(4) + fixed(0.9642, 1.0, 0.8249)
    name = b"a chart of a test"
    tags = {b"wtpt": white, b"desc": b"desc" + bytes(4) + struct.pack(">I", len(name) + 1) + name + bytes(90)}
    tags |= {f"{key}XYZ".encode(): b"XYZ " + bytes(4) + fixed(*value) for key, value in colorants.items()}
    tags |= {f"{key}TRC".encode(): curve for key in colorants or "k"}
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        value += bytes(-len(value) % 4)
        table += struct.pack(">4sII", tag, start + len(data), len(value))
        data += value
    head = struct.pack(
        ">I4sI4s4s4s12x4s", start + len(data), b"test", 0x02400000, b"mntr", space.encode(), b"XYZ ", b"acsp"
    )
    head += bytes(28) + fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + table + data


def profiles() -> Iterator[tuple[str, str, bytes]]:
    """Name, mode in Pillow and profile of each colour space that cameras, scanners and printers write."""
    yield "Display P3", "RGB", _known("p3", "RGB ")
    adobe = {"r": (0.60974, 0.31111, 0.01947), "g": (0.20528, 0.62567, 0.06087), "b": (0.14919, 0.06322, 0.74457)}
    yield "Adobe RGB", "RGB", _made("RGB ", 2.19921875, **adobe)
    yield "inks", "CMYK", _known("cmyk", "CMYK")
    yield "grey", "L", _made("GRAY", 2.2)
    yield "grey of older Macs", "L", _made("GRAY", 1.8)
