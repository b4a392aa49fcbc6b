"""Bringing a hospital's disc in: every picture and film on it, whether its table of contents is there or lies.

Each file is told by its content. Names of folders, and what stands in tags, are not kept.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers.folder import Summary, Tell, Told, What, say_nothing
from snowdrop.keepsakes import adding, jobs
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials import keepings
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.storage import ingest, kinds, originals, scans
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.models import Original

MOST_FILES = 100_000
# Translators: of a file that could not be read from a disc
UNREADABLE = _("This file could not be read. The disc may be scratched.")
# Translators: of a program, a text or the like on a hospital's disc
NO_SCAN = _("This is no picture of the hospital’s.")


@dataclass(frozen=True)
class OnDisc:
    """A file on the disc. `is_contents`: it only lists the others."""

    path: Path
    name: str  # below where the disc lies

    @property
    def is_contents(self) -> bool:
        return self.path.name.upper() == "DICOMDIR"


def files(disc: Path) -> Iterator[OnDisc]:
    """Every file below `disc` in the order of its names, one folder at a time; no link is followed."""
    count = 0
    for folder, folders, names in os.walk(disc):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > MOST_FILES:
                return
            # Discs are burned with names in any coding; as text they can be shown.
            yield OnDisc(path, os.fsencode(path.relative_to(disc)).decode("utf-8", "replace"))


def look_through(disc: Path, *, by: Viewer, tell: Tell = say_nothing) -> Summary:
    """Say what `bring_in` would bring, and change nothing. Raises NotForYou, DiskIsFull."""
    return _go_through(disc, by=by, tell=tell, batch=None)


def bring_in(disc: Path, *, by: Viewer, batch: uuid.UUID | None = None, tell: Tell = say_nothing) -> Summary:
    """Keep what is on the disc, for keepers only. What is here already adds nothing.

    One file at a time is in memory, and it may be broken off and begun again. Raises NotForYou, DiskIsFull; what came
    before stays.
    """
    return _go_through(disc, by=by, tell=tell, batch=batch or uuid.uuid4())


def _go_through(disc: Path, *, by: Viewer, tell: Tell, batch: uuid.UUID | None) -> Summary:
    by.check(Act.KEEP)
    if not by.memorial.shows_pictures:
        raise NotForYou
    summary, seen = Summary(), set[bytes]()
    for one in files(disc):
        if one.is_contents:
            continue
        told = _told(one, seen, by=by, batch=batch)
        summary.count(told)
        tell(told)
    return summary


def _told(one: OnDisc, seen: set[bytes], *, by: Viewer, batch: uuid.UUID | None) -> Told:
    try:
        digest = _digest(one.path)
        if digest in seen or _is_here(digest.hex(), by):
            return Told(one.name, What.HERE)
        if batch is None:
            with scans.opened(one.path):
                pass
        else:
            _keep(ingest.take_in_scan(originals.receive_file(one.path)), one, by=by, batch=batch)
    except (NotAPicture, CouldNotOpen) as error:
        return Told(one.name, What.NOT, error.sentence)
    except OSError:
        return Told(one.name, What.NOT, UNREADABLE)
    seen.add(digest)
    return Told(one.name, What.COMES)


def _digest(path: Path) -> bytes:
    """Read a file once to know it again. What is no scan by its first bytes is not read further."""
    with path.open("rb") as file:
        head = file.read(kinds.HEAD)
        if not kinds.is_scan(head):
            raise NotAPicture(NO_SCAN)
        if os.fstat(file.fileno()).st_size > kinds.MOST_BYTES:
            raise NotAPicture(kinds.TOO_LARGE)
        file.seek(0)
        return hashlib.file_digest(file, "sha256").digest()


def _source(sha256: str) -> str:
    return f"disc:{sha256}"


def _is_here(sha256: str, viewer: Viewer) -> bool:
    """Also what was brought in before and taken off the page since: to bring it again is not to bring it back."""
    for kind in (Photograph, Recording):
        if kind.objects.filter(memorial=viewer.memorial, source=_source(sha256)).exists():
            return True
        if any(
            rows.of_file(sha256).exists()
            for rows in (kind.objects.visible_to(viewer), kind.objects.changeable_by(viewer))
        ):
            return True
    return False


@transaction.atomic
def _keep(original: Original, one: OnDisc, *, by: Viewer, batch: uuid.UUID) -> None:
    # Somebody may have brought the same disc at the same time.
    Original.objects.select_for_update().get(pk=original.pk)
    if _is_here(original.pk, by):
        return
    row = adding.of(original)
    assert isinstance(row, Photograph | Recording)
    row.audience, row.batch, row.source = Circle.KEEPERS, batch, _source(original.pk)
    row.memorial, row.date = by.memorial, adding.date_of(original)
    row.order_key = row.order_key_now()
    keepings.keep(row, by=by)
    jobs.make_ready(row)
