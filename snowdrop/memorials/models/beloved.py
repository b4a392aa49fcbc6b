"""The one a memorial is kept for, and their family: names over time, roughly known dates, words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from snowdrop.dates.fields import RoughDateField
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models.keeping import Keeping, KeepingQuerySet

if TYPE_CHECKING:
    from snowdrop.memorials.access import Viewer


class Beloved(Keeping):
    """The one it is kept for. A memorial has one or more; no number is ever shown."""

    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "written_at"]
        indexes = [models.Index("writer", "memorial", name="beloveds_of_writer")]

    @classmethod
    def for_eyes_of_children(cls) -> Q:
        return Q()  # it says nothing by itself

    def get_absolute_url(self) -> str:
        return reverse("memorials:change_about", args=[self.memorial.slug])

    @property
    def title_for_lists(self) -> str:
        return ""


class AboutSomeoneQuerySet(KeepingQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """What is said of somebody is seen only where that somebody is seen: the narrower rules."""
        seen = Beloved.objects.visible_to(viewer).values("pk")
        return super().visible_to(viewer).filter(beloved__in=seen)


class Name(Keeping):
    """What they are called, or were called before the name was chosen, or in another script."""

    beloved = models.ForeignKey(Beloved, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(_("Name"), max_length=200)
    note = models.CharField(_("A note, if you like"), max_length=300, blank=True)
    spoken = models.CharField(_("How it is said"), max_length=200, blank=True)
    is_chief = models.BooleanField(default=True)  # the one at the head of the page
    order = models.PositiveIntegerField(default=0)

    objects = AboutSomeoneQuerySet.as_manager()  # type: ignore[misc]
    words = ("text", "note", "spoken")

    class Meta:
        ordering = ["-is_chief", "order", "written_at"]
        indexes = [models.Index("writer", "memorial", name="names_of_writer")]

    @classmethod
    def for_eyes_of_children(cls) -> Q:
        return Q(is_chief=True)  # whose page it is

    def get_absolute_url(self) -> str:
        return reverse("memorials:change_about", args=[self.memorial.slug])

    @property
    def title_for_lists(self) -> str:
        return self.text


class Pronouns(models.TextChoices):
    """How sentences speak of them. Avoided unless the family chose."""

    AVOIDED = "", _("Avoid the question")
    SHE = "she", pgettext_lazy("pronouns", "she")
    HE = "he", pgettext_lazy("pronouns", "he")
    OTHER = "other", _("other, in our words")


class Happened(models.TextChoices):
    """What happened, in words the family picks. Nothing is said unless they do."""

    SAY_NOTHING = "", _("Say nothing about it")
    DIED = "died", pgettext_lazy("what happened", "died")
    BORN_STILL = "born_still", pgettext_lazy("what happened", "was born still")
    ENDED = "ended", pgettext_lazy("what happened", "the pregnancy ended")
    MISCARRIED = "miscarried", pgettext_lazy("what happened", "miscarried")
    WE_ENDED = "we_ended", pgettext_lazy("what happened", "we ended the pregnancy")
    LIVED_FOR = "lived_for", pgettext_lazy("what happened", "lived for …")
    OWN_WORDS = "own", _("in our own words")


class Fact(Keeping):
    """One thing about a beloved: a date, words for them, where they rest. Each with its own audience."""

    class Kind(models.TextChoices):
        LINE = "line", _("A line under the name")
        DUE = "due", pgettext_lazy("fact", "Expected")
        BORN = "born", pgettext_lazy("fact", "Born")
        DIED = "died", pgettext_lazy("fact", "Died")
        OTHER_DATE = "other", _("Another date")
        HAPPENED = "happened", _("What happened")
        PRONOUNS = "pronouns", _("How we speak of them")
        WORDS = "words", _("Our words for them")
        RESTING_PLACE = "resting", _("Where they rest")

    # What starts narrower than the page: how a pregnancy ended has been used as evidence.
    STARTS_CLOSE = (Kind.DUE, Kind.HAPPENED)
    DATES = (Kind.DUE, Kind.BORN, Kind.DIED, Kind.OTHER_DATE)

    beloved = models.ForeignKey(Beloved, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=12, choices=Kind)
    date = RoughDateField(blank=True)
    choice = models.CharField(max_length=12, blank=True)  # of Happened or Pronouns
    text = models.CharField(max_length=2_000, blank=True)
    order = models.PositiveIntegerField(default=0)

    objects = AboutSomeoneQuerySet.as_manager()  # type: ignore[misc]
    words = ("kind", "date", "choice", "text")

    class Meta:
        # No constraint to one of a kind: one may be "Only me", or come back after it was said anew.
        ordering = ["order", "written_at"]
        indexes = [models.Index("writer", "memorial", name="facts_of_writer")]

    def get_absolute_url(self) -> str:
        return reverse("memorials:change_about", args=[self.memorial.slug])

    @property
    def title_for_lists(self) -> str:
        return f"{self.get_kind_display()} {self.text[:60]}".strip()

    @classmethod
    def first_audience(cls, kind: str) -> Circle:
        return Circle.KEEPERS if kind in cls.STARTS_CLOSE else Circle.LINK


class Kin(Keeping):
    """Somebody of the family, shown by name if the family wishes: also those born after, a twin who lives."""

    name = models.CharField(_("Name"), max_length=200)
    relation = models.CharField(_("Who they are"), max_length=120, blank=True)
    # Of a child who lives, pictures go beyond the closest people only when that was meant (`memorials.children`).
    is_child = models.BooleanField(_("A child"), default=False)
    order = models.PositiveIntegerField(default=0)

    words = ("name", "relation")

    class Meta:
        ordering = ["order", "written_at"]
        indexes = [models.Index("writer", "memorial", name="kin_of_writer")]

    def get_absolute_url(self) -> str:
        return reverse("memorials:change_about", args=[self.memorial.slug])

    @property
    def title_for_lists(self) -> str:
        return self.name
