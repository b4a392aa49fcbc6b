"""Every kind of keeping there is, found by its base: a new kind is never forgotten by the door."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from django.db import connection

from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Keeping


def all_kinds() -> Iterator[type[Keeping]]:
    """Every concrete kind, rooms' own included."""
    todo = list(Keeping.__subclasses__())
    while todo:
        kind = todo.pop(0)
        todo.extend(kind.__subclasses__())
        if not kind._meta.abstract and not kind._meta.proxy:
            yield kind


def holding(id: uuid.UUID) -> list[type[Keeping]]:
    """The kinds that hold something with this id: one, or none. Who may know of it, each of them is asked itself.

    One small statement: to ask every kind what somebody may change takes fifty times as long.
    """
    sql, kinds = _where_it_is()
    with connection.cursor() as cursor:
        cursor.execute(sql, [Keeping._meta.get_field("id").get_db_prep_value(id, connection)] * len(kinds))
        return [kinds[place] for (place,) in sorted(cursor.fetchall())]


@cache
def _where_it_is() -> tuple[str, list[type[Keeping]]]:
    kinds, quote = list(all_kinds()), connection.ops.quote_name
    each = (
        f"SELECT {place} FROM {quote(kind._meta.db_table)} WHERE id = %s"  # noqa: S608  names of our own
        for place, kind in enumerate(kinds)
    )
    return " UNION ALL ".join(each), kinds


def changeable(id: uuid.UUID, viewer: Viewer) -> Keeping:
    """Return the keeping with this id that the viewer may change. Raises NotForYou."""
    for kind in holding(id):
        found = kind._default_manager.changeable_by(viewer).filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou


def changeable_among(ids: Sequence[uuid.UUID], viewer: Viewer) -> list[Keeping]:
    """Return those of these keepings that the viewer may change, in the order of `ids`, a statement a kind."""
    wanted = list(dict.fromkeys(ids))
    found: dict[uuid.UUID, Keeping] = {}
    for kind in all_kinds():
        if len(found) < len(wanted):
            found |= {row.pk: row for row in kind._default_manager.changeable_by(viewer).among(wanted)}
    return [found[id] for id in wanted if id in found]


def something_is_closed(viewer: Viewer) -> bool:
    """Whether this person has pages of their own here that do not show on this device for now."""
    if viewer.self_is_open or viewer.person is None:
        return False
    everything = replace(viewer, self_is_open=True)
    return any(
        kind._default_manager.changeable_by(everything).filter(audience=Circle.SELF).exists() for kind in all_kinds()
    )


def every_own(part: str, viewer: Viewer) -> list[Keeping]:
    """Return all that this person added to one part of the page and that others may see: keepers, or more.

    `part`: an app's label, such as "story", or one kind's, such as "keepsakes.photograph".
    """
    return [
        row
        for kind in all_kinds()
        if part in (kind._meta.app_label, kind._meta.label_lower)
        for row in kind._default_manager.own_of(viewer)
        .filter(shown_at__isnull=False, put_away_at=None, audience__lte=Circle.KEEPERS)
        .select_related("memorial")
    ]


def put_away(id: uuid.UUID, viewer: Viewer) -> Keeping:
    """Return the keeping with this id that was taken off and that the viewer may bring back. Raises NotForYou."""
    for kind in holding(id):
        found = kind._default_manager.put_away_for(viewer).filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou


def waiting(id: uuid.UUID, viewer: Viewer) -> Keeping:
    """Return the keeping with this id that waits for the keepers. Raises NotForYou."""
    for kind in holding(id):
        found = kind._default_manager.waiting_for(viewer).filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou


def set_aside(id: uuid.UUID, viewer: Viewer) -> Keeping:
    """Return the keeping with this id that somebody offered and keepers do not let show. Raises NotForYou."""
    for kind in holding(id):
        found = kind._default_manager.set_aside_for(viewer).filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou
