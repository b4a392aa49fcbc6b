"""What keepers announce before it happens, and the time in which nothing of the kind may happen."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models.memorial import Memorial
from snowdrop.people.models import Person


class AnnouncedQuerySet(models.QuerySet["Announced"]):
    def open(self) -> Self:
        """Neither stopped nor done; also those whose time has come and which the worker has not met yet."""
        return self.filter(stopped_at=None, done_at=None)

    def due(self, at: datetime) -> Self:
        return self.open().filter(takes_effect_at__lte=at)

    def to_come(self, at: datetime) -> Self:
        """Those that can still be stopped."""
        return self.open().filter(takes_effect_at__gt=at)


class Announced(models.Model):
    """A change that every keeper hears of first, and that any of them may stop before it takes effect."""

    class What(models.TextChoices):
        REMOVAL = "removal", _("Somebody no longer looks after this page")
        PUBLIC = "public", _("Everyone can open this page")

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="announced")
    what = models.CharField(max_length=10, choices=What)
    membership = models.ForeignKey(  # of the keeper who is to go
        "memorials.Membership", null=True, on_delete=models.CASCADE, related_name="announced"
    )
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    announced_at = models.DateTimeField()
    takes_effect_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True)

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_removal_names_a_keeper",
                condition=Q(what="removal", membership__isnull=False) | Q(what="public", membership=None),
            ),
            models.CheckConstraint(
                name="announced_comes_later", condition=Q(takes_effect_at__gt=models.F("announced_at"))
            ),
            models.CheckConstraint(name="announced_is_stopped_or_done", condition=Q(stopped_at=None) | Q(done_at=None)),
            models.UniqueConstraint(
                "membership", name="one_open_removal", condition=Q(what="removal", stopped_at=None, done_at=None)
            ),
            models.UniqueConstraint(
                "memorial", name="one_open_going_public", condition=Q(what="public", stopped_at=None, done_at=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["takes_effect_at"], name="announced_and_open", condition=Q(stopped_at=None, done_at=None)
            ),
            models.Index("membership", "stopped_at", "done_at", "takes_effect_at", name="removals_at_a_glance"),
        ]

    def __str__(self) -> str:
        return f"announced {self.pk}"


class Pause(models.Model):
    """Thirty days in which nothing that was announced happens, and nothing of the kind can be announced."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="pauses")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    agreed = models.ManyToManyField(Person, related_name="+")  # who would have thirty more days of it

    class Meta:
        indexes = [models.Index("memorial", "until", name="pauses_by_end")]
        constraints = [models.CheckConstraint(name="pause_ends_later", condition=Q(until__gte=models.F("since")))]


class SuccessorQuerySet(models.QuerySet["Successor"]):
    def named(self) -> Self:
        """Those who are named now and do not look after the page yet."""
        return self.filter(taken_back_at=None, entered_at=None)

    def entering(self) -> Self:
        return self.named().filter(enters_at__isnull=False)


class Successor(models.Model):
    """Somebody named to keep the page after those who keep it now."""

    class Waits(models.IntegerChoices):
        """How long a successor who asks waits, in days."""

        MONTH = 30, _("Thirty days")
        SEASON = 90, _("Ninety days")
        YEAR = 365, _("A year")

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="successors")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="successions")
    called = models.CharField(_("Who is it?"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # until somebody came by the link
    waits = models.PositiveSmallIntegerField(_("How long they wait"), choices=Waits, default=Waits.MONTH)
    named_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    enters_at = models.DateTimeField(null=True)  # empty again where a keeper said no
    entered_at = models.DateTimeField(null=True)

    objects = SuccessorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "memorial",
                "person",
                name="one_named_successor",
                condition=Q(taken_back_at=None, entered_at=None, person__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["enters_at"],
                name="successors_entering",
                condition=Q(enters_at__isnull=False, taken_back_at=None, entered_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"successor {self.pk}"  # never a name: this text ends up in logs


class SeenIn(models.Model):
    """A keeper who can be seen in a keeping: it is shown beyond the keepers only once they said yes."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    keeping = models.UUIDField()  # of any kind, like a Reader's
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    agreed_to = models.PositiveSmallIntegerField(choices=Circle, null=True)  # the widest circle they said yes to
    asked_for = models.PositiveSmallIntegerField(choices=Circle, null=True)  # what waits for their answer
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("keeping", "person", name="seen_in_it_once")]
        indexes = [
            models.Index(
                fields=["memorial", "person"], name="waits_for_their_yes", condition=Q(asked_for__isnull=False)
            )
        ]


class WishToLetGo(models.Model):
    """One keeper would delete this for good. It takes another keeper's yes before the thirty days begin."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    keeping = models.UUIDField(unique=True)
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
