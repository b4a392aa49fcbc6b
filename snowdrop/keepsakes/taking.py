"""Taking photographs and recordings along: the files of all that somebody may have, in one ZIP.

Who may is asked at every request, also for the rest of a download that broke off. A ticket says only that its person
showed a moment ago that it is them, and what they wished for.
"""

from __future__ import annotations

import functools
import logging
import zlib
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.core import signing

from snowdrop.keepsakes import names
from snowdrop.keepsakes.models import Document, Keepsake, Photograph, Recording
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.storage import documents, making, originals, renditions
from snowdrop.storage.recordings import Part
from snowdrop.storage.zipped import Entry

log = logging.getLogger(__name__)

LASTS = timedelta(days=1)  # a large folder on a bad line takes that long
_SALT = "snowdrop.keepsakes.taking"


@dataclass(frozen=True)
class Wish:
    without_places: bool = False  # the copies of the page in place of the files as they came
    closed: bool = False  # also what is closed, and this person did not choose to leave open


@dataclass
class Taken:
    """What goes into the folder, and what cannot now."""

    entries: list[Entry] = field(default_factory=list)
    not_ready: list[Keepsake] = field(default_factory=list)  # its copy is still to be made
    missing: int = 0  # its file is not there
    has_closed: bool = False

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(entry.size for entry in self.entries)


def keepsakes(viewer: Viewer) -> list[Keepsake]:
    """Return everything whose file this person may have and that is on the page, in order, each file once."""
    found: list[Keepsake] = []
    if viewer.memorial.has_pictures:
        for kind in (Photograph, Document):
            found += kind.objects.downloadable_by(viewer).filter(put_away_at=None).select_related("original")
    heard = Recording.objects.downloadable_by(viewer).while_pictures(viewer.memorial.has_pictures)
    found += heard.filter(put_away_at=None).select_related("original")
    # The same file may be here twice, and only one of them be closed.
    found.sort(key=lambda row: (row.is_closed, row.order_key))
    once = {row.original_id: row for row in reversed(found)}
    return sorted(once.values(), key=lambda row: (row.order_key, row.pk))


def gathered(wish: Wish, *, by: Viewer) -> Taken:
    """Return what is in the folder that this person wishes for, as things stand now. Raises NotForYou.

    What they are looking at in this moment counts as closed: the folder must stay the same until all of it came.
    """
    by.check(Act.ADD)
    taken = Taken()
    name = names.Apart()
    for row in keepsakes(by):
        if not (wish.closed or by.leaves_open(row)):
            continue
        taken.has_closed |= row.is_closed
        if wish.without_places:
            _copy_of(row, name, taken)
        else:
            _as_it_came(row, name, taken)
    return taken


def _as_it_came(row: Keepsake, name: names.Apart, taken: Taken) -> None:
    path = originals.path(row.original_id)
    if not _has(path, row.original.size):
        log.error("an original is missing from the store, or has another size")
        taken.missing += 1
        return
    entry = Entry(name.of(names.for_download(row)), path, row.original.size, row.original.crc32, _clock(row))
    taken.entries.append(entry)


def _copy_of(row: Keepsake, name: names.Apart, taken: Taken) -> None:
    copies = _copies(row)
    if any(path is None for path, _ending in copies):
        if isinstance(row, Recording) and not row.is_being_made:
            taken.missing += 1
        else:
            taken.not_ready.append(row)
        return
    stem = names.for_download(row).rpartition(".")[0]
    for path, ending in copies:
        assert path is not None
        about = path.stat()
        crc32 = _crc32(path, about.st_size, about.st_mtime_ns, about.st_ino)
        taken.entries.append(Entry(name.of(stem + ending), path, about.st_size, crc32, _clock(row)))


def _copies(row: Keepsake) -> list[tuple[Path | None, str]]:
    """The files of the copy that pages show, each with the end of its name; of a document each of its pages."""
    if isinstance(row, Photograph):
        return [(renditions.largest(row.original, row.turned, row.covered), ".jpg")]
    if isinstance(row, Document):
        pages = range(1, row.original.frames + 1)
        return [(documents.largest(row.original, page), f"-{page}.jpg") for page in pages]
    assert isinstance(row, Recording)
    part = Part.FILM if row.is_film else Part.AAC
    return [(making.path(row.original, part, row.covered), f".{part.value.rpartition('.')[2]}")]


@functools.lru_cache(maxsize=20_000)
def _crc32(path: Path, _size: int, _changed: int, _inode: int) -> int:
    """Of a copy, which is made anew now and then: by what its disk says of it, it is read once."""
    crc32 = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(originals.CHUNK):
            crc32 = zlib.crc32(chunk, crc32)
    return crc32


def _has(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _clock(row: Keepsake) -> datetime:
    """When it was taken, where that is a day, else when it came."""
    day = str(row.date or "")
    clock = row.original.taken_time if day and day == row.original.taken else ""
    try:
        return datetime.fromisoformat(f"{day}T{clock or '12:00:00'}")
    except ValueError:
        return row.written_at.replace(tzinfo=None)


def ticket(wish: Wish, *, by: Viewer) -> str:
    """Return what stands in the address of the folder. Raises NotForYou."""
    by.check(Act.ADD)
    assert by.person is not None  # `Act.ADD` is for people known by name
    said = {"person": str(by.person.uuid), "memorial": by.memorial.pk, **asdict(wish)}
    return signing.dumps(said, salt=_SALT)


def wished(ticket: str, *, by: Viewer) -> Wish:
    """Return what the ticket says. Raises NotForYou for one of somebody else's, or from another day."""
    by.check(Act.ADD)
    try:
        said = signing.loads(ticket, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        raise NotForYou from None
    if by.person is None or (said.pop("person"), said.pop("memorial")) != (str(by.person.uuid), by.memorial.pk):
        raise NotForYou
    return Wish(**said)
