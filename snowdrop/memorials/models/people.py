"""Who belongs to a memorial, who was asked in, and the links that open it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models.announced import Announced
from snowdrop.memorials.models.memorial import Memorial
from snowdrop.people.models import Person, Session


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self, at: datetime | None = None) -> Self:
        """Who belongs here now. A keeper whose removal was announced belongs until its hour, and not a minute
        longer: the rule does not wait for the worker that writes it down.
        """
        removals = Announced.objects.due(at or timezone.now()).filter(membership=OuterRef("pk"))
        return self.filter(~Exists(removals), removed_at=None)

    def left(self) -> Self:
        """Who left by themselves, the last first. Of whom closed their account nothing says who it was."""
        return self.filter(has_left=True, person__closed_at=None).order_by("-removed_at", "-pk")

    def keepers(self) -> Self:
        return self.live().filter(circle=Circle.KEEPERS)


class Membership(models.Model):
    """A person in a circle of a memorial. Leaving is a date, not an absence: an old link does not undo it."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    circle = models.PositiveSmallIntegerField(
        choices=[(c.value, c.label) for c in (Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS)]
    )
    reads_first = models.BooleanField(default=False)
    looks_first = models.BooleanField(default=False)
    tells = models.BooleanField(default=False)
    helps = models.BooleanField(default=False)
    is_trusted = models.BooleanField(_("What this person adds shows at once"), default=False)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    # The invitation they came by last; None for whoever came in another way, or before this was kept.
    came_by = models.ForeignKey("Invitation", null=True, on_delete=models.SET_NULL, related_name="members")
    since = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)
    # The newest invitation there was at that moment, by its key: a clock that was set back reorders no keys.
    removed_upto = models.BigIntegerField(null=True)
    has_left = models.BooleanField(default=False)  # nobody took them out: they left
    let_know_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("memorial", "person", name="one_membership_a_person"),
            models.CheckConstraint(name="who_left_is_gone", condition=Q(has_left=False) | Q(removed_at__isnull=False)),
            models.CheckConstraint(
                name="membership_is_close_enough",
                condition=models.Q(circle__in=[Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS]),
            ),
        ]
        indexes = [
            models.Index("memorial", "circle", name="members_by_circle"),
            # With all that `glance` asks, so that it reads no row: there may be ten thousand members.
            models.Index("memorial", "person", "removed_at", "circle", "id", "reads_first", name="members_at_a_glance"),
        ]

    @property
    def duties(self) -> frozenset[Duty]:
        return frozenset(duty for duty in Duty if getattr(self, duty.value))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those by which somebody can still come in."""
        return self.filter(used__lt=F("uses"), taken_back_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """One person, or several, asked into a circle, by a link that is accepted with a button."""

    MOST = 200  # people who may come by one link

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    circle = models.PositiveSmallIntegerField(
        choices=[(c.value, c.label) for c in (Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS)]
    )
    called = models.CharField(_("Who is it?"), max_length=80)
    reads_first = models.BooleanField(default=False)
    looks_first = models.BooleanField(default=False)
    tells = models.BooleanField(default=False)
    helps = models.BooleanField(default=False)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    uses = models.PositiveSmallIntegerField(default=1)
    used = models.PositiveSmallIntegerField(default=0)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_is_for_some", condition=Q(uses__gte=1, uses__lte=200, used__lte=F("uses"))
            ),
            # Keepers are equals, so each is chosen by name.
            models.CheckConstraint(
                name="a_keeper_is_asked_alone", condition=Q(uses=1) | ~Q(circle=Circle.KEEPERS.value)
            ),
        ]

    @property
    def is_for_several(self) -> bool:
        return self.uses > 1

    @property
    def duties(self) -> list[Duty]:
        return [duty for duty in Duty if getattr(self, duty.value)]


class GuestLinkQuerySet(models.QuerySet["GuestLink"]):
    def open(self, at: datetime | None = None) -> Self:
        """Those that can still be read by."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at or timezone.now()), ended_at=None)


class GuestLink(models.Model):
    """A link for one named recipient, who reads without an account. Each can be ended alone."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="guest_links")
    token_hash = models.CharField(max_length=64, unique=True)
    called = models.CharField(_("Who is it for?"), max_length=80)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    objects = GuestLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("id", "memorial", "ended_at", "expires_at", name="links_at_a_glance")]


class FeedQuerySet(models.QuerySet["Feed"]):
    def of(self, memorial: Memorial, person: Person | None) -> Self:
        return self.filter(memorial=memorial, person=person, person__isnull=False)


class Feed(models.Model):
    """A member's own secret address, by which a feed reader fetches what is new. It ends with the membership."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="feeds")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    last_used_on = models.DateField(null=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("memorial", "person", name="one_feed_a_member")]


class GuestPass(models.Model):
    """A browser that came by a guest link. It is worth as much as the link is worth now."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="passes")
    link = models.ForeignKey(GuestLink, on_delete=models.CASCADE, related_name="passes")

    class Meta:
        constraints = [models.UniqueConstraint("session", "link", name="one_pass_a_browser")]
