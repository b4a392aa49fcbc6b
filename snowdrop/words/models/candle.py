"""A candle, a flower or a stone that a visitor left, with or without a name and a line."""

from __future__ import annotations

import hashlib
import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snowdrop.memorials.models import GuestLink, Keeping
from snowdrop.people.models import Person
from snowdrop.words.models.kind_word import LONGEST_NAME, WAITING, KindWordQuerySet

LONGEST_LINE = 140  # characters


class CandleQuerySet(KindWordQuerySet):
    """A candle with something to read waits at the same door as words, and is met by the same people."""

    def bare(self) -> Self:
        return self.filter(is_bare=True)

    def with_words(self) -> Self:
        return self.filter(is_bare=False)

    def lit_before(self, candle: Candle) -> Self:
        earlier = Q(written_at__lt=candle.written_at) | Q(written_at=candle.written_at, pk__lt=candle.pk)
        return self.filter(earlier, written_at__lte=candle.written_at)  # said twice: the index is entered by the second

    def lit_after(self, candle: Candle) -> Self:
        later = Q(written_at__gt=candle.written_at) | Q(written_at=candle.written_at, pk__gt=candle.pk)
        return self.filter(later, written_at__gte=candle.written_at)


class Candle(Keeping):
    """Lit once, it does not go out. What it is called and how it looks is the family's choice (`Book.sign`).

    One that says something waits to be read like words, in the same states; a bare one has nothing to read and shows
    at once. Whoever lit it may take it back by their own link (`taken_back_at`).
    """

    signed = models.CharField(gettext_lazy("Your name"), max_length=LONGEST_NAME, blank=True)
    line = models.CharField(gettext_lazy("A line"), max_length=LONGEST_LINE, blank=True)
    is_bare = models.BooleanField(default=True, editable=False)  # neither a name nor a line

    by_link = models.ForeignKey(GuestLink, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    # As beside words: which came from the same place, by a keyed hash (`surge.trace`); what speaks for a second look.
    network = models.CharField(max_length=64, blank=True, editable=False)
    reasons = models.CharField(max_length=60, blank=True, editable=False)
    rank = models.PositiveSmallIntegerField(default=0, editable=False)

    asked_at = models.DateTimeField(null=True, editable=False)
    turned_away_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    taken_back_at = models.DateTimeField(null=True, editable=False)
    hidden_since = models.DateTimeField(null=True, editable=False)  # as of words, by whose rule a candle shows

    objects = CandleQuerySet.as_manager()  # type: ignore[misc]
    words = ("signed", "line")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_bare_candle_says_nothing",
                condition=Q(is_bare=True, signed="", line="") | (Q(is_bare=False) & ~Q(signed="", line="")),
            ),
            models.CheckConstraint(
                name="a_candle_is_shown_or_not", condition=Q(shown_at=None) | Q(turned_away_at=None)
            ),
        ]
        indexes = [
            # Two, and not one with a column more: `WHERE is_bare` enters no index of SQLite's.
            models.Index(
                "memorial",
                F("written_at").desc(),
                F("id").desc(),
                name="candles_with_words",
                condition=Q(shown_at__isnull=False, put_away_at=None, is_bare=False),
            ),
            models.Index(
                "memorial",
                F("written_at").desc(),
                F("id").desc(),
                name="candles_bare",
                condition=Q(shown_at__isnull=False, put_away_at=None, is_bare=True),
            ),
            models.Index("memorial", "rank", "offered_at", "id", name="candles_waiting", condition=WAITING),
            # Each page of a keeper's own asks whether there is one.
            models.Index(
                "memorial", "offered_at", "id", name="candles_asked", condition=Q(WAITING, asked_at__isnull=False)
            ),
            models.Index(
                "memorial", "turned_away_at", "id", name="candles_not_shown", condition=Q(turned_away_at__isnull=False)
            ),
            models.Index("memorial", "put_away_at", name="candles_put_away", condition=Q(put_away_at__isnull=False)),
            models.Index("writer", "memorial", name="candles_of_writer"),
            models.Index("network", "memorial", name="candles_of_network", condition=~Q(network="")),
            models.Index("by_link", name="candles_by_link", condition=Q(by_link__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"candle {self.pk}"  # never what it says: this text ends up in logs

    def get_absolute_url(self) -> str:
        return reverse("words:candle", args=[self.memorial.slug, self.pk])

    @property
    def is_at_the_door(self) -> bool:
        return self.shown_at is None and self.turned_away_at is None and self.put_away_at is None

    @property
    def title_for_lists(self) -> str:
        # Translators: stands in lists for a candle, a flower or a stone that somebody left without their name
        return self.signed or self.line or _("Without a name")


def id_of(secret: str) -> uuid.UUID:
    """Return the id of the candle with this secret, which stands in its form and in the link it is taken back by."""
    digest = hashlib.sha256(f"snowdrop candle {secret}".encode("utf-8", "surrogatepass")).digest()
    return uuid.UUID(bytes=digest[:16], version=4)
