"""What the rest of the house may know of the words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.rooms import UUID, Findable, Opened, ReadingPage, Room
from snowdrop.words import candle_showing, enclosures, showing
from snowdrop.words.candles import PART
from snowdrop.words.models import Candle, Enclosure, KindWord

# The names of those who write stand on the words themselves; who may leave some stands on the memorial.
PARTS = ("words", "memorials")
CANDLES = (PART, *PARTS)


def holds(viewer: Viewer) -> Iterator[QuerySet[Any]]:
    yield KindWord.objects.visible_to(viewer)
    yield candle_showing.walls(viewer)


def is_open(viewer: Viewer) -> bool:
    """Whoever may leave words finds the way to it here, also before there are any."""
    return viewer.offers(Act.LEAVE_WORDS)


def looked_at(word: KindWord, viewer: Viewer) -> dict[str, Any]:
    return {"word": showing.shown([word], viewer, looked_at=True)[0]}


ROOM = Room(
    name="words",
    # Translators: the name of the room with what people wrote to the family.
    label=pgettext_lazy("room", "Words"),
    url_name="words:room",
    holds=holds,
    is_open=is_open,
    parts=("words", PART),
    pages=(
        ReadingPage("words:room", r"words/", parts=PARTS, query=frozenset({"after", "before"})),
        ReadingPage("words:word", rf"words/{UUID}/", parts=PARTS),
        ReadingPage("words:candles", r"candles/", parts=CANDLES, query=frozenset({"after", "before"})),
        ReadingPage("words:candle", rf"candles/{UUID}/", parts=CANDLES),
    ),
    finds=(
        Findable(
            KindWord,
            texts=lambda word: (word.signed, word.knew, word.text),
            title=lambda word: word.title_for_lists,
            order=("-written_at", "-pk"),
            shelves="w",
        ),
        Findable(
            Candle,
            texts=lambda candle: (candle.signed, candle.line),
            title=lambda candle: candle.title_for_lists,
            order=("-written_at", "-pk"),
            shows=candle_showing.has_sign,
        ),
    ),
    opens=(
        Opened(KindWord, template="words/parts/looked_at.html", context=looked_at, change="memorials:who"),
        Opened(
            Enclosure,
            template="words/parts/enclosure_looked_at.html",
            context=enclosures.looked_at,
            change="memorials:close_it",
        ),
    ),
    order=50,
)
