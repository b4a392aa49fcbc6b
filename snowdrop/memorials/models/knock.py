"""Somebody asks whether they may come in."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.models.memorial import Memorial
from snowdrop.memorials.models.people import Membership
from snowdrop.people.models import Person


class KnockQuerySet(models.QuerySet["Knock"]):
    def at(self, memorial: Memorial) -> Self:
        """Who asks here and does not belong here by now; `was_removed` says whether they once did."""
        theirs = Membership.objects.filter(memorial=OuterRef("memorial"), person=OuterRef("person"))
        outside = self.filter(~Exists(theirs.live()), memorial=memorial)
        return outside.annotate(was_removed=Exists(theirs)).select_related("person").order_by("at", "pk")

    def waiting(self, memorial: Memorial) -> Self:
        """Who asks for the first time."""
        return self.at(memorial).filter(not_now_at=None, was_removed=False)

    def asked_before(self, memorial: Memorial) -> Self:
        """Who was not let in, or was taken out. A keeper meets them only by looking for them."""
        return self.at(memorial).filter(Q(not_now_at__isnull=False) | Q(was_removed=True))


class Knock(models.Model):
    """Somebody's question to the keepers of one page: one row a person, however often they ask.

    A question about a page that is not there is a row too, without a memorial and without words: it takes as
    long to keep, so the time an answer takes tells nobody what there is.
    """

    memorial = models.ForeignKey(Memorial, null=True, on_delete=models.CASCADE, related_name="knocks")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    says = models.CharField(_("Who are you?"), max_length=200)
    at = models.DateTimeField(default=timezone.now)
    not_now_at = models.DateTimeField(null=True)

    objects = KnockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("memorial", "person", name="one_knock_a_person"),
            models.UniqueConstraint("person", condition=Q(memorial=None), name="one_knock_at_nothing"),
        ]
