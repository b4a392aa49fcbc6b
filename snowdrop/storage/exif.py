"""What a picture's Exif block says, made safe. Runs inside the cage, so it knows nothing of Django.

Cameras, scanners and strangers write anything into these fields. What cannot be meant is left out,
and nothing here makes a picture fail.
"""

from __future__ import annotations

import contextlib
import math
import re
import unicodedata
import warnings
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict

from PIL import ExifTags, Image

LONGEST_CAPTION = 2_000  # characters
LONGEST_CAMERA = 120
FIRST_PHOTOGRAPH = 1826

# What cameras write into the description of every picture they take.
_NOBODY_WROTE = re.compile(
    r"(?i)(olympus|sony|minolta|kodak|konica|casio|samsung|exif|default|untitled|screenshot|dcim|dav|cof|sdr|mde|rbt"
    r"|charset=ascii|ascii|unicode)?[\s_]*(digital camera|dsc|imgp?|dscn?|picture|jpeg|\\[\\0-9a-z]*)?[\s0-9_.]*"
)
_MOMENT = re.compile(r"(\d{4})[:/.-](\d{2})[:/.-](\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2}))?")
_OFFSET = re.compile(r"[+-](0\d|1[0-4]):([0-5]\d)")


class Said(TypedDict):
    orientation: int
    taken: str
    taken_time: str
    taken_offset: str
    camera: str
    caption: str
    place: dict[str, float] | None


def read(block: bytes) -> Said:
    """Return what `block` says; of an empty or broken one, what can be read of it."""
    tags, details, position = _directories(block)
    taken, clock = _moment(details.get(ExifTags.Base.DateTimeOriginal))
    return {
        "orientation": _orientation(tags.get(ExifTags.Base.Orientation)),
        "taken": taken,
        "taken_time": clock,
        "taken_offset": _offset(details.get(ExifTags.Base.OffsetTimeOriginal)) if clock else "",
        "camera": _camera(tags.get(ExifTags.Base.Make), tags.get(ExifTags.Base.Model)),
        "caption": _caption(tags, details),
        "place": _place(position),
    }


def _directories(block: bytes) -> tuple[dict[int, Any], dict[int, Any], dict[int, Any]]:
    exif = Image.Exif()
    found: list[dict[int, Any]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(Exception):  # as below
            exif.load(block)
        for load in (
            lambda: exif,
            lambda: exif.get_ifd(ExifTags.IFD.Exif),
            lambda: exif.get_ifd(ExifTags.IFD.GPSInfo),
        ):
            try:
                found.append(_values(load()))
            except Exception:  # whatever a broken block makes Pillow raise, the picture is still a picture
                found.append({})
    return found[0], found[1], found[2]


def _values(directory: Any) -> dict[int, Any]:
    values = {}
    for tag in list(directory):
        try:
            values[tag] = directory[tag]
        except Exception:  # noqa: S112 - one broken tag leaves the others readable
            continue
    return values


def _orientation(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _moment(value: object) -> tuple[str, str]:
    """Return the day as EDTF and the time of day. Scanners write when they scanned, so only this tag counts."""
    found = _MOMENT.fullmatch(clean(value)[:19])
    if found is None:
        return "", ""
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    try:
        taken = date(year, month, day)
    except ValueError:
        return "", ""
    if year < FIRST_PHOTOGRAPH or taken > datetime.now().date() + timedelta(days=2):
        return "", ""
    try:
        return taken.isoformat(), time(hour, minute, second).isoformat() if found[4] else ""
    except ValueError:
        return taken.isoformat(), ""


def _offset(value: object) -> str:
    text = clean(value)
    return text if _OFFSET.fullmatch(text) else ""


def _camera(make: object, model: object) -> str:
    maker, name = clean(make), clean(model)
    known = maker.split(" ")[0].lower()
    return (name if known and name.lower().startswith(known) else f"{maker} {name}".strip())[:LONGEST_CAMERA]


def _caption(tags: dict[int, Any], details: dict[int, Any]) -> str:
    for value in (
        tags.get(ExifTags.Base.ImageDescription),
        _utf16(tags.get(ExifTags.Base.XPTitle)),
        _utf16(tags.get(ExifTags.Base.XPComment)),
        _comment(details.get(ExifTags.Base.UserComment)),
    ):
        text = clean(value, lines=True)
        if text and not _NOBODY_WROTE.fullmatch(text):
            return text[:LONGEST_CAPTION].rstrip()
    return ""


def _utf16(value: object) -> str:
    raw = bytes(value) if isinstance(value, (bytes, tuple)) else b""
    return raw.decode("utf-16-le", "replace")


def _comment(value: object) -> str:
    """Source: Exif 2.32, section 4.6.5, "UserComment": eight bytes name the characters that follow."""
    if not isinstance(value, bytes):
        return ""
    code, text = value[:8], value[8:]
    if code == b"UNICODE\0":
        return text.decode("utf-16-le" if text[1:2] == b"\0" else "utf-16-be", "replace")
    return text.decode("utf-8", "replace") if code in (b"ASCII\0\0\0", bytes(8)) else ""


def _place(position: dict[int, Any]) -> dict[str, float] | None:
    gps = ExifTags.GPS
    lat = _degrees(position.get(gps.GPSLatitude), position.get(gps.GPSLatitudeRef), "S", 90)
    lon = _degrees(position.get(gps.GPSLongitude), position.get(gps.GPSLongitudeRef), "W", 180)
    # 0, 0 is what a phone writes that knew of no place.
    if lat is None or lon is None or (lat == 0 and lon == 0):
        return None
    return {"lat": lat, "lon": lon}


def _degrees(value: object, side: object, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    angle = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(angle) or not 0 <= angle <= most:
        return None
    return round(-angle if clean(side).upper() == negative else angle, 6)


def clean(value: object, *, lines: bool = False) -> str:
    """Return a tag's text without control characters, lone surrogates and outer space; line breaks on wish."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    # A stranger's field may be 64 KB long; nothing of ours is.
    text = value[: 4 * LONGEST_CAPTION]
    with contextlib.suppress(UnicodeError):
        # The tag is ASCII by the book and UTF-8 in most cameras; Pillow reads it as Latin-1.
        text = text.encode("latin-1").decode("utf-8", "ignore" if len(value) > len(text) else "strict")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "\n" if lines else ""
    text = "".join(c if c in kept or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text)
    return text.strip() if lines else " ".join(text.split())
