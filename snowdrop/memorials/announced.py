"""Changes that are announced: every keeper hears of them first, and any keeper may stop them for three days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from snowdrop.memorials import inviting, keepers, log, pausing, revision, telling
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Announced, GuestLink, LogEntry, Membership, Memorial
from snowdrop.people.models import Person

WAITS = timedelta(hours=72)


class TooLate(Exception):
    """It took effect already."""


@transaction.atomic
def remove(keeper: Membership, *, by: Viewer, address: str) -> Announced:
    """Announce that a keeper is to look after this page no longer. They keep every right until then.

    `address` is where the house stands. Raises LastKeeper, IsPaused; NotForYou for whoever is no keeper here.
    """
    keepers.lock_as(by)
    pausing.check(by.memorial)
    target = keepers.others(by).filter(pk=keeper.pk).first()
    if target is None:
        raise NotForYou
    here = Announced.objects.open().filter(what=Announced.What.REMOVAL, membership=target).first()
    if here is not None:
        return here
    if not keepers.staying(by.memorial).exclude(pk=target.pk).exists():
        raise keepers.LastKeeper
    return _announce(Announced(what=Announced.What.REMOVAL, membership=target), by=by, address=address)


@transaction.atomic
def go_public(*, by: Viewer, address: str) -> Announced | None:
    """Announce that everyone is to be able to open this page; None where they can. Raises IsPaused.

    One keeper alone waits as long as two: for three days it can still be thought over.
    """
    keepers.lock_as(by)
    pausing.check(by.memorial)
    if Memorial.objects.filter(pk=by.memorial.pk, audience=Circle.PUBLIC).exists():
        return None
    here = Announced.objects.open().filter(what=Announced.What.PUBLIC, memorial=by.memorial).first()
    return here or _announce(Announced(what=Announced.What.PUBLIC), by=by, address=address)


def _announce(change: Announced, *, by: Viewer, address: str) -> Announced:
    change.memorial, change.by = by.memorial, by.person
    change.announced_at = timezone.now()
    change.takes_effect_at = change.announced_at + WAITS
    change.save(force_insert=True)
    _note(change, LogEntry.What.KEEPER_REMOVAL_ANNOUNCED, LogEntry.What.OPENING_ANNOUNCED, by=by.person)
    leaving = change.membership.person if change.membership is not None else None
    telling.tell_keepers(by.memorial, address=address, leaving=leaving)
    return change


def _note(change: Announced, of_a_keeper: LogEntry.What, of_the_page: LogEntry.What, *, by: Person | None) -> None:
    if change.membership is not None:
        log.note(change.memorial, of_a_keeper, by=by, about=change.membership.person)
    else:
        log.note(change.memorial, of_the_page, by=by)


@transaction.atomic
def stop(change: Announced, *, by: Viewer) -> None:
    """Stop an announced change; nothing comes of it. Raises TooLate once it took effect."""
    keepers.lock_as(by)
    now = timezone.now()
    here = Announced.objects.filter(pk=change.pk, memorial=by.memorial)
    if here.to_come(now).update(stopped_at=now, stopped_by=by.person):
        _note(change, LogEntry.What.KEEPER_REMOVAL_STOPPED, LogEntry.What.OPENING_STOPPED, by=by.person)
        return
    if not here.exists():
        raise NotForYou
    if not here.filter(stopped_at__isnull=False).exists():
        raise TooLate


@transaction.atomic
def close(*, by: Viewer) -> None:
    """Let a public page be opened only by who was asked in or has a link, at once. Does nothing to any other."""
    keepers.lock_as(by)
    if Memorial.objects.filter(pk=by.memorial.pk, audience=Circle.PUBLIC).update(audience=Circle.LINK):
        by.memorial.audience = Circle.LINK
        log.note(by.memorial, LogEntry.What.CLOSED, by=by.person)
        revision.bump(by.memorial, "memorials")


def let_in_again(memorial: Memorial) -> list[str]:
    """The names of those who were shut out of this page and whom going public lets in again.

    Whoever left by themselves was not shut out.
    """
    gone = Membership.objects.filter(memorial=memorial).exclude(pk__in=Membership.objects.live().values("pk"))
    left = LogEntry.objects.filter(memorial=memorial, what=LogEntry.What.LEFT, by=OuterRef("person"))
    # Of that time and no earlier one: who left, came back and was removed then is shut out.
    gone = gone.exclude(Exists(left.filter(at__gte=OuterRef("removed_at"))))
    gone = gone.filter(person__closed_at=None)  # a closed account comes in nowhere
    names = [member.person.called for member in gone.select_related("person").order_by("since", "pk")]
    links = GuestLink.objects.filter(memorial=memorial, ended_at__isnull=False).order_by("made_at", "pk")
    return list(dict.fromkeys([*names, *links.values_list("called", flat=True)]))


def take_effect(*, at: datetime) -> int:
    """Write down what took effect by `at`; return how much did. A removal holds from its hour even before this."""
    return sum(_take_effect(change, at=at) for change in Announced.objects.due(at).select_related("memorial"))


@transaction.atomic
def _take_effect(change: Announced, *, at: datetime) -> int:
    inviting.one_at_a_time(change.memorial)
    # Named again what it must be now: between the list and this lock somebody may have stopped it.
    if not Announced.objects.due(at).filter(pk=change.pk).update(done_at=at):
        return 0
    _note(change, LogEntry.What.KEEPER_REMOVED, LogEntry.What.OPENED, by=change.by)
    if change.membership is not None:
        inviting.take_out(change.membership, at=change.takes_effect_at)
    else:
        Memorial.objects.filter(pk=change.memorial_id).update(audience=Circle.PUBLIC)
        revision.bump(change.memorial, "memorials")
    return 1
