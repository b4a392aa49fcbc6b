"""Looking at a picture and making its renditions: our side of the cage."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snowdrop.storage import cage, kinds, originals, room
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.exif import LONGEST_CAMERA, LONGEST_CAPTION
from snowdrop.storage.kinds import Kind, NotAPicture
from snowdrop.storage.sizes import MOVING, SIZES, Form, Rendition, renditions

COLOUR = re.compile(r"#[0-9a-f]{6}")
DAY = re.compile(r"(\d{4}-\d\d-\d\d)?")
CLOCK = re.compile(r"(\d\d:\d\d:\d\d)?")
_OFFSET = re.compile(r"([+-]\d\d:\d\d)?")


@dataclass(frozen=True)
class Look:
    """What a picture is and says, before anybody keeps it."""

    kind: Kind
    width: int  # pixels as shown
    height: int
    orientation: int  # as Exif counts, 1 to 8
    frames: int
    colour: str  # "#rrggbb", the average
    damaged: bool  # cut off: only a part can be shown
    taken: str  # EDTF, or ""
    taken_time: str  # "18:02:11", or ""
    taken_offset: str  # "+01:00", or ""
    camera: str
    caption: str
    place: dict[str, float] | None  # {"lat", "lon"} in degrees


def look(path: Path) -> Look:
    """Look at the picture at `path`. Raises NotAPicture or CouldNotOpen."""
    with path.open("rb", buffering=0) as file:
        kind = kinds.of(_head(file.fileno()))
        return looked(kind, _ask(kind, file.fileno(), turned=0, sizes=SIZES[:1]))


@contextmanager
def opened(path: Path, sizes: Sequence[int] = SIZES) -> Iterator[tuple[Look, dict[int, Path]]]:
    """Look at the picture at `path` and make its renditions, in one go; only those of `sizes`, the smallest among them.

    Gives the look and a file for each size, to be renamed to where they belong; what is not
    taken is removed. Raises NotAPicture, CouldNotOpen or DiskIsFull.
    """
    with path.open("rb", buffering=0) as file:
        kind = kinds.of(_head(file.fileno()))
        with outputs_of(sizes) as (files, descriptors):
            answer = _ask(kind, file.fileno(), turned=0, sizes=sizes, outputs=descriptors)
            seen = looked(kind, answer)
            wanted = [one for one in renditions(seen.width, seen.height) if one.size in sizes]
            yield seen, checked(files, answer, wanted)


@contextmanager
def made(
    path: Path, *, orientation: int, turned: int, sizes: Sequence[int], form: Form = Form.JPEG
) -> Iterator[dict[int, Path]]:
    """Make renditions of a picture known before, in these sizes, turned by hand by so many degrees clockwise.

    Gives and raises as `opened` does. AVIF takes seconds, and lets whatever else is to be done go first.
    """
    how: dict[str, Any] = {"orientation": orientation, "form": form.value, "nice": 15 if form is Form.AVIF else 0}
    with path.open("rb", buffering=0) as file:
        kind = kinds.of(_head(file.fileno()))
        with outputs_of(sizes) as (files, descriptors):
            answer = _ask(kind, file.fileno(), turned=turned, sizes=sizes, outputs=descriptors, **how)
            seen = looked(kind, answer)
            wanted = [r for r in renditions(seen.width, seen.height) if r.size in sizes]
            yield checked(files, answer, wanted, form)


@contextmanager
def moving(path: Path, *, orientation: int, turned: int) -> Iterator[Path]:
    """Make one file in which all frames of a picture move. Raises as `opened` does."""
    with path.open("rb", buffering=0) as file:
        kind = kinds.of(_head(file.fileno()))
        with outputs_of([MOVING]) as (files, descriptors):
            how: dict[str, Any] = {"orientation": orientation, "form": Form.MOVING.value}
            _ask(kind, file.fileno(), turned=turned, sizes=[], outputs=descriptors, **how)
            _check_form(files[MOVING], Form.MOVING)
            yield files[MOVING]


def _head(descriptor: int) -> bytes:
    return os.pread(descriptor, kinds.HEAD, 0)


def _ask(
    kind: Kind, source: int, *, turned: int, sizes: Sequence[int], outputs: Sequence[int] = (), **more: int | str
) -> dict[str, Any]:
    task = {
        "kind": kind.value,
        "turned": turned,
        "sizes": list(sizes),
        "most_pixels": kinds.MOST_PIXELS,
        "longest_side": kinds.LONGEST_SIDE,
        "most_frame_pixels": kinds.MOST_FRAME_PIXELS,
        **more,
    }
    return ask(task, source, outputs)


def ask(task: Mapping[str, Any], source: int, outputs: Sequence[int] = (), **limits: Any) -> dict[str, Any]:
    """Have it done in the cage. Raises NotAPicture, CouldNotOpen or DiskIsFull."""
    answer = cage.ask(task, source, outputs, **limits)
    refused = answer.get("refused")
    if isinstance(refused, str) and refused in kinds.INSIDE:
        raise NotAPicture(kinds.INSIDE[refused])
    if answer.get("errno") in room.FULL:
        raise room.DiskIsFull
    if refused is not None or "errno" in answer:
        raise CouldNotOpen
    return answer


@contextmanager
def outputs_of(sizes: Sequence[int]) -> Iterator[tuple[dict[int, Path], list[int]]]:
    """Open a file for each size, where the cage writes without knowing where that is."""
    files = {size: originals.arrival() for size in sizes}
    with ExitStack() as last:
        descriptors = []
        for file in files.values():
            with room.told_plainly():
                descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            last.callback(file.unlink, missing_ok=True)
            last.callback(os.close, descriptor)
            descriptors.append(descriptor)
        yield files, descriptors


def checked(
    files: Mapping[int, Path], answer: Mapping[str, Any], wanted: list[Rendition], form: Form = Form.JPEG
) -> dict[int, Path]:
    told = answer.get("made")
    if not isinstance(told, list) or sorted(map(tuple, told)) != sorted(map(tuple, wanted)):
        raise CouldNotOpen("not the renditions asked for")
    for rendition in wanted:
        _check_form(files[rendition.size], form)
    return {rendition.size: files[rendition.size] for rendition in wanted}


def _check_form(path: Path, form: Form) -> None:
    with path.open("rb") as file:
        if not form.begins(file.read(12)):
            raise CouldNotOpen(f"not {form.name}")


def looked(kind: Kind, answer: Mapping[str, Any]) -> Look:
    """Believe only what has the form it must have."""
    try:
        place = answer["place"]
        return Look(
            kind=kind,
            width=number(answer["width"], 1, kinds.LONGEST_SIDE),
            height=number(answer["height"], 1, kinds.LONGEST_SIDE),
            orientation=number(answer["orientation"], 1, 8),
            frames=number(answer["frames"], 1, kinds.MOST_FRAME_PIXELS),
            colour=text(answer["colour"], 7, COLOUR),
            damaged=answer["damaged"] is True,
            taken=text(answer["taken"], 10, DAY),
            taken_time=text(answer["taken_time"], 8, CLOCK),
            taken_offset=text(answer["taken_offset"], 6, _OFFSET),
            camera=text(answer["camera"], LONGEST_CAMERA),
            caption=text(answer["caption"], LONGEST_CAPTION),
            place=None if place is None else {key: _degrees(place[key]) for key in ("lat", "lon")},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CouldNotOpen("not what a picture says") from error


def number(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError
    return value


def text(value: object, longest: int, form: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise ValueError
    if form is not None and not form.fullmatch(value):
        raise ValueError
    value.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    return value


def _degrees(value: object) -> float:
    if not isinstance(value, (int, float)) or not -180 <= value <= 180:
        raise ValueError
    return float(value)
