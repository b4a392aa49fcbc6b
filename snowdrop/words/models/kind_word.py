"""What a visitor wrote, from being left to being shown."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import GreaterThan, LessThan, LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.models import GuestLink, Keeping, KeepingQuerySet
from snowdrop.people.models import Person
from snowdrop.words.models.thanks import Thanks

LONGEST_NAME = 80  # characters; how long a text may be says `text`

WAITING = Q(shown_at=None, turned_away_at=None, put_away_at=None)


class _Place(models.Func):
    """Where a word stands, as one row value: a single comparison, which the index answers."""

    template = "(%(expressions)s)"
    output_field = models.BooleanField()


def _values(*values: tuple[Any, models.Field[Any, Any]]) -> _Place:
    return _Place(*(models.Value(value, output_field=field) for value, field in values))


def _place(word: KindWord) -> _Place:
    return _values((word.written_at, models.DateTimeField()), (word.pk, models.UUIDField()))


def _let_in_place(at: datetime, id: uuid.UUID) -> _Place:
    return _values((at, models.DateTimeField()), (id, models.UUIDField()))


def _queue_place(word: KindWord) -> _Place:
    rank = (word.rank, models.PositiveSmallIntegerField())
    return _values(rank, (word.offered_at, models.DateTimeField()), (word.pk, models.UUIDField()))


class KindWordQuerySet(KeepingQuerySet):
    # -- who meets which -------------------------------------------------------------------------------

    def at_the_door(self, viewer: Viewer) -> Self:
        """Every word of this memorial that nobody shows: what the duty *reads first* opens, beside the audience.

        Nobody else meets one of them, whoever looks after the page.
        """
        if not viewer.may(Act.READ_FIRST):
            return self.none()
        return self.filter(memorial=viewer.memorial, shown_at=None, put_away_at=None, offered_at__isnull=False)

    def visible_to(self, viewer: Viewer) -> Self:
        """Not what was reported, as long as it is hidden until whoever reads first looked at it again."""
        return super().visible_to(viewer).filter(hidden_since=None)

    def read_first_by(self, viewer: Viewer) -> Self:
        """What this reader has to do with: at the door, or on the page where they see it or it was reported."""
        if not viewer.may(Act.READ_FIRST):
            return self.none()
        open_to_them = Q(shown_at=None) | Q(audience__lte=viewer.circle) | self._is_reported()
        return self.filter(open_to_them, memorial=viewer.memorial, put_away_at=None, offered_at__isnull=False)

    def asked_about(self, viewer: Viewer) -> Self:
        """Waiting words of which whoever reads first asks the family what to do."""
        if not viewer.is_keeper:
            return self.none()
        return self.filter(WAITING, memorial=viewer.memorial, asked_at__isnull=False)

    def not_shown_for(self, viewer: Viewer) -> Self:
        """What was not shown, for keepers who ask to read it."""
        if not viewer.is_keeper:
            return self.none()
        return self.filter(memorial=viewer.memorial, shown_at=None, put_away_at=None, turned_away_at__isnull=False)

    @staticmethod
    def _is_reported() -> Exists:
        # By its name: a report knows the word it is about, and not the other way round.
        reports = apps.get_model("words", "Report")._default_manager
        return Exists(reports.filter(word=OuterRef("pk"), looked_at=None))

    def waiting_for(self, viewer: Viewer) -> Self:
        """None: what waits at the door is met there, by whoever reads first, and on no other page."""
        return self.none()

    def changeable_by(self, viewer: Viewer) -> Self:
        """A keeper's hand reaches no word that was never let in."""
        return (
            super()
            .changeable_by(viewer)
            .filter(Q(shown_at__isnull=False, hidden_since=None) | self._own(viewer), taken_back_at=None)
        )

    def put_away_for(self, viewer: Viewer) -> Self:
        """What its writer took back, and what was never let in, no keeper meets among what was taken off the page."""
        return super().put_away_for(viewer).filter(Q(shown_at__isnull=False) | self._own(viewer), taken_back_at=None)

    def answerable_by(self, viewer: Viewer) -> Self:
        """Words let in whose writers have a way to read an answer: those that came elsewhere have none."""
        if not viewer.may(Act.KEEP):
            return self.none()
        rows: Self = self.visible_to(viewer)
        return rows.filter(came="")

    # -- in which order --------------------------------------------------------------------------------

    def waiting(self) -> Self:
        return self.filter(WAITING)

    def newest_first(self) -> Self:
        return self.order_by("-written_at", "-pk")

    def older_than(self, word: KindWord) -> Self:
        return self.filter(LessThan(_Place(F("written_at"), F("pk")), _place(word)))

    def newer_than(self, word: KindWord) -> Self:
        return self.filter(GreaterThan(_Place(F("written_at"), F("pk")), _place(word)))

    def let_in_behind(self, at: datetime, id: uuid.UUID) -> Self:
        """Those that were let in after this moment, or at it and with a greater id."""
        return self.filter(GreaterThan(_Place(F("shown_at"), F("pk")), _let_in_place(at, id)))

    def let_in_up_to(self, at: datetime, id: uuid.UUID) -> Self:
        return self.filter(LessThanOrEqual(_Place(F("shown_at"), F("pk")), _let_in_place(at, id)))

    def as_let_in(self) -> Self:
        return self.order_by("shown_at", "pk")

    def behind(self, word: KindWord) -> Self:
        """Those that come after this one in the queue."""
        place = _Place(F("rank"), F("offered_at"), F("pk"))
        return self.filter(GreaterThan(place, _queue_place(word)))

    def as_they_came(self) -> Self:
        """The queue: those of which something speaks for a second look come last, else the oldest first."""
        return self.order_by("rank", "offered_at", "pk")


class KindWord(Keeping):
    """What a visitor wrote. It waits until whoever reads first lets it in, and is never met by the family before.

    States: waiting; asked about (waiting, `asked_at`); let in (`shown_at`); not shown (`turned_away_at`); and taken
    back by its writer (`taken_back_at`), which goes for good after thirty days like anything else.
    """

    class Came(models.TextChoices):
        """How it came, where it was not left on the page itself."""

        WHATSAPP = "whatsapp", "WhatsApp"
        FACEBOOK = "facebook", "Facebook"
        MAIL = "mail", pgettext_lazy("how words came", "By mail")
        CARD = "card", pgettext_lazy("how words came", "On a card")
        TEXT = "text", pgettext_lazy("how words came", "From a text")

    signed = models.CharField(gettext_lazy("Your name"), max_length=LONGEST_NAME)
    # Translators: how somebody who writes knew the one who died, in their own words
    knew = models.CharField(gettext_lazy("How you knew them"), max_length=LONGEST_NAME, blank=True)
    text = models.TextField(gettext_lazy("Your words"))
    languages = models.CharField(max_length=40, blank=True, editable=False)  # codes, a space between
    for_family_only = models.BooleanField(default=False, editable=False)
    came = models.CharField(max_length=8, choices=Came, blank=True, editable=False)
    # Of what came elsewhere it may not be known when it was written. `written_at` is then when it came here.
    is_dated = models.BooleanField(default=True, editable=False)

    by_link = models.ForeignKey(GuestLink, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    # A keyed hash, forgotten after a month: it only says which words came from the same place.
    network = models.CharField(max_length=64, blank=True, editable=False)
    reasons = models.CharField(max_length=60, blank=True, editable=False)  # codes of `signals.Reason`, a space between
    # Where it waits: what has more reasons comes later, and nothing is hidden by it.
    rank = models.PositiveSmallIntegerField(default=0, editable=False)

    asked_at = models.DateTimeField(null=True, editable=False)
    turned_away_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    taken_back_at = models.DateTimeField(null=True, editable=False)
    close_since = models.DateTimeField(null=True, editable=False)  # the family keeps it close: it stands first
    mended_at = models.DateTimeField(null=True, editable=False)
    thanks = models.ForeignKey(
        Thanks, null=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    hidden_since = models.DateTimeField(null=True, editable=False)  # reported, and nobody looked at it again yet

    objects = KindWordQuerySet.as_manager()  # type: ignore[misc]
    words = ("signed", "knew", "text")
    has_cover = True

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_word_says_something", condition=~Q(text="")),
            models.CheckConstraint(name="a_word_is_shown_or_not", condition=Q(shown_at=None) | Q(turned_away_at=None)),
        ]
        indexes = [
            models.Index(
                "memorial",
                F("written_at").desc(),
                F("id").desc(),
                name="words_shown",
                condition=Q(shown_at__isnull=False, put_away_at=None),
            ),
            models.Index("memorial", "rank", "offered_at", "id", name="words_waiting", condition=WAITING),
            models.Index(
                "memorial",
                "shown_at",
                "id",
                name="words_let_in",
                condition=Q(shown_at__isnull=False, put_away_at=None),
            ),
            models.Index("thanks", name="words_thanked", condition=Q(thanks__isnull=False)),
            models.Index(
                "memorial", "turned_away_at", "id", name="words_not_shown", condition=Q(turned_away_at__isnull=False)
            ),
            models.Index("memorial", "put_away_at", name="words_put_away", condition=Q(put_away_at__isnull=False)),
            models.Index("writer", "memorial", name="words_of_writer"),
            models.Index("network", "memorial", name="words_of_network", condition=~Q(network="")),
            models.Index("by_link", name="words_by_link", condition=Q(by_link__isnull=False)),
            models.Index("memorial", "close_since", name="words_kept_close", condition=Q(close_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"word {self.pk}"  # never what it says: this text ends up in logs

    def get_absolute_url(self) -> str:
        return reverse("words:word", args=[self.memorial.slug, self.pk])

    @property
    def is_at_the_door(self) -> bool:
        return self.shown_at is None and self.turned_away_at is None and self.put_away_at is None

    @property
    def title_for_lists(self) -> str:
        return self.cover_title if self.is_closed else self.signed

    @property
    def cover_title(self) -> str:
        # Translators: in place of the title of a closed text, to which nobody wrote any words
        return self.cover_words or _("Closed words")


def id_of(once: str) -> uuid.UUID:
    """Return the id of the word that was left with this secret, which stands in its form and in its writer's link.

    The same form sent again leads to the same word, and no id leads back to the secret.
    """
    digest = hashlib.sha256(f"snowdrop kind word {once}".encode("utf-8", "surrogatepass")).digest()
    return uuid.UUID(bytes=digest[:16], version=4)
