"""Packed folders that keepers send: looked into first, brought in when they say so."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person

BEGINNING = 200  # characters of a post's words that are shown where it is chosen


class Parcel(models.Model):
    """A packed folder on its way in. Only whoever sent it sees it."""

    class State(models.TextChoices):
        ARRIVED = "arrived"  # somebody looks into it next
        ASKS = "asks"  # the exports of several accounts came together; the report says whose
        LOOKED_INTO = "looked"  # the report says what would come
        COMES = "comes"
        CAME = "came"  # the report says what came
        REFUSED = "refused"  # the report says why

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    came_as = models.CharField(max_length=255, blank=True)  # the file's name, as data only
    sent_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVED)
    # {"comes": names, "more": are there more, "here": names, "not": [[name, sentence]], "sentence": why not at all};
    # of an export see `importers.instagram.reports`
    report = models.JSONField(default=dict)
    batch = models.UUIDField(default=uuid.uuid4)  # what came together from it
    parts = models.PositiveSmallIntegerField(default=1)  # files; an export comes in several
    names = models.JSONField(default=list)  # of the files, as data only
    account = models.CharField(max_length=100, blank=True)  # whose export it is, where several were sent together
    only_after = models.CharField(max_length=10, blank=True)  # a day as "2024-03-01"; what came before is left out

    class Meta:
        indexes = [models.Index("sent_at", name="parcels_by_age")]

    def __str__(self) -> str:
        return f"parcel {self.pk}"

    @property
    def paths(self) -> list[Path]:
        folder = Path(settings.DATA) / "parcels"
        return [folder / f"{self.pk}.zip", *(folder / f"{self.pk}.{part}.zip" for part in range(1, self.parts))]

    @property
    def is_export(self) -> bool:
        return "posts" in self.report or "accounts" in self.report


class Bundle(models.Model):
    """A file with words that came elsewhere, on its way in. Only whoever sent it sees it."""

    class State(models.TextChoices):
        ARRIVED = "arrived"  # somebody looks into it next
        ASKS = "asks"  # whether 3/4 is in March or in April
        LOOKED_INTO = "looked"  # the report says who wrote, and from when to when
        COMES = "comes"
        CAME = "came"  # the report says what was left out
        REFUSED = "refused"  # the report says why

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    came_as = models.CharField(max_length=255, blank=True)  # the file's name, as data only
    sent_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVED)
    report = models.JSONField(default=dict)  # see `untying`
    order = models.CharField(max_length=12, blank=True)  # of day and month, where its sender was asked
    without = models.JSONField(default=list)  # names of those whose words are left out
    own_only = models.BooleanField(default=False)  # mails without the letters that they answer
    some_came = models.BooleanField(default=False)  # also where bringing in was broken off since

    class Meta:
        indexes = [models.Index("sent_at", name="bundles_by_age")]

    def __str__(self) -> str:
        return f"bundle {self.pk}"

    @property
    def path(self) -> Path:
        return Path(settings.DATA) / "parcels" / f"{self.pk}.words"


class Choice(models.TextChoices):
    """What is to become of a post."""

    STORY = "story", _("In the story")
    APART = "apart", _("Only its photographs")
    OUT = "out", _("Left out")


class FoundPost(models.Model):
    """A post in a parcel, for its sender to choose what becomes of it. It goes with the parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="found")
    key = models.CharField(max_length=64)  # tells it from the others when the export is read again
    number = models.PositiveIntegerField()  # oldest first
    kind = models.CharField(max_length=10)
    day = models.CharField(max_length=10, blank=True)  # as "2024-03-01", where the sender lives
    begins = models.CharField(max_length=BEGINNING, blank=True)  # the first of its words
    pictures = models.PositiveSmallIntegerField(default=0)
    films = models.PositiveSmallIntegerField(default=0)
    choice = models.CharField(max_length=10, choices=Choice, default=Choice.STORY)

    class Meta:
        constraints = [models.UniqueConstraint("parcel", "number", name="found_once")]

    def __str__(self) -> str:
        return f"found post {self.pk}"  # never its words: this text ends up in logs


class Brought(models.Model):
    """A post, or a picture of one, that was brought in: it does not come twice, nor after it was let go."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    # The time with the SHA-256 of a picture ("1709575331:5a6…"), or of the words ("1709575331:words:5a6…").
    key = models.CharField(max_length=100)
    moment = models.UUIDField(null=True)  # which it became, where it became one

    class Meta:
        constraints = [models.UniqueConstraint("memorial", "key", name="brought_once")]

    def __str__(self) -> str:
        return f"brought {self.pk}"
