"""Keepers are equals: who they are, leaving, and the one time a page suggests a second."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import inviting, log
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Announced, Invitation, LogEntry, Membership, Memorial
from snowdrop.memorials.models.people import MembershipQuerySet

# The first day asks for nothing but what they call them.
FIRST_DAY = timedelta(hours=24)


class LastKeeper(Exception):
    """Somebody has to look after a page: its last keeper neither leaves nor is removed."""


def of(memorial: Memorial) -> MembershipQuerySet:
    """Who looks after this page now, the first first."""
    return Membership.objects.keepers().filter(memorial=memorial).order_by("since", "pk")


def others(viewer: Viewer) -> MembershipQuerySet:
    return of(viewer.memorial).exclude(person=viewer.person)


def lock_as(by: Viewer) -> None:
    """Lock the memorial as one of its keepers. Raises NotForYou, also for one who stopped being it meanwhile."""
    by.check(Act.KEEP)
    inviting.one_at_a_time(by.memorial)
    if not of(by.memorial).filter(person=by.person).exists():
        raise NotForYou


@transaction.atomic
def leave(*, by: Viewer) -> None:
    """Stop looking after this page, at once. Nobody else is asked. Raises LastKeeper."""
    lock_as(by)
    now = timezone.now()
    if not others(by).exists():
        raise LastKeeper
    for membership in of(by.memorial).filter(person=by.person).select_related("memorial", "person"):
        go(membership, at=now)


def go(membership: Membership, *, at: datetime) -> None:
    """End the membership of somebody who leaves, a keeper or not, and what was announced about them.

    Whether they may leave is for the verb to say that calls this, in its transaction, with the memorial locked.
    """
    memorial, person = membership.memorial, membership.person
    # Done, not stopped: left open it would meet whoever is asked in again later.
    Announced.objects.open().filter(membership=membership).update(done_at=at)
    inviting.take_out(membership, at=at, has_left=True)
    log.note(memorial, LogEntry.What.LEFT, by=person, about=person)
    if not staying(memorial).exists():
        # Whoever is left cannot be removed: then there would be nobody.
        removals = Announced.objects.to_come(at).filter(memorial=memorial, what=Announced.What.REMOVAL)
        removals.update(stopped_at=at, stopped_by=person)


def staying(memorial: Memorial) -> MembershipQuerySet:
    """The keepers whose removal nobody announced."""
    going = Announced.objects.open().filter(memorial=memorial, what=Announced.What.REMOVAL).values("membership")
    return of(memorial).exclude(pk__in=going)


def suggests_second(viewer: Viewer) -> bool:
    """Whether to suggest a second keeper: to one who keeps alone, not on the first day, and until they answered.

    Never where there was another keeper once: whoever parted is not asked to find somebody new.
    """
    memorial = viewer.memorial
    if memorial.keeps_alone or timezone.now() - memorial.began_at < FIRST_DAY or not viewer.is_keeper:
        return False
    others_ever = Membership.objects.filter(memorial=memorial, circle=Circle.KEEPERS).exclude(person=viewer.person)
    asked = Invitation.objects.filter(memorial=memorial, circle=Circle.KEEPERS)
    return not others_ever.exists() and not asked.exists()


def only_me(*, by: Viewer) -> None:
    """Keep it alone; nobody suggests a second keeper again. Another can still be asked in."""
    by.check(Act.KEEP)
    Memorial.objects.filter(pk=by.memorial.pk).update(keeps_alone=True)
