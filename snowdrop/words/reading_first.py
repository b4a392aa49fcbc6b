"""Whoever reads first may rest for a day, ask somebody else to do it, or stop. What waits goes on waiting."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import inviting, log, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.models import LogEntry, Membership
from snowdrop.memorials.models.people import MembershipQuerySet
from snowdrop.people import zones
from snowdrop.people.models import Person
from snowdrop.words.models import HandOver, Rest

MORNING = time(6)  # nobody who rested until tomorrow is written to in the night


# -- for a day -----------------------------------------------------------------------------------------


@transaction.atomic
def rest(*, by: Viewer, at: datetime | None = None) -> Rest:
    """Rest until tomorrow morning, by this person's own clock."""
    by.check(Act.READ_FIRST)
    until = _tomorrow(by.person, at or timezone.now())
    row, _is_new = Rest.objects.update_or_create(memorial=by.memorial, person=by.person, defaults={"until": until})
    return row


def rest_no_longer(*, by: Viewer) -> None:
    by.check(Act.READ_FIRST)
    Rest.objects.of(by).delete()


def rests_until(viewer: Viewer, at: datetime | None = None) -> datetime | None:
    return Rest.objects.of(viewer).now(at).values_list("until", flat=True).first()


def _tomorrow(person: Person | None, at: datetime) -> datetime:
    zone = zones.of(person)
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), MORNING, tzinfo=zone)


# -- in somebody else's hands ----------------------------------------------------------------------------


def who_could(viewer: Viewer) -> MembershipQuerySet:
    """The members whom a reader may ask: all but themselves and those who read first already."""
    viewer.check(Act.READ_FIRST)
    here = Membership.objects.live().filter(memorial=viewer.memorial, reads_first=False)
    return here.exclude(person=viewer.person).select_related("person").order_by("-circle", "since")


@transaction.atomic
def ask_to_take_over(member: Membership, *, by: Viewer) -> HandOver:
    """Ask this member to read first in one's place. Until they say yes nothing changes. Raises NotForYou."""
    if not who_could(by).filter(pk=member.pk).exists():
        raise NotForYou
    asked = {"to": member.person, "asked_at": timezone.now(), "declined_at": None}
    row, _is_new = HandOver.objects.update_or_create(memorial=by.memorial, by=by.person, defaults=asked)
    return row


def take_the_question_back(*, by: Viewer) -> None:
    HandOver.objects.asked_by(by).delete()


@transaction.atomic
def take_over(asked: HandOver, *, by: Viewer) -> None:
    """Say yes: from now on this member reads first, and whoever asked does no more. Raises NotForYou."""
    inviting.one_at_a_time(by.memorial)
    row = _open(asked, by)
    here = Membership.objects.live().filter(memorial=by.memorial)
    if not here.filter(person=row.by, reads_first=True).update(reads_first=False):
        raise NotForYou
    here.filter(person=by.person).update(reads_first=True)
    row.delete()
    log.note(by.memorial, LogEntry.What.READS_INSTEAD, by=row.by, about=by.person)
    revision.bump(by.memorial, "people")


@transaction.atomic
def rather_not(asked: HandOver, *, by: Viewer) -> None:
    """Say no. Whoever asked sees it where they asked, and nobody else does."""
    HandOver.objects.filter(pk=_open(asked, by).pk).update(declined_at=timezone.now())


def _open(asked: HandOver, by: Viewer) -> HandOver:
    row = HandOver.objects.asked_of(by).filter(pk=asked.pk).select_related("by").first()
    if row is None:
        raise NotForYou
    return row


@transaction.atomic
def stop(*, by: Viewer) -> None:
    """Give up reading first, also without anybody who does it instead. Those who look after the page see it."""
    by.check(Act.READ_FIRST)
    Membership.objects.live().filter(memorial=by.memorial, person=by.person).update(reads_first=False)
    Rest.objects.of(by).delete()
    HandOver.objects.filter(memorial=by.memorial, by=by.person).delete()
    log.note(by.memorial, LogEntry.What.READS_NO_MORE, by=by.person, about=by.person)
    revision.bump(by.memorial, "people")
