"""A pause: thirty days in which nobody is removed, nothing goes public, nobody succeeds, nothing is deleted for good.

Reading, writing, taking one's own copy and withdrawing one's own additions go on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from snowdrop.memorials import keepers, kinds, log
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Announced, LogEntry, Memorial, Pause, Successor, WishToLetGo
from snowdrop.people.models import Person

LASTS = timedelta(days=30)
# One keeper alone pauses again only this long after the last pause ended: else one could hold it for ever.
RESTS = timedelta(days=30)


class IsPaused(Exception):
    """Such changes are paused here until a day."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"paused until {until:%Y-%m-%d}")
        self.until = until


class TakesAll(Exception):
    """There was a pause lately: another one takes every keeper's yes."""


def latest(memorial: Memorial) -> Pause | None:
    return Pause.objects.filter(memorial=memorial).order_by("-until", "-pk").first()


def running(memorial: Memorial, *, at: datetime) -> Pause | None:
    return Pause.objects.filter(memorial=memorial, since__lte=at, until__gt=at).order_by("-until").first()


def check(memorial: Memorial) -> None:
    """Raise IsPaused while such changes are paused."""
    if (pause := running(memorial, at=timezone.now())) is not None:
        raise IsPaused(pause.until)


@transaction.atomic
def pause(*, by: Viewer) -> Pause:
    """Stop what was announced, and let nothing of the kind be announced for thirty days. Raises TakesAll."""
    keepers.lock_as(by)
    now = timezone.now()
    last = latest(by.memorial)
    if last is not None and last.until > now:
        return last
    if last is not None and last.until > now - RESTS:
        raise TakesAll
    made = Pause.objects.create(memorial=by.memorial, by=by.person, since=now, until=now + LASTS)
    _stop_what_waits(by.memorial, by.person, at=now)
    log.note(by.memorial, LogEntry.What.PAUSED, by=by.person)
    return made


@transaction.atomic
def agree(*, by: Viewer) -> bool:
    """Say that there should be thirty more days of it; return whether every keeper said so, and there are."""
    keepers.lock_as(by)
    now = timezone.now()
    last = latest(by.memorial)
    if last is None or by.person is None:
        raise NotForYou
    last.agreed.add(by.person)
    if keepers.of(by.memorial).exclude(person__in=last.agreed.all()).exists():
        return False
    if last.until <= now:
        _stop_what_waits(by.memorial, by.person, at=now)
        Pause.objects.create(memorial=by.memorial, by=by.person, since=now, until=now + LASTS)
    else:
        Pause.objects.filter(pk=last.pk).update(until=last.until + LASTS)
    last.agreed.clear()
    log.note(by.memorial, LogEntry.What.PAUSED, by=by.person)
    return True


@transaction.atomic
def end(*, by: Viewer) -> None:
    """End the pause that `by` began. Raises NotForYou for everybody else's."""
    keepers.lock_as(by)
    now = timezone.now()
    if not Pause.objects.filter(memorial=by.memorial, by=by.person, until__gt=now).update(until=now):
        raise NotForYou
    log.note(by.memorial, LogEntry.What.PAUSE_ENDED, by=by.person)


def _stop_what_waits(memorial: Memorial, by: Person | None, *, at: datetime) -> None:
    Announced.objects.to_come(at).filter(memorial=memorial).update(stopped_at=at, stopped_by=by)
    # A page whose hour has come and which the worker has not opened yet stays closed: a no is never too late for that.
    opening = Announced.objects.open().filter(memorial=memorial, what=Announced.What.PUBLIC)
    opening.update(stopped_at=at, stopped_by=by)
    Successor.objects.entering().filter(memorial=memorial, enters_at__gt=at).update(enters_at=None)
    WishToLetGo.objects.filter(memorial=memorial).delete()
    for kind in kinds.all_kinds():
        # "Only me" goes on: what nobody else can see is nobody else's to hold.
        asked = kind._default_manager.filter(memorial=memorial, let_go_at__isnull=False)
        asked.filter(Q(audience__lte=Circle.KEEPERS) | Q(is_handed_over=True)).update(let_go_at=None)
