"""Making albums, putting things into them, and laying them in an order. What is taken out of one stays where it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import Max, Min

from snowdrop.keepsakes.models import Album, AlbumItem, Order, Photograph, Recording
from snowdrop.memorials import keepings, revision
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.circles import Circle

SAID = frozenset({"title", "caption", "order"})


class Where(Enum):
    """To where something in an album may be moved."""

    FIRST = "first"
    EARLIER = "earlier"
    LATER = "later"
    LAST = "last"


@transaction.atomic
def make(
    *,
    by: Viewer,
    title: str = "",
    caption: str = "",
    order: Order = Order.DATE,
    audience: Circle = Circle.KEEPERS,
    closed: bool = False,
) -> Album:
    """Make an album with nothing in it yet. `closed`: with a cover from the first moment on. Raises NotForYou."""
    album = Album(title=title, caption=caption, order=order, audience=audience, is_closed=closed)
    return keepings.keep(album, by=by)


@transaction.atomic
def change(album: Album, said: Mapping[str, Any], *, by: Viewer) -> Album:
    """Change its title, its words or how it is ordered. Raises NotForYou.

    Laid by hand from now on, it begins as it stood: by date.
    """
    row = _locked(album, by)
    changes = {name: said[name] for name in said if name in SAID}
    if not row.is_laid_by_hand and changes.get("order", row.order) != Order.DATE:
        for place, item in enumerate(AlbumItem.objects.in_order_of(row)):
            AlbumItem.objects.filter(pk=item.pk).update(order=place)
    return keepings.write_anew(row, changes, by=by)


def placeable(ids: Iterable[uuid.UUID], viewer: Viewer) -> list[Photograph | Recording]:
    """Return which of these this person may put into an album, in this order: what they see, and their own."""
    wanted = list(dict.fromkeys(ids))
    found: dict[uuid.UUID, Photograph | Recording] = {}
    for kind in (Photograph, Recording):
        for rows in (kind.objects.visible_to(viewer), kind.objects.own_of(viewer).filter(put_away_at=None)):
            found |= {row.pk: row for row in rows.among(wanted)}
    return [found[id] for id in wanted if id in found]


@transaction.atomic
def put_into(album: Album, things: Sequence[Photograph | Recording], *, by: Viewer) -> None:
    """Put these at the end of an album, each once. Raises NotForYou, and then nothing is put into it."""
    row = _locked(album, by)
    ids = list(dict.fromkeys(thing.pk for thing in things))
    allowed = placeable(ids, by)
    if len(allowed) != len(ids):
        raise NotForYou
    items = AlbumItem.objects.filter(album=row)
    there = {id for pair in items.values_list("photograph", "recording") for id in pair}
    last = items.aggregate(last=Max("order"))["last"]
    first_free = 0 if last is None else last + 1
    new = [thing for thing in allowed if thing.pk not in there]
    AlbumItem.objects.bulk_create(
        AlbumItem(album=row, order=first_free + number, **{_field(thing): thing}) for number, thing in enumerate(new)
    )
    revision.bump(by.memorial, "keepsakes")


def _field(thing: Photograph | Recording) -> str:
    return "recording" if isinstance(thing, Recording) else "photograph"


@transaction.atomic
def take_out(album: Album, thing: uuid.UUID, *, by: Viewer) -> None:
    """Take something out of an album. It stays in the memorial. Raises NotForYou."""
    row = _locked(album, by)
    AlbumItem.objects.placeable_by(by).filter(album=row).of_thing(thing).delete()
    revision.bump(by.memorial, "keepsakes")


@transaction.atomic
def move(album: Album, thing: uuid.UUID, where: Where, *, by: Viewer) -> None:
    """Move something within an album that is laid by hand. Raises NotForYou."""
    row = _locked(album, by)
    if not row.is_laid_by_hand:
        raise NotForYou
    items = list(AlbumItem.objects.placeable_by(by).in_order_of(row))
    at = next((number for number, item in enumerate(items) if item.thing_id == thing), None)
    if at is None:
        raise NotForYou
    if where in (Where.FIRST, Where.LAST):
        ends = AlbumItem.objects.filter(album=row).aggregate(first=Min("order"), last=Max("order"))
        to = ends["first"] - 1 if where is Where.FIRST else ends["last"] + 1
        AlbumItem.objects.filter(pk=items[at].pk).update(order=to)
    else:
        other = at + 1 if where is Where.LATER else at - 1
        if not 0 <= other < len(items):
            return
        # Only the two change places: what somebody else put here unseen keeps its own.
        AlbumItem.objects.filter(pk=items[at].pk).update(order=items[other].order)
        AlbumItem.objects.filter(pk=items[other].pk).update(order=items[at].order)
    revision.bump(by.memorial, "keepsakes")


def _locked(album: Album, by: Viewer) -> Album:
    """Whoever arranges it queues here, so that no two things come to stand in one place."""
    row = Album.objects.changeable_by(by).select_for_update().filter(pk=album.pk).first()
    if row is None:
        raise NotForYou
    row.memorial = by.memorial
    return row
