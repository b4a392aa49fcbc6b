"""What waits at the door, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from snowdrop.memorials.access import Viewer
from snowdrop.words import candle_showing, enclosures, showing, signals, signs
from snowdrop.words.door import AtTheDoor
from snowdrop.words.models import Book, Candle, KindWord
from snowdrop.words.signs import Sign


def for_an_answer(rows: Sequence[AtTheDoor], viewer: Viewer) -> list[dict[str, Any]]:
    """What `words/parts/waiting.html` needs of each: the row, and what it says."""
    there_are_candles = any(isinstance(row, Candle) for row in rows)
    # Where the family chose no sign meanwhile, what came with one is still answered: it is called as candles are.
    book = Book.of(viewer.memorial) if there_are_candles else Book()
    sign = signs.of(book) or signs.SIGNS[Book.Sign.CANDLE]
    came = enclosures.waiting_with([row for row in rows if isinstance(row, KindWord)], viewer)
    return [
        {
            "row": row,
            "came": came.get(row.pk),
            "reasons": [reason.label for reason in signals.read(row.reasons)],
            **_said(row, sign),
        }
        for row in rows
    ]


def _said(row: AtTheDoor, sign: Sign) -> dict[str, Any]:
    if isinstance(row, Candle):
        return {"candle": candle_showing.as_read(row), "sign": sign}
    return {"word": showing.as_read(row)}
