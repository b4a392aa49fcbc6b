"""Whoever reads first: resting for a day, asking somebody else to do it, and what they were written to about."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.people.models import Person


class RestQuerySet(models.QuerySet["Rest"]):
    def now(self, at: datetime | None = None) -> Self:
        return self.filter(until__gt=at or timezone.now())

    def of(self, viewer: Viewer) -> Self:
        return self.filter(memorial=viewer.memorial, person=viewer.person, person__isnull=False)


class Rest(models.Model):
    """Somebody who reads first does not read today. Nothing about words reaches them until then."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    objects = RestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("memorial", "person", name="one_rest_a_reader")]


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def asked_by(self, viewer: Viewer) -> Self:
        """What this reader asked somebody, answered with no or not yet."""
        if not viewer.may(Act.READ_FIRST):
            return self.none()
        return self.filter(memorial=viewer.memorial, by=viewer.person)

    def asked_of(self, viewer: Viewer) -> Self:
        """What waits for this member's yes or no. Void once whoever asked reads first no more."""
        if viewer.person is None or not viewer.may(Act.ADD):
            return self.none()
        return self.filter(self._still(), memorial=viewer.memorial, to=viewer.person)

    def asked_of_person(self, person: Person) -> Self:
        """The same on every page that this person still belongs to."""
        belongs = Membership.objects.live().filter(person=person).values("memorial")
        return self.filter(self._still(), to=person, memorial__in=belongs)

    @staticmethod
    def _still() -> Q:
        there = Q(by__memberships__memorial=F("memorial"), by__memberships__removed_at=None)
        return there & Q(by__memberships__reads_first=True, declined_at=None)


class HandOver(models.Model):
    """Somebody who reads first asks another member to do it in their place."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    to = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    declined_at = models.DateTimeField(null=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("memorial", "by", name="a_reader_asks_one")]


class Told(models.Model):
    """What somebody who wants mail about words was last written to about, and when they last looked."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)  # since then; None while they did not

    class Meta:
        constraints = [models.UniqueConstraint("memorial", "person", name="one_telling_of_words")]
