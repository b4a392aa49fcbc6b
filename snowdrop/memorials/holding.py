"""Which rooms hold something for a viewer, in one statement that is compiled once for all who stand alike.

The rooms say by their own querysets, through `visible_to`, what they hold. To write eight of those down took most of
the time in which the head of a page was made; so the text of the statement is remembered, never an answer: each page
asks the database anew.
"""

from __future__ import annotations

import functools
import re
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import Memorial
from snowdrop.memorials.rooms import Room, all_rooms
from snowdrop.people.models import Person

# What stands in the compiled statement where each request puts its own. No row has any of these.
_MEMORIAL = -7_340_033
_PERSON = -7_340_099
_WORD = re.compile(r"[a-z_]*")


class Alike(NamedTuple):
    """All that a room may know of a viewer while it says what it holds; one who stands so is told by the same words."""

    audience: int
    shows_pictures: bool
    pictures_rest: bool
    circle: Circle
    duties: frozenset[Duty]
    is_person: bool
    is_trusted: bool
    self_is_open: bool
    with_children: bool


class Statement(NamedTuple):
    sql: str
    params: tuple[Any, ...]


def rooms_for(viewer: Viewer) -> list[Room]:
    """Return the rooms in which this viewer finds something, or may bring it, in their order."""
    if viewer.not_again:  # what somebody does not want to meet stands in the statement itself
        return [room for room in all_rooms() if room.is_open(viewer) or holds_something(room, viewer)]
    memorial, person = viewer.memorial, viewer.person
    statement = _compiled(
        Alike(
            memorial.audience,
            memorial.shows_pictures,
            memorial.pictures_rest,
            viewer.circle,
            viewer.duties,
            person is not None,
            viewer.is_trusted,
            viewer.self_is_open,
            viewer.with_children,
        )
    )
    own = {_MEMORIAL: memorial.pk, _PERSON: person.pk if person is not None else None}
    with connections["default"].cursor() as cursor:
        cursor.execute(statement.sql, [own.get(param, param) for param in statement.params])
        found = zip(all_rooms(), cursor.fetchone(), strict=True)
        return [room for room, holds in found if holds or room.is_open(viewer)]


def holds_something(room: Room, viewer: Viewer) -> bool:
    return any(rows.exists() for rows in room.holds(viewer))


@functools.lru_cache(maxsize=256)
def _compiled(alike: Alike) -> Statement:
    viewer = _standing(alike)
    columns, params = [], []
    for room in all_rooms():
        found = []
        for rows in room.holds(viewer):
            try:
                sql, own = rows.query.exists().get_compiler("default").as_sql()
            except EmptyResultSet:
                continue
            found.append(f"EXISTS({sql})")
            params += own
        columns.append(f"({' OR '.join(found)})" if found else "NULL")
    for param in params:
        is_word = isinstance(param, str) and _WORD.fullmatch(param)
        if not (is_word or isinstance(param, int)):  # such as a time, which would stand still
            raise TypeError(f"{param!r} does not stand in a statement that is remembered")
    return Statement(f"SELECT {', '.join(columns)}", tuple(params))


def _standing(alike: Alike) -> Viewer:
    """Somebody who stands so. Of the page and the person nothing else can be asked: there are none such."""
    known = ["id", "audience", "shows_pictures", "pictures_rest"]
    memorial = Memorial.from_db("default", known, [_MEMORIAL, *alike[:3]])
    return Viewer(
        memorial,
        Person.from_db("default", ["id"], [_PERSON]) if alike.is_person else None,
        alike.circle,
        alike.duties,
        is_trusted=alike.is_trusted,
        self_is_open=alike.self_is_open,
        with_children=alike.with_children,
    )
