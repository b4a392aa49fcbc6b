"""How a family takes words: who reads first, who sees what was let in. From whom they come stands on the memorial."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Memorial


class Book(models.Model):
    """One for each memorial whose keepers were asked who could read first."""

    class FirstReader(models.TextChoices):
        """What the keepers answered. Nothing opens before they did."""

        PERSON = "person", _("Somebody we ask")
        # Translators: the couple that looks after a page, speaking of themselves
        US = "us", _("We will")
        NOT_NOW = "not_now", _("Not now")

    class Sign(models.TextChoices):
        """What people may leave without a word. Nobody's faith is named by it."""

        # Translators: the answer to what visitors may leave on a page, beside words: no candle, no flower, no stone
        NONE = "", _("None of these")
        CANDLE = "candle", _("A candle")
        FLOWER = "flower", _("A flower")
        STONE = "stone", _("A stone")

    memorial = models.OneToOneField(Memorial, on_delete=models.CASCADE, related_name="book")
    first_reader = models.CharField(max_length=7, choices=FirstReader, blank=True)
    # Who sees what was let in, unless its writer meant it for the family alone.
    shown_to = models.PositiveSmallIntegerField(choices=Circle, default=Circle.KEEPERS)
    # Whose words show at once, without being read first: this circle's and closer ones'. None: nobody's.
    at_once_from = models.PositiveSmallIntegerField(choices=Circle, null=True)
    # Words of which whoever reads first wants to know, one a line. They decide nothing.
    listed = models.TextField(blank=True)
    is_over = models.BooleanField(default=False)  # closed for good, as far as anything here is
    # Whether what a visitor reported is hidden until it was looked at. None: on a page that everyone can open.
    hides_reported = models.BooleanField(null=True)
    sign = models.CharField(max_length=6, choices=Sign, blank=True, default=Sign.NONE)
    # Whether the evening of 15 October is kept here, from seven o'clock by each visitor's own clock.
    wave_of_light = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_members_are_let_in_at_once",
                condition=models.Q(at_once_from=None) | models.Q(at_once_from__gte=Circle.FRIENDS),
            ),
            models.CheckConstraint(
                name="words_are_shown_to_a_circle", condition=models.Q(shown_to__lte=Circle.KEEPERS)
            ),
        ]

    def __str__(self) -> str:
        return f"book {self.pk}"

    @staticmethod
    def of(memorial: Memorial) -> Book:
        """The book of this memorial; one that is not saved where nobody was asked yet."""
        if Memorial.book.related.is_cached(memorial):
            return memorial.book  # it came with the memorial, see `words.short_way`
        return Book.objects.filter(memorial=memorial).first() or Book(memorial=memorial)

    @property
    def words_listed(self) -> list[str]:
        return [line.strip() for line in self.listed.splitlines() if line.strip()]

    @property
    def is_answered(self) -> bool:
        return bool(self.first_reader)

    def hides(self, memorial: Memorial) -> bool:
        """Whether a report hides words until somebody looked."""
        if self.hides_reported is None:
            return memorial.audience == Circle.PUBLIC
        return self.hides_reported

    def lets_in_at_once(self, viewer: Viewer) -> bool:
        """Whether the words of this viewer show without being read first."""
        is_member = viewer.person is not None and viewer.circle >= Circle.FRIENDS
        return is_member and self.at_once_from is not None and viewer.circle >= self.at_once_from
