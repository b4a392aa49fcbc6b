"""How the sign that a family chose is called on pages. Each sentence is whole: languages decline these words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.words.models import Book


@dataclass(frozen=True)
class Sign:
    """A sign, and what pages say of it."""

    name: str  # as in code, and of its shape
    all: str | Promise
    one: str | Promise
    leave: str | Promise
    left: str | Promise
    waits: str | Promise
    none_yet: str | Promise
    bare: str | Promise
    yours: str | Promise
    see_all: str | Promise


SIGNS: dict[str, Sign] = {
    Book.Sign.CANDLE: Sign(
        name="candle",
        # Translators: the heading over candles that visitors lit on a page
        all=_("Candles"),
        one=_("A candle"),
        # Translators: the link, the heading and the button to light a candle on somebody's page
        leave=_("Light a candle"),
        left=_("Your candle is lit"),
        waits=_("Somebody reads what you wrote first. Then the candle shows, and it does not go out."),
        none_yet=_("There is no candle here yet."),
        # Translators: said by screen readers in place of the picture of many candles, to which nobody wrote a name
        bare=_("Candles without a name"),
        yours=_("Your candle"),
        see_all=_("All candles"),
    ),
    Book.Sign.FLOWER: Sign(
        name="flower",
        # Translators: the heading over flowers that visitors laid on a page
        all=_("Flowers"),
        one=_("A flower"),
        # Translators: the link, the heading and the button to lay a flower on somebody's page
        leave=_("Lay a flower"),
        left=_("Your flower is laid"),
        waits=_("Somebody reads what you wrote first. Then the flower shows, and it stays."),
        none_yet=_("There is no flower here yet."),
        # Translators: said by screen readers in place of the picture of many flowers, to which nobody wrote a name
        bare=_("Flowers without a name"),
        yours=_("Your flower"),
        see_all=_("All flowers"),
    ),
    Book.Sign.STONE: Sign(
        name="stone",
        # Translators: the heading over stones that visitors laid on a page
        all=_("Stones"),
        one=_("A stone"),
        # Translators: the link, the heading and the button to lay a stone on somebody's page
        leave=_("Lay a stone"),
        left=_("Your stone is laid"),
        waits=_("Somebody reads what you wrote first. Then the stone shows, and it stays."),
        none_yet=_("There is no stone here yet."),
        # Translators: said by screen readers in place of the picture of many stones, to which nobody wrote a name
        bare=_("Stones without a name"),
        yours=_("Your stone"),
        see_all=_("All stones"),
    ),
}


def of(book: Book) -> Sign | None:
    """The sign of this page; None where the family chose none, or was never asked."""
    return SIGNS.get(book.sign)
