"""What the host chose for this house, kept in the database because a page edits it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class WhoMayBegin(models.TextChoices):
    """Who may begin a memorial here."""

    OPEN = "open", _("Anyone")
    CODE = "code", _("Whoever has a card from us, or belongs to a page here already")
    CLOSED = "closed", _("Only whom we ask in ourselves, by a card")


class House(models.Model):
    """The one row of the host's own choices."""

    name = models.CharField(_("The name of this place"), max_length=120, blank=True)
    welcome = models.TextField(_("A few words on the first page"), max_length=2_000, blank=True)
    contact = models.CharField(_("How to reach you"), max_length=300, blank=True)
    safeguarding = models.CharField(_("Whom to tell when somebody may come to harm"), max_length=300, blank=True)
    privacy = models.TextField(_("What we know and who sees it"), max_length=20_000, blank=True)
    keeping = models.TextField(_("How long things are kept"), max_length=20_000, blank=True)
    erasure = models.TextField(_("Having things removed"), max_length=20_000, blank=True)
    who_may_begin = models.CharField(
        _("Who may begin a page"), max_length=10, choices=WhoMayBegin, default=WhoMayBegin.OPEN
    )
    reaper_ran_at = models.DateTimeField(null=True, editable=False)
    shows_mark = models.BooleanField(_("Show Snowdrop’s name in the footer of our own pages"), default=True)

    class Meta:
        constraints = [models.CheckConstraint(name="house_is_one_row", condition=models.Q(pk=1))]

    @classmethod
    def here(cls) -> Self:
        """The host's choices, or the defaults where none were made yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class Mark(models.Model):
    """The host's own mark: a copy made in the cage, small enough to stand in its row. What was sent is not kept."""

    house = models.OneToOneField(House, primary_key=True, on_delete=models.CASCADE, related_name="mark")
    picture = models.BinaryField()  # JPEG
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()


class Worker(models.Model):
    """A process that is in the middle of a job, or was when it died."""

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()


class Routine(models.Model):
    """When something that comes round again is due. The row is what keeps two workers from both doing it."""

    name = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField()


class Bucket(models.Model):
    """How many tokens somebody has left of a limit, told by the time at which all would be there again."""

    key = models.CharField(max_length=64, primary_key=True)  # keyed hash of the limit and of whose bucket it is
    full_at = models.BigIntegerField(db_index=True)  # milliseconds since 1970
