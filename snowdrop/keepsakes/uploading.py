"""Files that come in parts, so that a broken line costs nothing that had arrived: begin, add, keep, give up."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.keepsakes import names
from snowdrop.keepsakes.adding import Added
from snowdrop.keepsakes.models import Upload
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.storage import kinds, parts, room
from snowdrop.storage.cage import Busy, CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.originals import Received
from snowdrop.storage.parts import Checksum, Gone, Growing, Source

LASTS = timedelta(days=7)  # after its last part
TOLD_AGAIN = timedelta(days=1)  # how long the answer is known to what is kept
MOST_BYTES = kinds.MOST_BYTES_RECORDING  # of one file, whatever it is
# What one person may have on its way. Their own browsers never come near it: they send two at once.
MOST_FILES = 200
MOST_BYTES_TOGETHER = 8 * 2**30


class TooMuchOnItsWay(Exception):
    """This person began a great deal and finished little of it."""

    sentence: str | Promise = _(
        "Many files began to arrive and are not here as a whole. Send those again first, or wait a few days."
    )


class ElsewhereNow(Exception):
    """What is added does not begin where the file ends."""


class NotWhole(Exception):
    """Some of it has still to come."""


def begin(length: int, *, came_as: str, by: Viewer) -> Upload:
    """Take a file of `length` bytes on. Raises NotForYou, NotAPicture (too large), TooMuchOnItsWay, DiskIsFull."""
    _check(by)
    if length > MOST_BYTES:
        raise NotAPicture(kinds.RECORDING_TOO_LARGE)
    now = timezone.now()
    others = Upload.objects.on_their_way(by.person, at=now)
    together = others.aggregate(bytes=Sum("length", default=0))["bytes"]
    if together + length > MOST_BYTES_TOGETHER or others.count() >= MOST_FILES:
        raise TooMuchOnItsWay
    room.check(length)
    assert by.person is not None  # `Act.ADD` is for people known by name
    return Upload.objects.create(
        memorial=by.memorial,
        sender=by.person,
        came_as=names.as_it_came(came_as),
        length=length,
        expires_at=now + LASTS,
    )


def found(id: uuid.UUID, *, by: Viewer) -> Upload:
    """Return what this person began and can go on with. Raises NotForYou."""
    _check(by)
    upload = Upload.objects.own_of(by, at=timezone.now()).filter(pk=id).first()
    if upload is None or not (upload.told or parts.has(upload.pk, upload.offset)):
        raise NotForYou
    return upload


def add(id: uuid.UUID, source: Source, size: int, *, at: int, by: Viewer, checksum: Checksum | None = None) -> Upload:
    """Add `size` bytes that begin `at` bytes into the file; return how it stands then.

    First the bytes are on disk, then the row says so. Raises NotForYou, Held, ElsewhereNow, NotAPicture (more than
    was said, or too large for what it begins as), NotWhatWasSent, DiskIsFull.
    """
    with _held(id, by=by) as (upload, growing):
        if upload.offset != at:
            raise ElsewhereNow
        if at + size > upload.length:
            raise NotAPicture(kinds.TOO_LARGE)
        if size:
            try:
                growing.add(source, size, at=at, checksum=checksum)
            except Gone:
                raise NotForYou from None
        upload.offset, upload.expires_at = at + size, timezone.now() + LASTS
        if at < kinds.HEAD <= upload.offset and upload.length > kinds.MOST_BYTES:
            # Told by the first part, and not when half a day's sending is over.
            head = parts.head(upload.pk)
            if upload.length > kinds.most_bytes(head):
                _forget(upload)
                raise kinds.too_large(head)
        upload.save(update_fields=["offset", "expires_at"])
        return upload


@dataclass(frozen=True)
class Told:
    """What a client is told of a file that is kept."""

    id: str
    url: str
    sha: str
    was_here: bool

    @classmethod
    def of(cls, added: Added) -> Told:
        kept = added.kept
        return cls(str(kept.pk), kept.get_absolute_url(), kept.original_id, added.was_here)


def keep(id: uuid.UUID, *, by: Viewer, take: Callable[[Received, str], Added]) -> Told:
    """Have what came taken in by `take`, which is given the file and its name, once however often this is called.

    Raises what `take` raises, Held, NotWhole, and NotForYou where nothing of it is here. What is refused is gone
    then; what could not be kept for want of room, or of time, is still here.
    """
    with _held(id, by=by) as (upload, _growing):
        if upload.told is not None:
            parts.forget(upload.pk)  # made anew, and empty, by holding it
            return Told(**upload.told)
        if not upload.is_whole:
            raise NotWhole
        try:
            told = Told.of(take(parts.whole(upload.pk, upload.length), upload.came_as))
        except Gone:
            raise NotForYou from None
        except Busy:
            raise
        except (NotAPicture, CouldNotOpen):
            _forget(upload)
            raise
        upload.told, upload.came_as, upload.expires_at = asdict(told), "", timezone.now() + TOLD_AGAIN
        upload.save(update_fields=["told", "came_as", "expires_at"])
        parts.forget(upload.pk)
        return told


def give_up(id: uuid.UUID, *, by: Viewer) -> None:
    """Let go of what came of it. Raises NotForYou, Held."""
    with _held(id, by=by) as (upload, _growing):
        _forget(upload)


def _check(by: Viewer) -> None:
    by.check(Act.ADD)
    if not by.memorial.shows_pictures:
        raise NotForYou


@contextmanager
def _held(id: uuid.UUID, *, by: Viewer) -> Iterator[tuple[Upload, Growing]]:
    found(id, by=by)
    with parts.held(id) as growing:
        # Read again by whoever holds it: how far it came is true only now.
        yield found(id, by=by), growing


def _forget(upload: Upload) -> None:
    id = upload.pk
    upload.delete()
    parts.forget(id)
