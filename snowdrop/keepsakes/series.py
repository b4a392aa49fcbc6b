"""Photographs that were taken in one moment: the same camera pressed again and again. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from snowdrop.keepsakes.models import Photograph

APART = timedelta(seconds=2)
FEWEST = 3  # two pictures crowd no page


def fold(things: Sequence[Photograph]) -> list[list[Photograph]]:
    """Return these in their order, those of one series together: each within two seconds of the one before.

    What is closed is in no series, for that would tell when it was taken. What somebody wrote to stands by itself.
    """
    series: list[list[Photograph]] = []
    for one in things:
        if series and _goes_on(series[-1][-1], one):
            series[-1].append(one)
        else:
            series.append([one])
    return [part for some in series for part in ([some] if len(some) >= FEWEST else [[one] for one in some])]


def _goes_on(before: Photograph, one: Photograph) -> bool:
    if one.caption or one.original.camera != before.original.camera:
        return False
    first, second = _when(before), _when(one)
    return first is not None and second is not None and timedelta(0) <= second - first <= APART


def _when(one: Photograph) -> datetime | None:
    """When its camera says it was taken; None for one that is closed, or whose camera does not say, or errs."""
    original = one.original
    if one.is_closed or not (original.camera and original.taken_time) or str(one.date or "") != original.taken:
        return None
    try:
        return datetime.fromisoformat(f"{original.taken}T{original.taken_time}")
    except ValueError:
        return None
