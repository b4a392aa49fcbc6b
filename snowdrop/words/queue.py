"""The one queue at the door: words first, then candles with something to read, each as they came."""

from __future__ import annotations

import uuid

from snowdrop.memorials.access import Viewer
from snowdrop.words.door import AtTheDoor
from snowdrop.words.models import Candle, KindWord


def waiting(viewer: Viewer, *, after: uuid.UUID | None, most: int) -> list[AtTheDoor]:
    """Return what waits to be read, from the beginning or from behind `after`; at most so many."""
    words = KindWord.objects.at_the_door(viewer).waiting().filter(asked_at=None)
    candles = Candle.objects.at_the_door(viewer).waiting().filter(asked_at=None)
    found: list[AtTheDoor] = []
    edge = candles.filter(pk=after).first() if after is not None else None
    if edge is not None:
        candles = candles.behind(edge)
    else:
        last = words.filter(pk=after).first() if after is not None else None
        some = words.behind(last) if last is not None else words
        found += some.as_they_came().select_related("by_link")[:most]
    if len(found) < most:
        found += candles.as_they_came().select_related("by_link")[: most - len(found)]
    return found


def not_shown(viewer: Viewer, *, most: int) -> list[AtTheDoor]:
    """What was not shown, the last first, for whoever reads first."""
    rows: list[AtTheDoor] = []
    for kind in (KindWord, Candle):
        away = kind.objects.at_the_door(viewer).filter(turned_away_at__isnull=False)
        rows += away.order_by("-turned_away_at", "-pk")[:most]
    return sorted(rows, key=lambda row: (row.turned_away_at, row.pk), reverse=True)[:most]


def asked(viewer: Viewer, *, is_away: bool, most: int) -> list[AtTheDoor]:
    """What a keeper is asked about, or with `is_away` what was not shown; the oldest first."""
    rows: list[AtTheDoor] = []
    for kind in (KindWord, Candle):
        some = kind.objects.not_shown_for(viewer) if is_away else kind.objects.asked_about(viewer)
        rows += some.order_by("offered_at", "pk")[:most]
    return sorted(rows, key=lambda row: (row.offered_at, row.pk))[:most]


def one_asked(id: uuid.UUID | None, viewer: Viewer, *, is_away: bool) -> AtTheDoor | None:
    for kind in (KindWord, Candle):
        some = kind.objects.not_shown_for(viewer) if is_away else kind.objects.asked_about(viewer)
        if (found := some.filter(pk=id).first()) is not None:
            return found
    return None
