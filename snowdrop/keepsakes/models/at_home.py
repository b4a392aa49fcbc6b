"""Things that are kept at home, not here: a blanket, a band, a lock of hair. Here stands what and where they are."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from snowdrop.keepsakes.models.order import first_words
from snowdrop.keepsakes.models.photograph import Photograph
from snowdrop.memorials.models import Keeping, KeepingQuerySet


class KeptAtHomeQuerySet(KeepingQuerySet):
    def in_order(self) -> Self:
        return self.order_by("written_at", "pk")


class KeptAtHome(Keeping):
    """A thing at home, with what somebody tells of it and pictures of it that are here."""

    what = models.CharField(_("What it is"), max_length=200)  # characters
    text = models.TextField(_("What you would like to tell of it"), max_length=5_000, blank=True)
    place = models.CharField(_("Where it is kept"), max_length=300, blank=True)
    pictures = models.ManyToManyField(Photograph, through="PictureOfIt", related_name="+")

    objects = KeptAtHomeQuerySet.as_manager()  # type: ignore[misc]
    words = ("what", "text", "place")
    has_cover = True
    offered_as = _("%(name)s tells of something that is kept at home")

    class Meta:
        indexes = [
            models.Index("memorial", "written_at", name="at_home_in_order"),
            models.Index("writer", "memorial", name="at_home_of_writer"),
        ]

    def __str__(self) -> str:
        return f"kept at home {self.pk}"  # never a name: this text ends up in logs

    def get_absolute_url(self) -> str:
        return reverse("keepsakes:at_home", args=[self.memorial.slug, self.pk])

    @property
    def title_for_lists(self) -> str:
        return self.cover_title if self.is_closed else first_words(self.what)

    @property
    def cover_title(self) -> str:
        # Translators: in place of the name of a thing at home that is closed here, to which nobody wrote any words
        return self.cover_words or gettext("Something closed that is kept at home")


class PictureOfIt(models.Model):
    """A photograph of a thing at home, in its place among others. Whoever may not see the photograph sees none."""

    thing = models.ForeignKey(KeptAtHome, on_delete=models.CASCADE, related_name="shown_in")
    photograph = models.ForeignKey(Photograph, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("thing", "photograph", name="one_picture_of_it")]
        indexes = [models.Index("thing", "place", name="pictures_of_it")]
