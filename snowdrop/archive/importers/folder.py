"""Bringing a folder of photographs in: dates and captions from the files, the same again never twice."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from snowdrop.archive.importers import dates, titles
from snowdrop.archive.importers.found import CannotRead, Found
from snowdrop.keepsakes import adding, names
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import keepings
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.storage import ingest, kinds, originals, pictures
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.models import Original

GROUP = 50  # photographs written in one transaction


class What(StrEnum):
    """What became of one file."""

    COMES = "comes"  # it came, or would come
    HERE = "here"  # it was here before, or twice in what was given
    NOT = "not"  # it was not understood


@dataclass(frozen=True)
class Told:
    name: str
    what: What
    sentence: str | Promise = ""  # why not


@dataclass
class Summary:
    """What came of a folder."""

    came: int = 0
    here: int = 0
    not_taken: list[Told] = field(default_factory=list)

    def count(self, told: Told) -> None:
        if told.what is What.COMES:
            self.came += 1
        elif told.what is What.HERE:
            self.here += 1
        else:
            self.not_taken.append(told)


Tell = Callable[[Told], None]


def say_nothing(_told: Told) -> None:
    pass


def look_through(found: Iterable[Found], *, by: Viewer, tell: Tell = say_nothing) -> Summary:
    """Say what `bring_in` would bring, and change nothing. Raises NotForYou, NotAFolder, DiskIsFull."""
    return _go_through(found, by=by, tell=tell, take=_would_take, keep=lambda group: None)


def bring_in(
    found: Iterable[Found], *, by: Viewer, batch: uuid.UUID | None = None, tell: Tell = say_nothing
) -> Summary:
    """Keep what is found as photographs that only keepers see. What is here already adds nothing.

    It may be broken off at any time and begun again. Only one group of files is in memory, or written but not yet on
    a page. Raises NotForYou, NotAFolder, DiskIsFull; what came before stays.
    """
    together = batch or uuid.uuid4()
    return _go_through(found, by=by, tell=tell, take=_take, keep=lambda group: _keep(group, by=by, batch=together))


@dataclass(frozen=True)
class _Arrived:
    """A picture of the group that is written next."""

    source: str
    name: str
    original: Original | None  # None where it is only looked at


def _go_through(
    found: Iterable[Found],
    *,
    by: Viewer,
    tell: Tell,
    take: Callable[[Found], Original | None],
    keep: Callable[[list[_Arrived]], None],
) -> Summary:
    by.check(Act.KEEP)
    if not by.memorial.shows_pictures:
        raise NotForYou
    summary, group, seen = Summary(), [], set[bytes]()

    def say(told: Told) -> None:
        summary.count(told)
        tell(told)

    try:
        for one in found:
            try:
                digest = _digest(one)
                if digest in seen or _is_here(digest.hex(), by):
                    say(Told(one.name, What.HERE))
                    continue
                original = take(one)
            except (CannotRead, NotAPicture, CouldNotOpen) as error:
                say(Told(one.name, What.NOT, error.sentence))
                continue
            seen.add(digest)
            group.append(_Arrived(_source(digest.hex()), one.name, original))
            say(Told(one.name, What.COMES))
            if len(group) >= GROUP:
                keep(group)
                group.clear()
    finally:
        keep(group)  # also of a folder that could not be read to its end
    return summary


def _digest(one: Found) -> bytes:
    """Read a file once to know it again. What is no picture by its first bytes is not read further."""
    pieces = one.chunks()
    first = next(pieces, b"")
    kinds.of(first[: kinds.HEAD])
    digest = hashlib.sha256(first)
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _source(sha256: str) -> str:
    return f"folder:{sha256}"


def _is_here(sha256: str, viewer: Viewer) -> bool:
    """Also what was brought in before and taken off the page since: to bring it again is not to bring it back."""
    brought = Photograph.objects.filter(memorial=viewer.memorial, source=_source(sha256))
    return brought.exists() or adding.already_here(sha256, viewer) is not None


def _would_take(one: Found) -> None:
    received = originals.receive(one.chunks())
    try:
        pictures.look(received.arrived)
    finally:
        received.discard()


def _take(one: Found) -> Original:
    return ingest.take_in(originals.receive(one.chunks()))


@transaction.atomic
def _keep(group: list[_Arrived], *, by: Viewer, batch: uuid.UUID) -> None:
    today = timezone.localdate()
    for one in group:
        assert one.original is not None
        # Somebody may have brought the same folder at the same time.
        Original.objects.select_for_update().get(pk=one.original.pk)
        if _is_here(one.original.pk, by):
            continue
        photograph = Photograph(
            original=one.original,
            came_as=names.as_it_came(one.name),
            caption=one.original.caption or titles.from_xmp(_head(one.original)),
            audience=Circle.KEEPERS,
            batch=batch,
            source=one.source,
        )
        photograph.date = adding.date_of(one.original) or dates.from_name(photograph.came_as, today=today)
        photograph.order_key = photograph.order_key_now()
        keepings.keep(photograph, by=by)


def _head(original: Original) -> bytes:
    with originals.open(original.pk) as file:
        return file.read(titles.HEAD)
