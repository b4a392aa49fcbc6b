"""Going through photographs or recordings a page at a time, and from one to the next."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q

from snowdrop.keepsakes.models import AlbumItem, Keepsake
from snowdrop.memorials.access import NotForYou

PAGE = 60
_KEY = re.compile(r"[0-9]{38}[0-9a-f]{12}")


T = TypeVar("T", bound=Keepsake | AlbumItem)


@dataclass(frozen=True)
class Page(Generic[T]):
    things: list[T]
    before: str = ""  # the key from which the page before counts back; "" on the first
    after: str = ""


def page(rows: Any, *, after: str = "", before: str = "", most: int = PAGE) -> Page[Any]:
    """Return a page of `rows`: from the start, or what follows `after`, or what comes `before`. Raises NotForYou.

    Two queries at any depth: the index is entered at the key, and nothing is counted.
    """
    after, before = (_order_key(rows, key) if key else "" for key in (after, before))
    loaded = rows.select_related("original")
    if before:
        found = list(loaded.filter(order_key__lt=before).order_by("-order_key")[: most + 1])
        more_before, things = len(found) > most, found[:most][::-1]
        more_after = True
    else:
        found = list(loaded.filter(order_key__gt=after).order_by("order_key")[: most + 1])
        more_after, things = len(found) > most, found[:most]
        more_before = bool(after) and rows.filter(order_key__lte=after).exists()
    if not things:
        return Page([])
    return Page(
        things,
        before=_key(things[0]) if more_before else "",
        after=_key(things[-1]) if more_after else "",
    )


def _key(row: Keepsake) -> str:
    """What names the end of a page. A closed one's place in the order begins with its date, which no address tells."""
    return str(row.pk) if row.is_closed else row.order_key


def _order_key(rows: Any, key: str) -> str:
    try:
        id = uuid.UUID(key)
    except ValueError:
        if not _KEY.fullmatch(key):
            raise NotForYou from None
        return key
    found: str | None = rows.filter(pk=id).values_list("order_key", flat=True).first()
    if found is None:
        raise NotForYou
    return found


K = TypeVar("K", bound=Keepsake)


def neighbours(rows: Any, row: K) -> tuple[K | None, K | None]:
    """Return what stands before and after this one among `rows`."""
    key = row.order_key
    return (
        rows.filter(order_key__lt=key).order_by("-order_key").first(),
        rows.filter(order_key__gt=key).order_by("order_key").first(),
    )


# -- within an album ---------------------------------------------------------------------------------


def items(rows: Any, *, after: str = "", before: str = "", most: int = PAGE) -> Page[AlbumItem]:
    """Return a page of an album's items, as `page` does; `rows` come `in_order_of` it. Raises NotForYou.

    What names the end of a page is the thing that stands there.
    """
    loaded = rows.select_related("photograph__original", "recording__original")
    if before:
        edge = _item(rows, before)
        found = list(loaded.filter(_earlier(edge)).order_by("-place", "-pk")[: most + 1])
        more_before, things = len(found) > most, found[:most][::-1]
        more_after = True
    else:
        further = loaded.filter(_later(_item(rows, after))) if after else loaded
        found = list(further[: most + 1])
        more_after, things = len(found) > most, found[:most]
        more_before = bool(after)
    if not things:
        return Page([])
    return Page(
        things,
        before=str(things[0].thing_id) if more_before else "",
        after=str(things[-1].thing_id) if more_after else "",
    )


def items_beside(rows: Any, item: AlbumItem) -> tuple[AlbumItem | None, AlbumItem | None]:
    """Return what stands before and after this one among `rows`, which come `in_order_of` the album."""
    return rows.filter(_earlier(item)).order_by("-place", "-pk").first(), rows.filter(_later(item)).first()


def _item(rows: Any, key: str) -> Any:
    try:
        found = rows.of_thing(uuid.UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotForYou
    return found


def _earlier(item: Any) -> Q:
    return Q(place__lt=item.place) | Q(place=item.place, pk__lt=item.pk)


def _later(item: Any) -> Q:
    return Q(place__gt=item.place) | Q(place=item.place, pk__gt=item.pk)
