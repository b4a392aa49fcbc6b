"""The wall of candles: one page of those that say something, and beside them, still, those that do not.

A page loads at most `PAGE` of the first and `LIGHTS` of the second, with three or with thirty thousand. Where there are
more, a quiet field of lights stands for them all; it is the same for every number, and nothing is counted.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from snowdrop.memorials.access import Viewer
from snowdrop.words.models import Candle, CandleQuerySet
from snowdrop.words.pages import NoSuchPlace

PAGE = 60  # candles with a name or a line
LIGHTS = 60  # bare ones


@dataclass(frozen=True)
class Wall:
    candles: list[Candle]
    newer: uuid.UUID | None = None
    older: uuid.UUID | None = None
    lights: list[uuid.UUID] = field(default_factory=list)  # bare ones, on the first page
    has_field: bool = False


def wall(viewer: Viewer, *, after: str = "", before: str = "") -> Wall:
    """Return the newest candles, or those older than `after`, or those newer than `before`: ids of candles.

    Raises NoSuchPlace.
    """
    seen: CandleQuerySet = Candle.objects.visible_to(viewer)
    named = seen.with_words()
    edge = _edge(named, after or before)
    if edge is None:
        lights = list(seen.bare().newest_first().values_list("pk", flat=True)[: LIGHTS + 1])
        found = list(named.newest_first()[: PAGE + 1])
        has_more = len(found) > PAGE
        older = found[PAGE - 1].pk if has_more else None
        return Wall(found[:PAGE], None, older, lights[:LIGHTS], has_field=has_more or len(lights) > LIGHTS)
    if after:
        found = list(named.lit_before(edge).newest_first()[: PAGE + 1])
        older = found[PAGE - 1].pk if len(found) > PAGE else None
        return Wall(found[:PAGE], found[0].pk if found else None, older)
    found = list(named.lit_after(edge).order_by("written_at", "pk")[: PAGE + 1])
    here = found[:PAGE][::-1]
    return Wall(here, here[0].pk if len(found) > PAGE else None, here[-1].pk if here else None)


def _edge(named: CandleQuerySet, id: str) -> Candle | None:
    if not id:
        return None
    try:
        found: Candle | None = named.only("written_at").filter(pk=uuid.UUID(id)).first()
    except ValueError as error:
        raise NoSuchPlace from error
    if found is None:
        raise NoSuchPlace
    return found
