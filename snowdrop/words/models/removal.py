"""Not showing everything that came by one link, by one invitation or from one place, in one act."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.models import GuestLink, Invitation, Memorial
from snowdrop.people.models import Person
from snowdrop.words.models.kind_word import KindWord


class RemovalQuerySet(models.QuerySet["Removal"]):
    def made_at_the_door(self, viewer: Viewer) -> Self:
        if not viewer.may(Act.READ_FIRST):
            return self.none()
        return self.filter(memorial=viewer.memorial)

    def asking_to_end(self, viewer: Viewer) -> Self:
        """Links that whoever reads first would like a keeper to end."""
        if not viewer.may(Act.KEEP):
            return self.none()
        return self.filter(memorial=viewer.memorial, asks_to_end=True, link__ended_at=None, link__isnull=False)


class Removal(models.Model):
    """One such act. Every word it did not show has `at` as its `turned_away_at`: by that it is undone."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    link = models.ForeignKey(GuestLink, null=True, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=64, blank=True)
    also_shown = models.BooleanField(default=False)
    asks_to_end = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = RemovalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("memorial", "at", name="one_removal_at_a_time")]

    @property
    def is_running(self) -> bool:
        return self.done_at is None

    @property
    def called(self) -> str:
        """What the keepers called the link or the invitation; "" for a place on the internet."""
        if self.link is not None:
            return self.link.called
        return self.invitation.called if self.invitation is not None else ""


class WasShown(models.Model):
    """How a word stood on the page before it was removed, so that undoing puts it back there."""

    removal = models.ForeignKey(Removal, on_delete=models.CASCADE, related_name="shown")
    word = models.ForeignKey(KindWord, on_delete=models.CASCADE, related_name="+")
    shown_at = models.DateTimeField()
    close_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("removal", "word", name="removed_once")]
