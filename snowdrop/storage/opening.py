"""Opens one picture and makes its renditions. Runs only inside the cage, so it knows nothing of Django."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Callable
from typing import Any, NotRequired, TypedDict

import pi_heif
import pyvips
from PIL import Image, TiffImagePlugin

from snowdrop.storage import exif, icc
from snowdrop.storage.sizes import Form, renditions

PAPER = [251, 250, 245]  # #fbfaf5, the page behind what is transparent
QUALITY = 79
AVIF_QUALITY = 66  # about as near to the picture as the JPEG, measured: docs/decisions/0022-avif.md


class Task(TypedDict):
    kind: str
    orientation: NotRequired[int]  # as found when it came in; without it Exif is read
    turned: int  # degrees clockwise, by hand
    sizes: list[int]  # those to be made, one output for each
    form: NotRequired[str]  # one of `Form`; JPEG, where nothing is said
    most_pixels: int
    longest_side: int
    most_frame_pixels: int


class Refused(Exception):
    """Its argument is a key of `kinds.INSIDE`."""


def get_ready() -> None:
    """Load and set up what every picture needs, without starting a thread: a fork must find only one."""
    pyvips.cache_set_max(0)
    pyvips.cache_set_max_mem(0)
    # Forced loaders never sniff, and of all others not even a bug can be reached.
    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in ("Jpeg", "Png", "Webp", "Nsgif", "Heif"):
        pyvips.operation_block_set(f"VipsForeignLoad{loader}", False)
    pi_heif.options.DECODE_THREADS = 1
    pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
    # Pillow reads Exif alone here, with none of its decoders; this makes it load what that takes.
    TiffImagePlugin.ImageFileDirectory_v2()
    exif.read(Image.Exif().tobytes())
    for operation in (
        *("jpegload_source", "pngload_source", "webpload_source", "gifload_source", "heifload_source"),
        *("thumbnail_image", "icc_transform", "colourspace", "flatten", "autorot", "rot", "jpegsave_buffer"),
        *("heifsave_buffer", "webpsave_buffer", "arrayjoin"),
        *("copy", "subsample", "avg", "extract_band", "cast"),
    ):
        pyvips.Introspect.get(operation)


def do(task: Task, source: int, outputs: list[int]) -> dict[str, Any]:
    """Look at the picture in descriptor `source`, and write the renditions asked for to `outputs`."""
    kind = task["kind"]
    header = _heic(source) if kind == "heic" else _vips(kind, source)
    _check(header, task)
    said = exif.read(header.exif)
    # The decoders of HEIC and AVIF have turned the picture already, and Exif repeats it.
    orientation = 1 if kind in ("heic", "avif") else task.get("orientation", said["orientation"])
    upright = turned(header.width, header.height, orientation >= 5)
    wanted = [r for r in renditions(*upright) if r.size in task["sizes"]] or renditions(*upright)[:1]
    largest = turned(wanted[-1].width, wanted[-1].height, orientation >= 5)

    picture, damaged = _shrunk(header, largest)
    picture = plain(picture)
    picture = set_upright(picture, orientation, task["turned"])
    made: list[list[int]] = []
    for rendition in reversed(wanted):
        width, height = turned(rendition.width, rendition.height, task["turned"] in (90, 270))
        if (picture.width, picture.height) != (width, height):
            picture = picture.thumbnail_image(width, height=height, size="force", no_rotate=True).copy_memory()
        if outputs:
            write(packed(picture, task.get("form", Form.JPEG)), outputs[task["sizes"].index(rendition.size)])
            made.append(list(rendition))
    if damaged and _is_blank(picture):
        raise Refused("damaged")  # there is a header, and of the picture less than a hundredth
    return {
        **said,
        "orientation": orientation,
        "width": upright[0],
        "height": upright[1],
        "frames": header.frames,
        "colour": average(picture),
        "damaged": damaged,
        "made": made,
    }


class Header:
    """What is known before decoding, and how to go on from there."""

    def __init__(
        self,
        size: tuple[int, int],
        frames: int,
        exif_block: bytes,
        decode: Callable[[tuple[int, int], bool], pyvips.Image],
    ) -> None:
        self.width, self.height = size
        self.frames = frames
        self.exif = exif_block
        self.decode = decode  # (at least this size, strictly?) -> the picture, perhaps shrunk on the way in


def _vips(kind: str, descriptor: int) -> Header:
    load = getattr(pyvips.Image, f"{'gif' if kind == 'gif' else 'heif' if kind == 'avif' else kind}load_source")

    def opened(**options: Any) -> pyvips.Image:
        os.lseek(descriptor, 0, os.SEEK_SET)
        return load(pyvips.Source.new_from_descriptor(descriptor), access="sequential", **options)

    def decode(target: tuple[int, int], strictly: bool) -> pyvips.Image:
        options: dict[str, Any] = {"fail_on": "truncated" if strictly else "none"}
        if kind == "jpeg":
            options["shrink"] = _shrink_on_load(header.width, target[0])
        elif kind == "webp" and frames == 1:
            # Also by the decoder, to twice what is wanted: the whole of a large one takes a gigabyte.
            options["scale"] = min(1.0, 2 * target[0] / header.width)
        return opened(**options)

    try:
        header = opened(fail_on="none")
    except pyvips.Error as error:
        raise Refused("damaged") from error
    frames = header.get("n-pages") if header.get_typeof("n-pages") else 1
    block = header.get("exif-data") if header.get_typeof("exif-data") else b""
    if kind == "png":
        frames = _png_frames(descriptor)
    if kind == "heic" or kind == "avif":
        frames = max(1, frames)
    return Header((header.width, header.height), frames, bytes(block), decode)


def _heic(descriptor: int) -> Header:
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            found = pi_heif.open_heif(file, convert_hdr_to_8bit=True)
        picture = found[found.primary_index]
    except (ValueError, RuntimeError, EOFError, SyntaxError, OSError, IndexError) as error:
        raise Refused("damaged") from error

    def decode(_target: tuple[int, int], _strictly: bool) -> pyvips.Image:
        try:
            pixels = memoryview(picture.data)
        except (ValueError, RuntimeError, EOFError, SyntaxError, OSError) as error:
            raise Refused("damaged") from error
        bands = len(picture.mode)
        rows = picture.stride // bands
        image = pyvips.Image.new_from_memory(pixels, rows, picture.size[1], bands, "uchar")
        image = image.crop(0, 0, *picture.size).copy(interpretation="srgb" if bands >= 3 else "b-w")
        if profile := picture.info.get("icc_profile"):
            image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
        return image

    # Pictures in one file are not frames: the others are bursts, depth or the halves of a pair.
    return Header(picture.size, 1, picture.info.get("exif") or b"", decode)


def _check(header: Header, task: Task) -> None:
    if max(header.width, header.height) > task["longest_side"]:
        raise Refused("too-long")
    if header.width * header.height > task["most_pixels"]:
        raise Refused("too-many-pixels")
    if header.frames > 1 and header.frames * header.width * header.height > task["most_frame_pixels"]:
        raise Refused("too-many-frames")


def _shrunk(header: Header, largest: tuple[int, int]) -> tuple[pyvips.Image, bool]:
    """Decode to the largest size wanted, and say whether the file is damaged; then it is shown as far as it goes."""
    try:
        return fitted(header.decode(largest, True), largest).copy_memory(), False
    except pyvips.Error as error:
        _tell_memory_from_damage(error)
    try:
        return fitted(header.decode(largest, False), largest).copy_memory(), True
    except pyvips.Error as error:
        _tell_memory_from_damage(error)
        return fitted(_as_far_as_it_goes(header, largest), largest).copy_memory(), True


def _tell_memory_from_damage(error: pyvips.Error) -> None:
    if "memory" in str(error).replace("unable to copy to memory", ""):
        raise MemoryError from error


def fitted(picture: pyvips.Image, size: tuple[int, int]) -> pyvips.Image:
    if (picture.width, picture.height) == size:
        return picture
    return picture.thumbnail_image(size[0], height=size[1], size="force", no_rotate=True)


def _as_far_as_it_goes(header: Header, largest: tuple[int, int]) -> pyvips.Image:
    """Return the rows above the first that no decoder gets past, on grey; they are found by halves."""
    parts = 16
    whole: pyvips.Image | None = None
    good, bad = 0, parts
    while bad - good > 1:
        half = (good + bad) // 2
        try:
            picture = header.decode(largest, False)
            rows = max(1, picture.height * half // parts)
            part = picture.crop(0, 0, picture.width, rows).copy_memory()
            grey = [128] * picture.bands
            whole = part.embed(0, 0, picture.width, picture.height, extend="background", background=grey)
            good = half
        except pyvips.Error:
            bad = half
    if whole is None:
        raise Refused("damaged")
    return whole


def _shrink_on_load(width: int, target: int) -> int:
    """How far the JPEG decoder itself may shrink. It only averages, so a factor of two is left for a good filter."""
    return next((factor for factor in (8, 4, 2) if width >= target * factor * 2), 1)


def plain(picture: pyvips.Image) -> pyvips.Image:
    """Return 8 bits of sRGB or grey, without transparency. Done after the shrink, where it is cheap."""
    if picture.get_typeof("icc-profile-data"):
        if not icc.is_like_srgb(bytes(picture.get("icc-profile-data"))):
            with contextlib.suppress(pyvips.Error):  # of a broken profile: its numbers are as good as any
                picture = picture.icc_transform("srgb", embedded=True).copy_memory()
        picture = picture.copy()
        picture.remove("icc-profile-data")
    if picture.interpretation not in ("srgb", "b-w"):
        picture = picture.colourspace("b-w" if picture.interpretation == "grey16" else "srgb")
    if picture.hasalpha():
        picture = picture.flatten(background=PAPER if picture.bands > 2 else PAPER[1:2])
    if picture.format != "uchar":
        picture = picture.cast("uchar")
    return picture.copy_memory()


def _is_blank(picture: pyvips.Image) -> bool:
    """Whether all but a speck is what a decoder fills up with; the end of a picture is missing first."""
    for corner in ((picture.width - 1, picture.height - 1), (0, 0)):
        filling = (picture == picture.getpoint(*corner)).bandand()
        if filling.avg() > 0.99 * 255:
            return True
    return False


def set_upright(picture: pyvips.Image, orientation: int, turned: int) -> pyvips.Image:
    if orientation != 1:
        picture = picture.copy()
        picture.set_type(pyvips.GValue.gint_type, "orientation", orientation)
        picture = picture.autorot()
    if turned:
        picture = picture.rot(f"d{turned}")
    return picture.copy_memory()


def turned(width: int, height: int, sideways: bool) -> tuple[int, int]:
    return (height, width) if sideways else (width, height)


def packed(picture: pyvips.Image, form: str, quality: int | None = None) -> bytes:
    if form == Form.AVIF:
        # Colour at half the resolution, as in the JPEG. The least effort: the next one takes four times as long
        # and saves a thirtieth.
        options = {"compression": "av1", "effort": 0, "subsample_mode": "on", "keep": "none"}
        return picture.heifsave_buffer(Q=quality or AVIF_QUALITY, **options)
    return picture.jpegsave_buffer(Q=quality or QUALITY, interlace=True, optimize_coding=True, keep="none")


def write(data: bytes, output: int) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(output, left) :]


def average(picture: pyvips.Image) -> str:
    step = max(1, min(picture.width, picture.height) // 64)
    few = picture.subsample(step, step).copy_memory()
    means = [round(few[band].avg()) for band in range(few.bands)]
    red, green, blue = means if len(means) >= 3 else means[:1] * 3
    return f"#{red:02x}{green:02x}{blue:02x}"


def _png_frames(descriptor: int) -> int:
    """Source: the Animation Control Chunk of PNG, third edition, section 11.3.6.1; it stands before the pixels."""
    start = os.pread(descriptor, 2**16, 0)
    at = start.find(b"acTL")
    if at < 0 or len(start) < at + 8 or 0 <= start.find(b"IDAT") < at:
        return 1
    return max(1, struct.unpack_from(">I", start, at + 4)[0])
