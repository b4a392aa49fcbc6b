"""Photographs as things to keep, and the one at the head of the page."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from snowdrop.dates.display import show
from snowdrop.dates.fields import RoughDateField
from snowdrop.keepsakes.models.keepsake import FromHospital, KeepsakeQuerySet
from snowdrop.keepsakes.models.order import first_words
from snowdrop.memorials.models import ForChildren, Memorial
from snowdrop.storage.models import Original


class Turn(models.IntegerChoices):
    """How far a picture is turned by hand, clockwise, from how its camera meant it."""

    NONE = 0, _("As it came")
    RIGHT = 90, _("A quarter to the right")
    HALF = 180, _("Upside down")
    LEFT = 270, _("A quarter to the left")


class Sort(models.TextChoices):
    """What a picture is. Nothing is guessed: until somebody says so it is a photograph."""

    PHOTOGRAPH = "", _("A photograph")
    # Translators: a picture of a sheet: a letter, a drawing, a card, put on a scanner or photographed
    PAPER = "paper", _("Paper: a letter, a card, a drawing")
    # Translators: a print of a baby's hands or feet, in ink or clay
    PRINT = "print", _("A print of hands or feet")
    ULTRASOUND = "ultrasound", _("An ultrasound picture")


class PhotographQuerySet(KeepsakeQuerySet):
    def of_picture(self, sha256: str) -> Self:
        return self.of_file(sha256)


class Photograph(ForChildren, FromHospital):
    """A picture in a memorial. Its file is an `Original`, which other memorials may keep too."""

    original = models.ForeignKey(Original, on_delete=models.PROTECT, related_name="photographs")
    came_as = models.CharField(max_length=255, blank=True, editable=False)  # the file's name, as data only
    caption = models.TextField(_("A few words to it"), max_length=2_000, blank=True)  # characters
    alt = models.TextField(_("What is to be seen"), max_length=1_000, blank=True)
    people = models.CharField(_("Who is in it"), max_length=1_000, blank=True)
    date = RoughDateField(_("When it was taken"))
    drawn_by = models.CharField(_("Drawn by"), max_length=80, blank=True)  # as a child signs a drawing
    sort = models.CharField(_("What it is"), max_length=12, choices=Sort, default=Sort.PHOTOGRAPH, blank=True)
    turned = models.PositiveSmallIntegerField(_("Turn it"), choices=Turn, default=Turn.NONE)
    batch = models.UUIDField(null=True, editable=False)  # what came together
    # A key an importer gives, so that bringing the same thing again adds nothing, also after it was taken off.
    source = models.CharField(max_length=100, blank=True, editable=False)
    # By date, then by the camera's clock, then as they came. One column, so that a page of the room
    # starts where the last ended by one comparison; ASCII digits and letters sort alike in every collation.
    order_key = models.CharField(max_length=60, editable=False)

    objects = PhotographQuerySet.as_manager()  # type: ignore[misc]
    words = ("caption", "alt", "people", "date")
    has_cover = True
    offered_as = _("%(name)s offers a photograph")

    class Meta:
        constraints = [
            models.CheckConstraint(name="photograph_is_turned_by_quarters", condition=Q(turned__in=Turn.values)),
            models.UniqueConstraint("memorial", "source", name="photograph_comes_once", condition=~Q(source="")),
        ]
        indexes = [
            models.Index("memorial", "order_key", name="photographs_in_order"),
            models.Index("memorial", "original", name="photographs_of_picture"),
            models.Index("writer", "batch", name="photographs_of_batch"),
            models.Index("writer", "memorial", name="photographs_of_writer"),
            # Few of many thousands: without these two, every keeper's page reads all of them.
            models.Index(
                fields=["memorial", "offered_at"], name="photographs_waiting", condition=Q(shown_at__isnull=True)
            ),
            models.Index(
                fields=["memorial", "put_away_at"], name="photographs_away", condition=Q(put_away_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"photograph {self.pk}"  # never a name: this text ends up in logs

    def get_absolute_url(self) -> str:
        return reverse("keepsakes:photograph", args=[self.memorial.slug, self.pk])

    @property
    def title_for_lists(self) -> str:
        """The first words of the caption, or which photograph it is. Of a closed one, what stands on its cover."""
        if self.is_closed:
            return self.cover_title
        return first_words(self.caption) or self.named

    @property
    def cover_title(self) -> str:
        # Translators: in place of the name of a closed photograph, to which nobody wrote any words
        return self.cover_words or gettext("A closed picture")

    @property
    def named(self) -> str:
        """Which picture this is, where nobody wrote what is to be seen. Nothing about it is made up."""
        if self.date is None:
            return self.what
        if self.what == gettext("Photograph"):
            # Translators: in place of a picture; %(date)s is such as "3 May 2020", "about 1993" or "spring 2020".
            return gettext("Photograph, %(date)s") % {"date": show(self.date, get_language() or "en")}
        # Translators: %(what)s is such as "Ultrasound picture" or "Document", %(date)s such as "about 1993".
        return gettext("%(what)s, %(date)s") % {"what": self.what, "date": show(self.date, get_language() or "en")}

    @property
    def what(self) -> str:
        """What it is, in a word or two."""
        if self.sort == Sort.PAPER:
            # Translators: of a picture: a letter, a card or a drawing was put on a scanner
            return gettext("Paper")
        if self.sort == Sort.PRINT:
            # Translators: of a picture: a print of a baby's hands or feet
            return gettext("Print of hands or feet")
        if self.sort == Sort.ULTRASOUND:
            return gettext("Ultrasound picture")
        return gettext("Picture from the hospital") if self.is_from_hospital else gettext("Photograph")


class Cover(models.Model):
    """The picture at the head of the page. Whoever may not see the photograph sees no cover."""

    memorial = models.OneToOneField(Memorial, on_delete=models.CASCADE, related_name="+")
    photograph = models.ForeignKey(Photograph, on_delete=models.CASCADE, related_name="covers")
