"""Finding something by its words: keeping the index true, and asking it for somebody who stands before the page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language

from snowdrop.dates.display import show
from snowdrop.finding import asking, excerpts, index
from snowdrop.finding.asking import Asked
from snowdrop.finding.excerpts import Piece
from snowdrop.finding.models import Entry, EntryQuerySet
from snowdrop.finding.words import RULES
from snowdrop.memorials import rooms
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Keeping
from snowdrop.memorials.models.keeping import KeepingQuerySet
from snowdrop.memorials.rooms import Findable, Room

PAGE = 20  # things
NEWEST = 20_000  # things of a kind with shelves that have the words; older ones are not looked for
AT_ONCE = 200  # rows in memory


# -- the index ---------------------------------------------------------------------------------------


def write_down(*rows: Keeping) -> None:
    """Let these be found by their words as they stand now. Call it inside the transaction that wrote them."""
    written = [_written(found, row) for row in rows if (found := rooms.findable(type(row)))]
    if written:
        index.write_down(written)


def forget(row: Keeping) -> None:
    index.forget([row.pk])


def catch_up() -> int:
    """Write down what is not in the index by today's rules; return how many that were."""
    done = 0
    for _room, findable in rooms.findables():
        entries = Entry.objects.filter(keeping=OuterRef("pk"), rules=RULES)
        missing = findable.kind._default_manager.filter(~Exists(entries)).order_by("pk")
        while ids := list(missing.values_list("pk", flat=True)[:AT_ONCE]):
            with transaction.atomic():
                # Locked: whoever writes one anew meanwhile writes it down after us.
                write_down(*findable.kind._default_manager.select_for_update().filter(pk__in=ids))
            done += len(ids)
    return done


def put_right() -> int:
    """Compare the whole index with what is kept, mend it where it differs, and return in how many places it did."""
    wrong = int(index.mend())
    kept = Q()
    for _room, findable in rooms.findables():
        every = findable.kind._default_manager
        kept |= Q(Exists(every.filter(pk=OuterRef("keeping"))))
        for rows in _a_few(findable):
            with transaction.atomic():
                here = every.select_for_update().filter(pk__in=rows)
                wrong += index.put_right([_written(findable, row) for row in here])
    strays, _kinds = Entry.objects.exclude(kept).delete()
    return wrong + strays


def _a_few(findable: Findable) -> Iterator[list[uuid.UUID]]:
    last: uuid.UUID | None = None
    every = findable.kind._default_manager.order_by("pk").values_list("pk", flat=True)
    while ids := list((every.filter(pk__gt=last) if last else every)[:AT_ONCE]):
        yield ids
        last = ids[-1]


def _written(findable: Findable, row: Any) -> index.Written:
    if row.is_closed:
        # What it holds is found by nobody, also not by whoever has it open: an excerpt would lift the cover.
        return index.Written(row.pk, row.memorial_id, _on_the_cover(row), findable.shelves)
    dates = [show(row.date, code) for code, _name in settings.LANGUAGES] if findable.has_date and row.date else []
    return index.Written(row.pk, row.memorial_id, (*findable.texts(row), *dates), findable.shelves)


def _on_the_cover(row: Any) -> tuple[str, ...]:
    return (row.cover_words, row.gentle_words)


# -- asking ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """One thing that has all the words, with a few words around them."""

    id: uuid.UUID
    url: str
    title: list[Piece]
    date: list[Piece]
    excerpts: list[list[Piece]]


@dataclass(frozen=True)
class Section:
    """What was found in one room."""

    room: Room
    found: list[Found]


@dataclass(frozen=True)
class Page:
    sections: list[Section] = field(default_factory=list)
    after: str = ""  # where the next page begins; "" on the last
    among: tuple[Room, ...] = ()  # rooms of which only the newest were looked through


def find(text: str, viewer: Viewer, *, after: str = "") -> Page:
    """What `viewer` may see and what has every one of these words, room by room, in the order of each room.

    A few statements, however much there is: one for each kind at most. `after` is a key of an earlier page; one that
    leads nowhere begins at the beginning.
    """
    asked = asking.ask(text)
    if not asked:
        return Page()
    found: list[tuple[Room, Findable, Any]] = []
    among: list[Room] = []
    for room, findable, seen in _from(after, viewer):
        if len(found) <= PAGE:
            entries, are_all = _entries(asked, findable, viewer)
            among += [] if are_all else [room]
            some = findable.narrowed(seen.among(entries.values("keeping")), viewer).order_by(*findable.order)[
                : PAGE + 1 - len(found)
            ]
            found += [(room, findable, row) for row in some]
    sections = [
        Section(room, [_found(findable, row, asked, viewer) for _room, findable, row in group])
        for room, group in groupby(found[:PAGE], key=lambda one: one[0])
    ]
    return Page(sections, _key(*found[PAGE - 1][1:]) if len(found) > PAGE else "", tuple(among))


def _entries(asked: Asked, findable: Findable, viewer: Viewer) -> tuple[EntryQuerySet, bool]:
    """What has the words, of any kind at least those of this one; and whether none were left out."""
    place, every = viewer.memorial.pk, Entry.objects.all()
    if not findable.shelves:
        return every.holding(asked, place=place), True
    return every.newest_holding(asked, place=place, kind=findable.shelves, most=NEWEST)


def _from(after: str, viewer: Viewer) -> Iterator[tuple[Room, Findable, KeepingQuerySet]]:
    """Each kind with what this viewer sees of it, from `after` on."""
    every = rooms.findables()
    first, edge = _read_key(after, viewer)
    for number, (room, findable) in enumerate(every[first:], start=first):
        seen = findable.kind._default_manager.visible_to(viewer).met_by(viewer)
        if findable.shows(viewer):
            yield room, findable, seen.filter(_behind(edge, findable.order)) if edge and number == first else seen


def _key(findable: Findable, row: Keeping) -> str:
    number = next(number for number, (_room, one) in enumerate(rooms.findables()) if one is findable)
    return f"{number}-{row.pk}"


def _read_key(after: str, viewer: Viewer) -> tuple[int, Keeping | None]:
    number, _dash, id = after.partition("-")
    every = rooms.findables()
    if number not in map(str, range(len(every))):
        return 0, None
    try:
        wanted = uuid.UUID(id)
    except ValueError:
        return 0, None
    _room, findable = every[int(number)]
    edge = findable.kind._default_manager.visible_to(viewer).filter(pk=wanted).first()
    return (int(number), edge) if edge is not None else (0, None)


def _behind(edge: Keeping, order: tuple[str, ...]) -> Q:
    """What comes after `edge` in this order."""
    behind = Q()
    names = [name.removeprefix("-") for name in order]
    for place, name in enumerate(names):
        same = Q(**{before: getattr(edge, before) for before in names[:place]})
        further = "lt" if order[place].startswith("-") else "gt"
        behind |= same & Q(**{f"{name}__{further}": getattr(edge, name)})
    return behind


def _found(findable: Findable, row: Any, asked: Asked, viewer: Viewer) -> Found:
    row.memorial = viewer.memorial  # its address names it, and asks the database for nothing
    title = row.cover_title if row.is_closed else findable.title(row)
    suffix = f"?as={viewer.reads_as.name.lower()}" if viewer.reads_as is not None else ""
    has_date = findable.has_date and row.date and not row.is_closed
    date = show(row.date, get_language() or "en") if has_date else ""
    if date in title:
        date = ""  # a photograph without a caption is called by its day
    texts = _on_the_cover(row) if row.is_closed else findable.texts(row)
    others = (excerpts.excerpt(text, asked) for text in texts if text.strip() != title)
    return Found(
        id=row.pk,
        url=findable.url(row) + suffix,
        title=excerpts.marked(title, asked),
        date=excerpts.marked(date[:1].upper() + date[1:], asked),
        excerpts=[pieces for pieces in others if pieces and not _says_the_same(title, pieces)],
    )


def _says_the_same(title: str, pieces: list[Piece]) -> bool:
    """Whether a thing without a title is called by the very words of this excerpt: they would stand there twice."""
    return title.endswith("…") and "".join(piece.text for piece in pieces).startswith(title.removesuffix("…"))
