"""Renditions: copies for the page, below `renditions/` in the data folder. They can all be made again."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from snowdrop.storage import originals, pictures, room, scans, sizes
from snowdrop.storage.models import Original
from snowdrop.storage.sizes import SIZES, Form, Rendition, renditions

TURNS = (0, 90, 180, 270)  # degrees clockwise, by hand
ASK_AGAIN = 24 * 60 * 60  # seconds after which a picture that could not be made lighter is tried once more


class Shown(NamedTuple):
    """A rendition as a page shows it: for `srcset`, `width` and `height`."""

    size: int
    width: int  # pixels
    height: int


def shown(original: Original, turn: int = 0) -> list[Shown]:
    """Return the renditions a picture has, smallest first. Small pictures have fewer than three."""
    sideways = turn in (90, 270)
    return [
        Shown(r.size, r.height, r.width) if sideways else Shown(*r) for r in renditions(original.width, original.height)
    ]


def shown_moving(original: Original, turn: int = 0) -> Shown:
    width, height = sizes.moving(original.width, original.height, original.frames)
    return Shown(sizes.MOVING, *((height, width) if turn in (90, 270) else (width, height)))


def path(original: Original, turn: int, size: int, covered: str = "") -> Path:
    """Return the file of the rendition of `size`, or of the largest there is below it; make it if it is missing.

    `covered`: which sides of a hospital's scan are, as `scans.COVERED` has it.

    Raises ValueError for a size or turn that no rendition has, FileNotFoundError where the original
    is gone, and CouldNotOpen, NotAPicture or DiskIsFull.
    """
    file = _file_for(original, turn, size, Form.JPEG, covered)
    if not is_whole(file):
        ensure(original, turn, covered=covered)
    return file


def avif(original: Original, turn: int, size: int, covered: str = "") -> Path | None:
    """Return the same as AVIF, if it was made: nobody waits for that. Raises ValueError as `path` does."""
    file = _file_for(original, turn, size, Form.AVIF, covered)
    return file if is_whole(file) else None


def largest(original: Original, turn: int, covered: str = "") -> Path | None:
    """Return the file of the largest rendition, if it was made."""
    file = _file_for(original, turn, SIZES[-1], Form.JPEG, covered)
    return file if is_whole(file) else None


def moving(original: Original, turn: int = 0) -> Path:
    """Return the file in which all frames of the picture move; make it if it is missing. Raises as `path` does."""
    file = _file(original.sha256, turn, sizes.MOVING, Form.MOVING)
    if not is_whole(file):
        with _alone(original) as source:
            if not is_whole(file):
                with pictures.moving(source, orientation=original.orientation, turned=turn) as made:
                    place(original.sha256, turn, {sizes.MOVING: made}, Form.MOVING)
    return file


def ensure(original: Original, turn: int = 0, form: Form = Form.JPEG, covered: str = "", *, anew: bool = False) -> None:
    """Make those renditions that are missing; with `anew`, all of them, and the old ones show until then.

    Raises as `path` does.
    """
    with _alone(original) as source:
        sizes_of_it = [r.size for r in _all(original)]
        files = {size: _file(original.sha256, turn, size, form, covered) for size in sizes_of_it}
        missing = [size for size, file in files.items() if anew or not is_whole(file)]
        if not missing:
            return
        if original.is_scan:
            making = scans.made(source, turned=turn, covered=covered, sizes=missing, form=form)
        else:
            making = pictures.made(source, orientation=original.orientation, turned=turn, sizes=missing, form=form)
        with making as made:
            place(original.sha256, turn, made, form, covered)


def first_to_ask(original: Original, turn: int, covered: str = "") -> bool:
    """Whether nobody asked for the AVIF of this picture before, or only long ago: then whoever asks has it made."""
    mark = _file(original.sha256, turn, 0, Form.AVIF, covered)
    try:
        if time.time() - mark.stat().st_mtime < ASK_AGAIN:
            return False
        mark.unlink(missing_ok=True)
    except FileNotFoundError:
        pass
    with room.told_plainly():
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            mark.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            return False
    return True


def place(sha256: str, turn: int, made: Mapping[int, Path], form: Form = Form.JPEG, covered: str = "") -> None:
    """Give files just made their names. Not synced: after a power cut they are made again."""
    for size, file in made.items():
        place_as(_file(sha256, turn, size, form, covered), file)


def place_as(final: Path, made: Path) -> None:
    with room.told_plainly():
        final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made.replace(final)


def forget(sha256: str, *, but: Collection[tuple[int, str]] = ()) -> None:
    """Remove all renditions of an original, in every turn, form and cover; `but` those that pages show."""
    forms = (Form.JPEG, Form.AVIF)
    kept = {_file(sha256, turn, size, form, covered).name for turn, covered in but for size in SIZES for form in forms}
    for file in folder(sha256).glob(f"{sha256}-*"):
        if file.name not in kept:
            file.unlink(missing_ok=True)


@contextmanager
def _alone(original: Original) -> Iterator[Path]:
    """Be the only maker of this picture's renditions, be there others in another process. Raises FileNotFoundError."""
    with originals.open(original.sha256) as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # falls with the file
        yield originals.path(original.sha256)


def is_whole(file: Path) -> bool:
    # After a power cut a name may be on disk whose bytes are not; such a file is empty.
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def _all(original: Original) -> list[Rendition]:
    return renditions(original.width, original.height)


def _file_for(original: Original, turn: int, size: int, form: Form, covered: str) -> Path:
    if size not in SIZES:
        raise ValueError("not a size of ours")
    had = max(r.size for r in _all(original) if r.size <= size)
    return _file(original.sha256, turn, had, form, covered)


def _file(sha256: str, turn: int, size: int, form: Form = Form.JPEG, covered: str = "") -> Path:
    if turn not in TURNS:
        raise ValueError("not a turn of ours")
    return folder(sha256) / f"{sha256}-{turn}{under(covered)}-{size}.{form.value}"


def under(covered: str) -> str:
    """The part of a file's name that says which sides of a scan are covered in it."""
    if not scans.COVERED.fullmatch(covered):
        raise ValueError("not a cover of ours")
    return f"-under{covered}" if covered.strip("0") else ""


def folder(sha256: str) -> Path:
    return Path(settings.DATA) / "renditions" / sha256[:2]
