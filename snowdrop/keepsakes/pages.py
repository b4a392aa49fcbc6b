"""Going through photographs or recordings a page at a time, and from one to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials.access import NotForYou

PAGE = 60
_KEY = re.compile(r"[0-9]{38}[0-9a-f]{12}")


T = TypeVar("T", Photograph, Recording)


@dataclass(frozen=True)
class Page(Generic[T]):
    things: list[T]
    before: str = ""  # the key from which the page before counts back; "" on the first
    after: str = ""


def page(rows: Any, *, after: str = "", before: str = "", most: int = PAGE) -> Page[Any]:
    """Return a page of `rows`: from the start, or what follows `after`, or what comes `before`. Raises NotForYou.

    Two queries at any depth: the index is entered at the key, and nothing is counted.
    """
    for key in (after, before):
        if key and not _KEY.fullmatch(key):
            raise NotForYou
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
        before=things[0].order_key if more_before else "",
        after=things[-1].order_key if more_after else "",
    )


def neighbours(rows: Any, row: T) -> tuple[T | None, T | None]:
    """Return what stands before and after this one among `rows`."""
    key = row.order_key
    return (
        rows.filter(order_key__lt=key).order_by("-order_key").first(),
        rows.filter(order_key__gt=key).order_by("order_key").first(),
    )
