"""Looking at a hospital's scan (DICOM) and making its renditions: our side of the cage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.storage import cage, kinds, pictures
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import Kind
from snowdrop.storage.pictures import Look
from snowdrop.storage.sizes import SIZES, Form, renditions

NOTHING = "0000"  # covered: looked at, and nothing has to be
COVERED = re.compile(r"([0-3]{4})?")
_MOST_FRAMES_BYTES = 512 * 2**20


class CouldNotScan(cage.CouldNotOpen):
    """The scan crashed the cage, took too long or too much memory."""

    # Translators: shown beside a picture of a hospital's ultrasound or another machine, which somebody wanted to add.
    sentence: str | Promise = _(
        "This picture from the hospital could not be opened here. The disc itself is unchanged."
    )


@dataclass(frozen=True)
class Frames:
    """The frames of a film as pictures in one file, and how fast they follow each other."""

    path: Path
    width: int  # pixels
    height: int
    count: int
    rate: int  # microseconds a frame

    @property
    def duration(self) -> int:
        """Milliseconds."""
        return max(1, self.count * self.rate // 1000)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Look, int, dict[int, Path]]]:
    """Look at the scan at `path`: what it is, microseconds a frame, and renditions where it is one picture.

    Raises NotAPicture, CouldNotOpen or DiskIsFull.
    """
    with path.open("rb", buffering=0) as file, pictures.outputs_of(SIZES) as (files, descriptors):
        answer = _ask({"turned": 0, "sizes": list(SIZES)}, file.fileno(), descriptors)
        seen = pictures.looked(Kind.DICOM, answer)
        wanted = renditions(seen.width, seen.height) if seen.frames == 1 else []
        yield seen, _rate(answer), pictures.checked(files, answer, wanted)


@contextmanager
def made(
    path: Path, *, turned: int, covered: str, sizes: Sequence[int], form: Form = Form.JPEG
) -> Iterator[dict[int, Path]]:
    """Make renditions of a scan of one picture. Gives and raises as `pictures.made` does."""
    with path.open("rb", buffering=0) as file, pictures.outputs_of(sizes) as (files, descriptors):
        task = {"turned": turned, "sizes": list(sizes), "form": form.value, "covered": covered}
        answer = _ask({**task, "nice": 15 if form is Form.AVIF else 0}, file.fileno(), descriptors)
        seen = pictures.looked(Kind.DICOM, answer)
        wanted = [one for one in renditions(seen.width, seen.height) if one.size in sizes]
        yield pictures.checked(files, answer, wanted, form)


@contextmanager
def frames(path: Path, *, covered: str) -> Iterator[Frames]:
    """Write all frames of a scan that is a film into one file. Raises as `opened` does; the file is removed then."""
    with path.open("rb", buffering=0) as file, pictures.outputs_of([0]) as (files, descriptors):
        task = {"turned": 0, "sizes": [], "form": "frames", "covered": covered, "nice": 10}
        limits = {"seconds": 600, "cpu_seconds": 500}
        answer = _ask({**task, "output": _MOST_FRAMES_BYTES}, file.fileno(), descriptors, **limits)
        try:
            width, height = (pictures.number(answer[side], 1, kinds.LONGEST_SIDE) for side in ("width", "height"))
            count = pictures.number(answer["frames"], 1, kinds.MOST_FRAME_PIXELS)
        except (KeyError, ValueError) as error:
            raise CouldNotScan("not what a film says") from error
        yield Frames(files[0], width, height, count, _rate(answer))


def _ask(task: dict[str, Any], source: int, outputs: Sequence[int], **limits: Any) -> dict[str, Any]:
    most = {
        "kind": Kind.DICOM.value,
        "most_pixels": kinds.MOST_PIXELS,
        "longest_side": kinds.LONGEST_SIDE,
        "most_frame_pixels": kinds.MOST_FRAME_PIXELS,
    }
    try:
        return pictures.ask({**most, **task}, source, outputs, papers=True, **limits)
    except cage.Busy:
        raise
    except CouldNotOpen as error:
        raise CouldNotScan from error


def _rate(answer: dict[str, Any]) -> int:
    try:
        return pictures.number(answer["rate"], 1, 10**7)
    except (KeyError, ValueError) as error:
        raise CouldNotScan("not how fast it goes") from error
