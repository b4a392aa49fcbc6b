"""Leaving one page, or all of them with the account. Nobody is asked why, and no mail goes to anybody.

The keepers' list of people and their log say it, for whoever looks there: they must know who can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from snowdrop.memorials import inviting, keepers, log, revision
from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.keepings import part_of
from snowdrop.memorials.kinds import all_kinds
from snowdrop.memorials.models import (
    Announced,
    GuestLink,
    Invitation,
    Keeping,
    KeepingQuerySet,
    Knock,
    LooksFirst,
    Membership,
    Memorial,
    OwnChoice,
    Reader,
    Successor,
)
from snowdrop.people import closing
from snowdrop.people.models import Person


class Words(Enum):
    """What becomes of what somebody wrote and added, once their account is closed."""

    STAY = "stay"  # without their name
    GO = "go"  # off the page at once, deleted thirty days later


class OnlyKeeper(Exception):
    """Others belong to a page that nobody would look after then."""


@dataclass(frozen=True)
class Standing:
    """What leaving would mean for one page."""

    membership: Membership
    keepers: int
    members: int
    has_successor: bool  # somebody was named to keep it after

    @property
    def is_needed(self) -> bool:
        """Nobody else looks after it, and others belong to it."""
        return self.membership.circle == Circle.KEEPERS and self.keepers == 1 and self.members > 1

    @property
    def is_alone(self) -> bool:
        return self.members == 1

    @property
    def ends(self) -> bool:
        """Nobody else belongs to it, and nobody was named to keep it after."""
        return self.is_alone and not self.has_successor


def standings(person: Person) -> list[Standing]:
    """How this person stands on each of their pages, in three statements however many there are."""
    mine = Membership.objects.live().filter(person=person).select_related("memorial", "person").order_by("since")
    everybody = Membership.objects.live().filter(memorial__in=mine.values("memorial"))
    here: dict[int, list[int]] = {}
    for memorial, circle in everybody.values_list("memorial", "circle"):
        here.setdefault(memorial, []).append(circle)
    others = Q(person=None) | ~Q(person=person)
    named = Successor.objects.named().filter(others, memorial__in=here).values_list("memorial", flat=True)
    after = set(named)
    return [
        Standing(one, here[one.memorial_id].count(Circle.KEEPERS), len(here[one.memorial_id]), one.memorial_id in after)
        for one in mine
        if one.memorial_id in here
    ]


def can_stay(person: Person, standing: list[Standing]) -> bool:
    """Whether somebody would be left to read what this person added: not where each of their pages ends with them.

    Also true with no page any more: what one added to a page that was left before may still be read there.
    """
    ending = [one.membership.memorial_id for one in standing if one.ends]
    if len(ending) < len(standing) or not ending:
        return True
    return any(
        kind._default_manager.filter(writer=person).exclude(memorial__in=ending).exists() for kind in all_kinds()
    )


def is_only_keeper(viewer: Viewer) -> bool:
    return viewer.is_keeper and not keepers.others(viewer).exists()


@transaction.atomic
def leave(*, by: Viewer) -> None:
    """Leave this page; what one added stays there. Raises LastKeeper, also where nobody else is there at all."""
    by.check(Act.ADD)
    if by.is_keeper:
        keepers.leave(by=by)
        return
    inviting.one_at_a_time(by.memorial)
    mine = Membership.objects.live().filter(memorial=by.memorial, person=by.person, circle__lt=Circle.KEEPERS)
    for membership in mine.select_related("memorial", "person"):
        keepers.go(membership, at=timezone.now())


@transaction.atomic
def leave_all(person: Person, words: Words) -> None:
    """Close somebody's account: leave every page, and let their words stay or go. Raises OnlyKeeper.

    Where somebody else belongs to a page, its names, dates and family stay with it: they are the page's, whoever
    typed them. A page that nobody belongs to any more is closed to everyone; whoever was named to keep it after
    can still ask to.
    """
    pages = Memorial.objects.filter(memberships__person=person, memberships__removed_at=None)
    list(Memorial.objects.select_for_update(no_key=True).filter(pk__in=pages.values("pk")).order_by("pk"))
    standing = standings(person)
    if any(one.is_needed for one in standing):
        raise OnlyKeeper
    ending = [one.membership.memorial_id for one in standing if one.ends]
    for kind in all_kinds():
        # What came by hand-over is nobody's own, nor is what somebody took along on a way of their own.
        own = Q(is_handed_over=False) | Q(memorial__in=ending)
        _let_go_of(_take_along(kind._default_manager.filter(own, writer=person), words, ending), by=person)
    for one in standing:
        keepers.go(one.membership, at=timezone.now())
    _close([one.membership.memorial_id for one in standing if one.is_alone])
    Reader.objects.filter(person=person).delete()
    OwnChoice.objects.filter(person=person).delete()
    LooksFirst.objects.filter(person=person).delete()
    log.forget_name(person)
    named = Successor.objects.filter(person=person)
    named.named().update(taken_back_at=timezone.now(), enters_at=None)
    named.update(called="")
    Knock.objects.filter(person=person).delete()
    closing.close(person)


def _take_along(rows: KeepingQuerySet, words: Words, ending: list[int]) -> QuerySet[Keeping]:
    """Which of these, all of one kind and written by one person, go with them."""
    read_by_others = Exists(Reader.objects.filter(keeping=OuterRef("pk")))
    only_me, draft = Q(audience=Circle.SELF), Q(shown_at=None, offered_at=None)
    if words is Words.STAY:
        return rows.filter(only_me & ~read_by_others | draft)  # what nobody else can read goes in any case
    if rows.model._meta.app_label == "memorials":
        return rows.filter(only_me | draft | Q(memorial__in=ending))
    return rows


def _let_go_of(going: QuerySet[Keeping], *, by: Person) -> None:
    """Take these off the page, to be deleted for good thirty days later, where no keeper brings them back."""
    memorials = list(Memorial.objects.filter(pk__in=going.values("memorial")))
    now = timezone.now()
    Reader.objects.filter(keeping__in=going.values("pk")).delete()
    going.update(
        put_away_at=Coalesce("put_away_at", now),
        let_go_at=Coalesce("let_go_at", now),
        put_away_by=by,
        audience=Circle.SELF,
    )
    for memorial in memorials:
        revision.bump(memorial, part_of(going.model))


def _close(memorials: list[int]) -> None:
    """Close pages that nobody belongs to any more: no link opens them, and nobody asked in comes in."""
    now = timezone.now()
    Announced.objects.open().filter(memorial__in=memorials).update(stopped_at=now)
    Memorial.objects.filter(pk__in=memorials).update(audience=Circle.KEEPERS)
    GuestLink.objects.filter(memorial__in=memorials, ended_at=None).update(ended_at=now)
    Invitation.objects.open().filter(memorial__in=memorials).update(taken_back_at=now)
