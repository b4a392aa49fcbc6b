"""A few today: the words that were let in, the oldest first, five at a time, at the pace of whoever reads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.people import zones
from snowdrop.words.models import KindWord, KindWordQuerySet, Pace

A_DAY = 5  # words
# What was let in a moment ago comes with the next ones. Of two who let words in at once, the one who began first may
# be done last: its words would lie behind a place that was passed already, and be met by nobody.
SETTLED = timedelta(seconds=10)


@dataclass(frozen=True)
class Few:
    words: list[KindWord]  # those of today, or of the last time
    is_today: bool
    came_to: uuid.UUID | None  # the last that was met
    goes_on: bool  # whether there are others behind it


def today_of(viewer: Viewer, at: datetime) -> date:
    """The day it is where this person lives."""
    return timezone.localdate(at, timezone=zones.of(viewer.person))


def few(viewer: Viewer, *, at: datetime) -> Few:
    """Return what this person reads today, or read the last time. Asking moves nothing."""
    pace = _pace(viewer)
    goes_on = _behind(pace, viewer, at).exists()
    if pace is None:
        return Few([], is_today=False, came_to=None, goes_on=goes_on)
    return Few(_of_the_day(pace, viewer), pace.day == today_of(viewer, at), pace.came_to_id, goes_on)


@transaction.atomic
def go_on(*, behind: uuid.UUID | None, by: Viewer, at: datetime) -> None:
    """Read the next few, and keep the place. `behind`: the place as the page said it; pressed twice it moves once."""
    by.check(Act.READ)
    if by.person is None:
        raise NotForYou
    pace = _pace(by)
    if (pace.came_to_id if pace else None) != behind:
        return
    words = list(_behind(pace, by, at).as_let_in().only("id", "shown_at", "memorial")[:A_DAY])
    if not words:
        return
    last = words[-1]
    came_to = {"came_to_at": last.shown_at, "came_to_id": last.pk, "day": today_of(by, at)}
    if pace is None:
        Pace.objects.bulk_create([Pace(memorial=by.memorial, person=by.person, **came_to)], ignore_conflicts=True)
    else:
        here = Pace.objects.filter(pk=pace.pk, came_to_id=pace.came_to_id)
        here.update(begun_at=pace.came_to_at, begun_id=pace.came_to_id, **came_to)


def _pace(viewer: Viewer) -> Pace | None:
    return Pace.objects.filter(memorial=viewer.memorial, person=viewer.person).first()


def _seen(viewer: Viewer) -> KindWordQuerySet:
    seen: KindWordQuerySet = KindWord.objects.visible_to(viewer).met_by(viewer)
    return seen


def _behind(pace: Pace | None, viewer: Viewer, at: datetime) -> KindWordQuerySet:
    settled = _seen(viewer).filter(shown_at__lte=at - SETTLED)
    return settled.let_in_behind(pace.came_to_at, pace.came_to_id) if pace else settled


def _of_the_day(pace: Pace, viewer: Viewer) -> list[KindWord]:
    rows = _seen(viewer).let_in_up_to(pace.came_to_at, pace.came_to_id)
    if pace.begun_at is not None and pace.begun_id is not None:
        rows = rows.let_in_behind(pace.begun_at, pace.begun_id)
    # From the end: what was opened to this person later, and let in before, does not push out what they were reading.
    return list(rows.order_by("-shown_at", "-pk")[:A_DAY])[::-1]
