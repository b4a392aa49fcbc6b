"""Opens a hospital's scan (DICOM): one picture, or the frames of a film. Runs only inside the cage, so it knows nothing
of Django.

Of its tags nothing is told but the shape, the speed and the day. The names that stand in them never leave the cage.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, BinaryIO, NotRequired, TypedDict

import numpy
import pydicom
import pyvips
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut, iter_pixels
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit, RLELossless

from snowdrop.storage.opening import Refused, average, fitted, packed, set_upright, turned, write
from snowdrop.storage.sizes import Form, renditions

FRAMES = "frames"  # a form: every frame as a JPEG, one behind the other
# How much of a side is covered, by the digit that stands for it.
STRIPS = {"0": 0.0, "1": 0.08, "2": 0.16, "3": 0.25}

_CONTENTS = "1.2.840.10008.1.3.10"  # what a DICOMDIR is
_USUAL_RATE = 40_000  # microseconds a frame, where nothing is said
_SLOWEST, _FASTEST = 1_000_000, 16_667
_FRAME_QUALITY = 92
_LONGEST_FRAME = 1_920  # pixels
_FIRST_SCAN = 1_950


class Task(TypedDict):
    turned: int  # degrees clockwise, by hand
    covered: NotRequired[str]  # four digits of `STRIPS`: above, right, below, left, as it came
    sizes: list[int]
    form: NotRequired[str]
    most_pixels: int
    longest_side: int
    most_frame_pixels: int


Array = Any  # numpy.ndarray, of any shape and number


@dataclass
class Header:
    said: pydicom.Dataset
    width: int
    height: int
    frames: int
    photometric: str
    span: tuple[float, float] | None = None  # the darkest and the lightest, where no window is said


def get_ready() -> None:
    """Decode once in each way, so that nothing has to be loaded later on. libvips would start threads, which no fork
    may find."""
    warnings.simplefilter("ignore")
    with BytesIO() as drawn:
        Image.new("RGB", (16, 16)).save(drawn, "JPEG")
        jpeg = drawn.getvalue()
    grey = numpy.zeros((16, 16), "uint8")
    for syntax, data, samples in (
        (ExplicitVRLittleEndian, grey.tobytes(), 1),
        (JPEGBaseline8Bit, encapsulate([jpeg]), 3),
        (RLELossless, None, 1),
    ):
        said = pydicom.Dataset()
        said.Rows = said.Columns = 16
        said.SamplesPerPixel, said.BitsAllocated, said.BitsStored, said.HighBit = samples, 8, 8, 7
        said.PixelRepresentation, said.NumberOfFrames = 0, 1
        said.PhotometricInterpretation = "YBR_FULL_422" if samples == 3 else "MONOCHROME2"
        if samples == 3:
            said.PlanarConfiguration = 0
        said.SOPClassUID = said.SOPInstanceUID = "1.2.3"
        said.PatientName, said.StudyDate, said.AcquisitionTime = "A^B", "20240301", "101112.5"
        said.file_meta = pydicom.dataset.FileMetaDataset()
        said.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if data is None else syntax
        said.PixelData = grey.tobytes() if data is None else data
        said["PixelData"].VR = "OB"
        said["PixelData"].is_undefined_length = data is not None and samples == 3
        if data is None:
            said.compress(RLELossless, grey, encoding_plugin="pydicom")
        file = BytesIO()
        said.save_as(file, enforce_file_format=True)
        header = _header(file)
        _plain(next(_decoded(file, header, [0])), header)
        _day(header.said), _rate(header.said)


def do(task: Task, source: int, outputs: list[int]) -> dict[str, Any]:
    """Look at the scan in descriptor `source`; write the renditions of its one picture, or all frames in a row."""
    warnings.simplefilter("ignore")
    try:
        with _file(source) as file:
            header = _header(file)
            _check(header, task)
            if task.get("form") == FRAMES:
                return _write_frames(file, header, task, outputs[0])
            return _one(file, header, task, outputs)
    except (Refused, MemoryError, OSError):
        raise
    except Exception as error:  # whatever a broken file makes of a parser
        raise Refused("damaged-scan") from error


@contextmanager
def _file(source: int) -> Iterator[BinaryIO]:
    os.lseek(source, 0, os.SEEK_SET)
    with os.fdopen(os.dup(source), "rb") as file:
        yield file


def _header(file: BinaryIO) -> Header:
    file.seek(0)
    said = pydicom.dcmread(file, stop_before_pixels=True)
    if said.file_meta.get("MediaStorageSOPClassUID") == _CONTENTS or "DirectoryRecordSequence" in said:
        raise Refused("contents-of-disc")
    width, height = said.get("Columns"), said.get("Rows")
    if not width or not height or "PhotometricInterpretation" not in said:
        raise Refused("no-picture-inside")
    frames = int(said.get("NumberOfFrames") or 1)
    return Header(said, int(width), int(height), max(1, frames), str(said.PhotometricInterpretation))


def _check(header: Header, task: Task) -> None:
    pixels = header.width * header.height
    if max(header.width, header.height) > task["longest_side"]:
        raise Refused("too-long")
    if pixels > task["most_pixels"]:
        raise Refused("too-many-pixels")
    if header.frames > 1 and header.frames * pixels > task["most_frame_pixels"]:
        raise Refused("too-many-frames")


def _decoded(file: BinaryIO, header: Header, numbers: Sequence[int]) -> Iterator[Array]:
    file.seek(0)
    yield from iter_pixels(file, indices=numbers)


def _one(file: BinaryIO, header: Header, task: Task, outputs: list[int]) -> dict[str, Any]:
    frame = next(_decoded(file, header, [0]))
    picture = _picture(frame, header, task.get("covered", ""))
    size = picture.width, picture.height
    wanted = [one for one in renditions(*size) if one.size in task["sizes"]] or renditions(*size)[:1]
    made: list[list[int]] = []
    picture = set_upright(fitted(picture, wanted[-1][1:]).copy_memory(), 1, task["turned"])
    if header.frames == 1:
        for rendition in reversed(wanted):
            picture = fitted(picture, turned(*rendition[1:], task["turned"] in (90, 270))).copy_memory()
            if outputs:
                write(packed(picture, task.get("form", Form.JPEG)), outputs[task["sizes"].index(rendition.size)])
                made.append(list(rendition))
    day, clock = _day(header.said)
    return {
        "orientation": 1,
        "width": size[0],
        "height": size[1],
        "frames": header.frames,
        "colour": average(picture),
        "damaged": False,
        "taken": day,
        "taken_time": clock,
        "taken_offset": "",
        "camera": "",
        "caption": "",
        "place": None,
        "rate": _rate(header.said),
        "made": made,
    }


def _write_frames(file: BinaryIO, header: Header, task: Task, output: int) -> dict[str, Any]:
    """Write every frame that can be decoded; a film that was cut off is shown as far as it goes."""
    written = 0
    scale = min(1.0, _LONGEST_FRAME / max(header.width, header.height))
    size = max(1, round(header.width * scale)), max(1, round(header.height * scale))
    frames = _decoded(file, header, range(header.frames))
    while written < header.frames:
        try:
            frame = next(frames)
        except OSError:
            raise
        except Exception:
            break
        picture = fitted(_picture(frame, header, task.get("covered", "")), size)
        if picture.bands == 1:
            picture = picture.bandjoin([picture, picture]).copy(interpretation="srgb")
        write(picture.jpegsave_buffer(Q=_FRAME_QUALITY, subsample_mode="off", keep="none"), output)
        written += 1
    if not written:
        raise Refused("damaged-scan")
    return {"width": size[0], "height": size[1], "frames": written, "rate": _rate(header.said)}


def _picture(frame: Array, header: Header, covered: str) -> pyvips.Image:
    """Return the frame as it is to be seen, with what is covered in black: it is not there any more."""
    pixels = numpy.array(_plain(frame, header), dtype="uint8", order="C")
    height, width = pixels.shape[:2]
    above, right, below, left = (STRIPS[digit] for digit in (covered or "0000"))
    if above:
        pixels[: _part(height, above)] = 0
    if below:
        pixels[height - _part(height, below) :] = 0
    if left:
        pixels[:, : _part(width, left)] = 0
    if right:
        pixels[:, width - _part(width, right) :] = 0
    bands = pixels.shape[2] if pixels.ndim == 3 else 1
    picture = pyvips.Image.new_from_memory(pixels.tobytes(), width, height, bands, "uchar")
    return picture.copy(interpretation="srgb" if bands == 3 else "b-w").copy_memory()


def _part(side: int, share: float) -> int:
    return max(1, round(side * share))


def _plain(frame: Array, header: Header) -> Array:
    """Return 8 bits of grey or RGB. Source: DICOM PS3.3, sections C.7.6.3.1.2 and C.11."""
    said = header.said
    if header.photometric == "PALETTE COLOR":
        colours = apply_color_lut(frame, said)[..., :3]
        return colours if colours.dtype == numpy.uint8 else (colours >> 8).astype("uint8")
    if frame.ndim == 3:
        deeper = max(0, int(said.get("BitsStored", 8)) - 8)
        return (frame[..., :3] >> deeper).astype("uint8")
    is_plain = frame.dtype == numpy.uint8 and not {"RescaleSlope", "ModalityLUTSequence", "VOILUTSequence"} & set(
        said.dir()
    )
    values = frame if is_plain else apply_modality_lut(frame, said)
    window = None if "VOILUTSequence" in said else _window(said)
    if "VOILUTSequence" in said:
        values = apply_voi_lut(values, said)
    if window is None and not is_plain:
        if header.span is None:
            header.span = float(values.min()), float(values.max())
        window = header.span
    if window is not None:
        darkest, lightest = window
        values = numpy.clip((values.astype("float32") - darkest) * (255 / max(lightest - darkest, 1e-6)), 0, 255)
        values = numpy.rint(values)
    values = values.astype("uint8")
    return 255 - values if header.photometric == "MONOCHROME1" else values


def _window(said: pydicom.Dataset) -> tuple[float, float] | None:
    centre, width = (_first(said.get(name)) for name in ("WindowCenter", "WindowWidth"))
    if centre is None or width is None or width < 1:
        return None
    return centre - width / 2, centre + width / 2


def _first(value: Any) -> float | None:
    """The first of some numbers, or the only one; scanners write anything."""
    try:
        return float(value[0] if isinstance(value, Sequence) and not isinstance(value, str) else value)
    except (TypeError, ValueError, IndexError):
        return None


def _rate(said: pydicom.Dataset) -> int:
    """Return how long a frame is shown, in microseconds. Source: DICOM PS3.3, sections C.7.6.5 and C.7.6.6."""
    found: float | None = None
    if (milliseconds := _first(said.get("FrameTime"))) and milliseconds > 0:
        found = milliseconds * 1_000
    elif steps := [step for step in map(_first, said.get("FrameTimeVector") or []) if step]:
        found = sum(steps) / len(steps) * 1_000
    else:
        for name in ("RecommendedDisplayFrameRate", "CineRate"):
            if found is None and (rate := _first(said.get(name))) and rate > 0:
                found = 1_000_000 / rate
    if found is None or found != found:
        return _USUAL_RATE
    return round(min(max(found, _FASTEST), _SLOWEST))


def _day(said: pydicom.Dataset) -> tuple[str, str]:
    """Return the day as EDTF and the clock of the machine, as far as they can be meant."""
    whole = str(said.get("AcquisitionDateTime") or "")
    pairs = [(whole[:8], whole[8:14])]
    pairs += [(str(said.get(f"{name}Date") or ""), str(said.get(f"{name}Time") or "")) for name in _DAYS]
    for day, clock in pairs:
        try:
            taken = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
        except ValueError:
            continue
        if taken.year < _FIRST_SCAN or taken > datetime.now().date() + timedelta(days=2):
            continue
        try:
            return taken.isoformat(), time(int(clock[:2]), int(clock[2:4]), int(clock[4:6])).isoformat()
        except ValueError:
            return taken.isoformat(), ""
    return "", ""


_DAYS = ("Acquisition", "Content", "Series", "Study")
