"""The envelope, what lies in it, what each keeper answered to it; and what somebody saw, once it was opened."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from snowdrop.keepsakes.models.order import first_words
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Keeping, KeepingQuerySet, Memorial
from snowdrop.people.models import Person, Session
from snowdrop.storage.models import Original

LONGEST_NAME = 80  # characters
LONGEST_NOTE = 2_000
LONGEST_TELLING = 50_000


class EnvelopeQuerySet(models.QuerySet["Envelope"]):
    def to_be_filled(self, at: datetime | None = None) -> Self:
        """Those into which something can still be put."""
        now = at or timezone.now()
        return self.filter(Q(link_ends_at=None) | Q(link_ends_at__gt=now), sealed_at=None, ended_at=None)

    def sealed(self) -> Self:
        return self.filter(sealed_at__isnull=False)

    def of(self, viewer: Viewer) -> Self:
        """Those of this memorial, for whoever looks after it; nobody else knows of any."""
        return self.filter(memorial=viewer.memorial) if viewer.is_keeper else self.none()


class Envelope(models.Model):
    """A hand-over. While it is sealed no keeping stands for what lies in it, so no page can show any of it."""

    class Said(models.TextChoices):
        """What the family said to whoever hands it over, where they have no page yet that could have asked for it."""

        # Translators: three answers to “What did the family say?”, of whoever keeps pictures for them
        AGREED = "agreed", pgettext_lazy("the family", "They agreed")
        HOLD = "hold", pgettext_lazy("the family", "They asked us to hold them")
        COULD_NOT_ASK = "could-not-ask", pgettext_lazy("the family", "They could not be asked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # None until the family claims it, by the card that was handed to them.
    memorial = models.ForeignKey(Memorial, null=True, on_delete=models.CASCADE, related_name="+")
    called = models.CharField(max_length=LONGEST_NAME, blank=True)  # who is to fill it, as whoever made it calls them
    asks_for_words = models.BooleanField(default=False)  # there may be no picture: what did they see?
    token_hash = models.CharField(max_length=64, unique=True)  # of the giver's link
    claim_hash = models.CharField(max_length=64, null=True, unique=True)  # of the family's card
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    link_ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # the link was taken back with nothing put in

    giver = models.CharField(max_length=LONGEST_NAME, blank=True)
    note = models.TextField(max_length=LONGEST_NOTE, blank=True)  # read before it is opened
    # What the giver saw. Once it is opened, it stands in its keeping only.
    telling = models.TextField(max_length=LONGEST_TELLING, blank=True)
    number = models.PositiveIntegerField(default=0)  # of files that lay in it when it was sealed
    said = models.CharField(max_length=14, choices=Said, blank=True)
    said_on = models.DateField(null=True)
    sealed_at = models.DateTimeField(null=True)
    # Its words may lie for decades: as a keeping's, a flipped bit in them is found by their own SHA-256.
    digest = models.CharField(max_length=64, blank=True)

    kept_until = models.DateField(null=True)  # as the card says, for as long as nobody claims it
    claimed_at = models.DateTimeField(null=True)
    # The browser in which somebody typed the card's code and has not yet said into which page it goes.
    claiming = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_envelope_is_for_somebody", condition=Q(memorial__isnull=False) | Q(claim_hash__isnull=False)
            ),
            models.CheckConstraint(
                name="a_card_says_how_long", condition=Q(claim_hash=None) | Q(kept_until__isnull=False)
            ),
            models.CheckConstraint(name="what_is_sealed_is_not_ended", condition=Q(sealed_at=None) | Q(ended_at=None)),
        ]
        indexes = [models.Index("memorial", "sealed_at", name="envelopes_of_memorial")]

    def __str__(self) -> str:
        return f"envelope {self.pk}"  # never a name: this text ends up in logs

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None

    def digest_of_words(self) -> str:
        joined = "\x1e".join((self.giver, self.note, self.telling))
        return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()

    def digest_is_right(self) -> bool:
        return not self.is_sealed or self.digest == self.digest_of_words()

    @property
    def from_whom(self) -> str:
        """Who handed it over, or whom it was made for."""
        return self.giver or self.called


class Enclosed(models.Model):
    """A file in a sealed envelope. It was looked at by the cage, and by nobody else.

    Its id is that of the keeping it becomes when the envelope is first opened, and then this row is gone. So what is
    deleted for good is known by one id, also in an older copy of the database in which it was still sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="enclosed")
    original = models.ForeignKey(Original, on_delete=models.PROTECT, related_name="enclosed")
    came_as = models.CharField(max_length=255, blank=True)  # the file's name, as data only
    came_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("envelope", "original", name="once_in_an_envelope")]


class Answer(models.Model):
    """What one keeper answered to a sealed envelope. It is theirs alone: no page tells it to another keeper."""

    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    not_now_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("person", "envelope", name="one_answer_a_keeper")]


class Telling(Keeping):
    """What somebody who was there saw. It came in an envelope and is closed like a picture."""

    envelope = models.OneToOneField(Envelope, null=True, on_delete=models.SET_NULL, related_name="told")
    text = models.TextField(max_length=LONGEST_TELLING)
    told_by = models.CharField(max_length=LONGEST_NAME, blank=True)

    objects = KeepingQuerySet.as_manager()  # type: ignore[misc]
    words = ("text", "told_by")
    has_cover = True

    class Meta:
        indexes = [
            models.Index("memorial", "written_at", "id", name="tellings_in_order"),
            models.Index("writer", "memorial", name="tellings_of_writer"),
        ]

    def __str__(self) -> str:
        return f"telling {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("handover:told", args=[self.memorial.slug])

    @property
    def title_for_lists(self) -> str:
        return self.cover_title if self.is_closed else first_words(self.text) or self.named

    @property
    def named(self) -> str:
        # Translators: in place of a title, of what somebody wrote who was there
        return _("What somebody saw")

    @property
    def cover_title(self) -> str:
        # Translators: in place of the title of a closed text, to which nobody wrote any words
        return self.cover_words or _("Closed words")
