"""Successors: people named to keep a page after those who keep it now. They ask, everybody hears of it, they wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import inviting, keepers, log, pausing, telling
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import LogEntry, Membership, Memorial, Successor
from snowdrop.memorials.models.announced import SuccessorQuerySet
from snowdrop.people import tokens
from snowdrop.people.models import Person

Waits = Successor.Waits

LINK_LASTS = timedelta(days=365)  # it may lie beside a will, and still ends one day


@transaction.atomic
def name(member: Membership, *, by: Viewer, waits: int = Waits.MONTH) -> Successor:
    """Name somebody of the circles to keep this page later. They learn of it where they find their pages."""
    keepers.lock_as(by)
    here = Membership.objects.live().filter(pk=member.pk, memorial=by.memorial, circle__lt=Circle.KEEPERS)
    found = here.select_related("person").first()
    if found is None:
        raise NotForYou
    _clear_what_ended(by.memorial, found.person)
    row, is_new = Successor.objects.named().get_or_create(
        memorial=by.memorial,
        person=found.person,
        defaults={"called": found.person.called[:80], "waits": waits, "named_by": by.person},
    )
    if is_new:
        log.note(by.memorial, LogEntry.What.SUCCESSOR_NAMED, by=by.person, about=found.person)
    return row


@transaction.atomic
def name_by_link(called: str, *, by: Viewer, waits: int = Waits.MONTH) -> tuple[Successor, str]:
    """Name somebody who is not here yet; return the row with the token of their link, which stands nowhere else."""
    keepers.lock_as(by)
    token = tokens.make()
    row = Successor.objects.create(
        memorial=by.memorial, called=called, token_hash=tokens.digest(token), waits=waits, named_by=by.person
    )
    log.note(by.memorial, LogEntry.What.SUCCESSOR_NAMED, by=by.person, whom=called)
    return row, token


def find(token: str) -> Successor | None:
    """Return the successor whom this link still waits for: nobody came by it, and it was made within a year."""
    waiting = Successor.objects.named().filter(
        token_hash=tokens.digest(token), person=None, named_at__gt=timezone.now() - LINK_LASTS
    )
    return waiting.select_related("memorial", "named_by").first()


@transaction.atomic
def accept(token: str, *, person: Person | None, name: str = "") -> Successor:
    """Say yes to being named, as `person` or as somebody new. It opens nothing. Raises LinkIsOver."""
    found = find(token)
    if found is None:
        raise inviting.LinkIsOver
    inviting.one_at_a_time(found.memorial)
    if person is not None:
        if of(person).filter(memorial=found.memorial).exists():
            raise inviting.LinkIsOver
        _clear_what_ended(found.memorial, person)
    person = person or Person.objects.create(name=name or found.called)
    # The state it expects is named: of two who press at once, one is it.
    if not Successor.objects.named().filter(pk=found.pk, person=None).update(person=person, token_hash=None):
        raise inviting.LinkIsOver
    if not of(person).filter(pk=found.pk).exists():  # a link from before they were taken out of the circles
        raise inviting.LinkIsOver
    found.person = person
    return found


def of(person: Person) -> SuccessorQuerySet:
    """Where this person is named. Whoever was taken out of the circles since is named there no longer."""
    shut_out = Membership.objects.filter(person=person).exclude(pk__in=Membership.objects.live().values("pk"))
    gone = [
        row.pk
        for row in Successor.objects.named().filter(person=person)
        for member in shut_out
        if member.memorial_id == row.memorial_id and (member.removed_at is None or member.removed_at > row.named_at)
    ]
    return Successor.objects.named().filter(person=person).exclude(pk__in=gone).order_by("named_at")


def _clear_what_ended(memorial: Memorial, person: Person) -> None:
    """Take the naming out that ended when this person was removed, so that a later one can stand in its place."""
    ended = Successor.objects.named().filter(memorial=memorial, person=person).exclude(pk__in=of(person).values("pk"))
    ended.update(taken_back_at=timezone.now(), enters_at=None)


@transaction.atomic
def take_back(successor: Successor, *, by: Viewer) -> None:
    """Name somebody no longer, also one who asked to enter."""
    keepers.lock_as(by)
    here = Successor.objects.named().filter(pk=successor.pk, memorial=by.memorial)
    if here.update(taken_back_at=timezone.now(), enters_at=None):
        log.note(
            by.memorial, LogEntry.What.SUCCESSOR_UNNAMED, by=by.person, about=successor.person, whom=successor.called
        )


@transaction.atomic
def lay_down(successor: Successor, *, by: Person) -> None:
    """Be named no longer, by one's own choice."""
    Successor.objects.named().filter(pk=successor.pk, person=by).update(taken_back_at=timezone.now(), enters_at=None)


@transaction.atomic
def ask(successor: Successor, *, by: Person, address: str) -> Successor:
    """Ask to keep the page from now on: every keeper hears of it, and the waiting begins. Raises IsPaused, NotForYou.

    Asking again while it waits changes nothing.
    """
    inviting.one_at_a_time(successor.memorial)
    row = of(by).filter(pk=successor.pk).select_related("memorial").first()
    if row is None:
        raise NotForYou
    pausing.check(row.memorial)
    now = timezone.now()
    waits = timedelta(days=row.waits)
    if Successor.objects.named().filter(pk=row.pk, enters_at=None).update(asked_at=now, enters_at=now + waits):
        log.note(row.memorial, LogEntry.What.SUCCESSOR_ANNOUNCED, by=by, about=by)
        telling.tell_keepers(row.memorial, address=address)
    row.refresh_from_db()
    return row


@transaction.atomic
def refuse(successor: Successor, *, by: Viewer) -> None:
    """Say no to a successor who asked to enter: any one keeper's no is enough. They stay named."""
    keepers.lock_as(by)
    entering = Successor.objects.entering().filter(pk=successor.pk, memorial=by.memorial)
    if entering.update(enters_at=None):
        log.note(by.memorial, LogEntry.What.SUCCESSOR_STOPPED, by=by.person, about=successor.person)


def enter(*, at: datetime) -> int:
    """Let those in who waited their time, and to whom no keeper said no; return how many came."""
    return sum(_enter(row, at=at) for row in Successor.objects.entering().filter(enters_at__lte=at))


@transaction.atomic
def _enter(row: Successor, *, at: datetime) -> int:
    inviting.one_at_a_time(row.memorial)
    person = row.person
    if person is None or not of(person).filter(pk=row.pk, enters_at__lte=at).exists():
        return 0
    if pausing.running(row.memorial, at=at) is not None:
        return 0
    Successor.objects.filter(pk=row.pk).update(entered_at=at)
    inviting.bring_in(row.memorial, person, Circle.KEEPERS, asked_by=row.named_by)
    log.note(row.memorial, LogEntry.What.SUCCESSOR_ENTERED, by=person, about=person)
    return 1
