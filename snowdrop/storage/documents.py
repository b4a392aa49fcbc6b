"""Looking at a PDF document and drawing its pages: our side of the cage, and where the pages that were made lie."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.storage import cage, kinds, originals, pictures, renditions, sizes
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.models import Original
from snowdrop.storage.renditions import Shown, is_whole
from snowdrop.storage.sizes import SIZES


class CouldNotRead(cage.CouldNotOpen):
    """The document crashed the cage, took too long or too much memory."""

    # Translators: shown beside a document somebody wanted to add.
    sentence: str | Promise = _("This document could not be opened here. Save it as a PDF once more, and try again.")


@dataclass(frozen=True)
class Look:
    """What a document is, before anybody keeps it."""

    pages: list[tuple[int, int]]  # pixels of each, at its largest
    colour: str  # "#rrggbb", the average of its first page


@contextmanager
def opened(path: Path) -> Iterator[tuple[Look, dict[int, Path]]]:
    """Look at the document at `path` and draw its first page, as `pictures.opened` does.

    Raises NotAPicture, CouldNotOpen or DiskIsFull.
    """
    with _drawn(path, 0, SIZES) as found:
        yield found


def shown(original: Original, page: int) -> list[Shown]:
    """Return the renditions a page has, smallest first. Pages are counted from 1."""
    return [Shown(*one) for one in _renditions(original, page)]


def path(original: Original, page: int, size: int) -> Path:
    """Return the picture of a page of `size`, or of the largest there is below it; draw it if it is missing.

    Raises ValueError for a page or size that there is not, FileNotFoundError where the original is gone, and
    CouldNotOpen, NotAPicture or DiskIsFull.
    """
    if size not in SIZES or not 1 <= page <= original.frames:
        raise ValueError("no such page")
    had = max(one.size for one in _renditions(original, page) if one.size <= size)
    file = _file(original.sha256, page, had)
    if not is_whole(file):
        ensure(original, page)
    return file


def largest(original: Original, page: int) -> Path | None:
    """Return the largest picture of a page, if it was drawn."""
    file = _file(original.sha256, page, max(one.size for one in _renditions(original, page)))
    return file if is_whole(file) else None


def ensure(original: Original, page: int, *, anew: bool = False) -> None:
    """Draw a page in those sizes that are missing; with `anew`, in all. Raises as `path` does."""
    with originals.open(original.sha256) as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # falls with the file
        there = [_file(original.sha256, page, one.size) for one in _renditions(original, page)]
        if not anew and all(map(is_whole, there)):
            return
        with _drawn(originals.path(original.sha256), page - 1, SIZES) as (_look, made):
            place(original.sha256, page, made)


def place(sha256: str, page: int, made: dict[int, Path]) -> None:
    """Give pages just drawn their names. Not synced: after a power cut they are drawn again."""
    for size, file in made.items():
        renditions.place_as(_file(sha256, page, size), file)


def _renditions(original: Original, page: int) -> list[sizes.Rendition]:
    width, height = original.pages[page - 1]  # type: ignore[index]
    return sizes.renditions(width, height)


def _file(sha256: str, page: int, size: int) -> Path:
    return renditions.folder(sha256) / f"{sha256}-page{page}-{size}.jpg"


@contextmanager
def _drawn(path: Path, page: int, wanted: Sequence[int]) -> Iterator[tuple[Look, dict[int, Path]]]:
    with path.open("rb", buffering=0) as file, pictures.outputs_of(wanted) as (files, descriptors):
        task: dict[str, Any] = {"kind": "pdf", "page": page, "sizes": list(wanted), "most_pages": kinds.MOST_PAGES}
        try:
            answer = pictures.ask(task, file.fileno(), descriptors, papers=True)
        except cage.Busy:
            raise
        except CouldNotOpen as error:
            raise CouldNotRead from error
        look = _look(answer)
        if page >= len(look.pages):
            raise CouldNotRead("a page is gone")
        yield look, pictures.checked(files, answer, sizes.renditions(*look.pages[page]))


def _look(answer: dict[str, Any]) -> Look:
    """Believe only what has the form it must have."""
    try:
        pages = [
            (pictures.number(width, 1, SIZES[-1]), pictures.number(height, 1, SIZES[-1]))
            for width, height in answer["pages"]
        ]
        colour = pictures.text(answer["colour"], 7, pictures.COLOUR)
    except (KeyError, TypeError, ValueError) as error:
        raise CouldNotRead("not what a document says") from error
    if not 1 <= len(pages) <= kinds.MOST_PAGES:
        raise CouldNotRead("no number of pages")
    return Look(pages, colour)
