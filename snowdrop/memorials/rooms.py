"""The rooms of a memorial, as they declare themselves. A room's name appears once it holds something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Keeping

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True)
class ReadingPage:
    """An address that everyone in a circle sees alike, so that it may be baked."""

    url_name: str
    route: str  # a regular expression for what follows the memorial's own address
    # The parts of the memorial whose revisions it names, beside those that the head of every page names.
    parts: tuple[str, ...]
    query: frozenset[str] = frozenset()  # names in the query that belong to the address; each holds a key of ours
    is_file: bool = False  # a picture: no head stands over it, and nothing on it can be somebody's own


def always(viewer: Viewer) -> bool:
    return True


def never(viewer: Viewer) -> bool:
    return False


def all_of_them(rows: Any, viewer: Viewer) -> Any:
    return rows


@dataclass(frozen=True)
class Findable:
    """How one kind of keeping is found by its words. Who may see it is asked of the kind itself."""

    kind: type[Keeping]
    texts: Callable[[Any], Sequence[str]]  # its words, as its page shows them
    title: Callable[[Any], str]  # what it is called where it is found
    order: tuple[str, ...]  # by these fields, as in its room; none of them empty, and the last is the key
    url: Callable[[Any], str] = lambda row: str(row.get_absolute_url())
    has_date: bool = False  # whether it has a rough date, in `date`
    shows: Callable[[Viewer], bool] = always  # False while the room shows none of them to anybody
    # For what may come in hundreds of thousands: a small letter of its own. Then the newest are looked through first.
    shelves: str = ""
    narrowed: Callable[[Any, Viewer], Any] = all_of_them  # those of the rows that the room shows now


@dataclass(frozen=True)
class Opened:
    """How a room shows one closed thing to somebody who looks: a part of a page, and what that needs."""

    kind: type[Keeping]
    template: str
    context: Callable[[Any, Viewer], dict[str, Any]]  # asked only once `viewer.has_open`
    change: str  # the name of the address at which it is changed
    shows: Callable[[Viewer], bool] = always  # False while the room shows none of them to anybody


@dataclass(frozen=True)
class Room:
    """What the rest of the house may know of a room."""

    name: str  # as in code: "story"
    label: str | Promise  # as on pages: "Story"
    url_name: str  # its first page, which takes the memorial's slug
    # Through visible_to: any one of these rows makes the room show. Of the viewer it reads what `holding.Alike` names.
    holds: Callable[[Viewer], Iterable[QuerySet[Any]]]
    parts: tuple[str, ...]  # the parts of the memorial that its name at the head of each page depends on
    pages: tuple[ReadingPage, ...] = ()
    finds: tuple[Findable, ...] = ()
    opens: tuple[Opened, ...] = ()  # one for every kind that can be closed
    order: int = 100
    # Whether it shows while it holds nothing: because this viewer may bring something.
    is_open: Callable[[Viewer], bool] = never


_ROOMS: dict[str, Room] = {}


def register(room: Room) -> None:
    _ROOMS[room.name] = room


def all_rooms() -> list[Room]:
    return sorted(_ROOMS.values(), key=lambda room: (room.order, room.name))


def reading_pages() -> tuple[ReadingPage, ...]:
    return tuple(page for room in all_rooms() for page in room.pages)


def findables() -> list[tuple[Room, Findable]]:
    """Every kind that is found by its words, in the order in which what was found stands on a page."""
    return [(room, findable) for room in all_rooms() for findable in room.finds]


def findable(kind: type[Keeping]) -> Findable | None:
    return next((one for _room, one in findables() if one.kind is kind), None)


def opened(kind: type[Keeping]) -> Opened:
    """Raises KeyError for a kind that no room shows to whoever looks."""
    return {one.kind: one for room in all_rooms() for one in room.opens}[kind]


def head_parts() -> tuple[str, ...]:
    """The parts of the memorial that the head of every page shows something of."""
    return tuple(sorted({part for room in _ROOMS.values() for part in room.parts}))


# The address of what is new for everyone, for feed readers. The room that writes it says how it is called.
_feeds: list[str] = []


def feed_comes_from(url_name: str) -> None:
    _feeds[:] = [url_name]


def feed_url(viewer: Viewer) -> str:
    """Where feed readers find what everyone sees; "" where nobody chose that, or for whoever sees more."""
    if not (_feeds and viewer.is_everyone and viewer.memorial.has_feed):
        return ""
    return reverse(_feeds[0], args=[viewer.memorial.slug])


# What shows at the head of each page, if the family wants one. The room that keeps pictures says how to find it.
Cover = Callable[[Viewer], object | None]
_covers: list[Cover] = []


def covers_come_from(find: Cover) -> None:
    _covers[:] = [find]


def cover_for(viewer: Viewer) -> object | None:
    if not viewer.memorial.has_pictures:
        return None
    return _covers[0](viewer) if _covers else None
