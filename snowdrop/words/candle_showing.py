"""Candles as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from snowdrop.memorials.access import Act, Viewer
from snowdrop.words import signs
from snowdrop.words.models import Book, Candle
from snowdrop.words.signs import Sign


@dataclass(frozen=True)
class ShownCandle:
    """What `words/parts/candle.html` needs to know."""

    anchor: str
    signed: str = ""
    line: str = ""
    url: str = ""


@dataclass(frozen=True)
class Ways:
    """What a page of the room says of the candles: how they are called, and the ways to them."""

    sign: Sign
    may_leave: bool
    wave: bool


def shown(candles: Sequence[Candle], viewer: Viewer, *, as_suffix: str = "") -> list[ShownCandle]:
    slug = viewer.memorial.slug
    return [as_read(candle, url=reverse("words:candle", args=[slug, candle.pk]) + as_suffix) for candle in candles]


def as_read(candle: Candle, *, url: str = "") -> ShownCandle:
    """All of it. The name is shown to everybody, as with words: it was written to be read."""
    return ShownCandle(f"candle-{candle.pk}", candle.signed, candle.line, url)


def ways(viewer: Viewer) -> Ways | None:
    """None where the family chose no sign."""
    book = Book.of(viewer.memorial)
    sign = signs.of(book)
    return Ways(sign, viewer.offers(Act.LEAVE_WORDS), book.wave_of_light) if sign is not None else None


def has_sign(viewer: Viewer) -> bool:
    return bool(Book.of(viewer.memorial).sign)


def walls(viewer: Viewer) -> QuerySet[Book]:
    """The wall that there is for this viewer, or none.

    Told by what the family chose and not by what is there: many candles in a night move no head of a page.
    """
    if viewer.with_children:
        return Book.objects.none()
    return Book.objects.filter(memorial=viewer.memorial, shown_to__lte=viewer.circle).exclude(sign=Book.Sign.NONE)
