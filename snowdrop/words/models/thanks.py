"""What the family answers to those who wrote."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person

LONGEST_THANKS = 2_000  # characters


class ThanksQuerySet(models.QuerySet["Thanks"]):
    def written_for(self, viewer: Viewer) -> Self:
        """All of this memorial, for whoever looks after it. Those who wrote meet theirs with their own words."""
        return self.filter(memorial=viewer.memorial) if viewer.may(Act.KEEP) else self.none()


class Thanks(models.Model):
    """A reply to one who wrote, or one text to many. It stands with their own words and is mailed to nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(_("Your answer"))
    is_to_many = models.BooleanField(default=False, editable=False)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    taken_back_at = models.DateTimeField(null=True, editable=False)

    objects = ThanksQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="thanks_say_something", condition=~models.Q(text=""))]
        indexes = [models.Index("memorial", "at", "id", name="thanks_of_memorial")]

    def __str__(self) -> str:
        return f"thanks {self.pk}"  # never what it says: this text ends up in logs
