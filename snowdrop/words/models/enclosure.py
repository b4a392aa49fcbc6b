"""A picture or a voice message that came with words. Who meets it is asked of the words."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Keeping, KeepingQuerySet
from snowdrop.storage.models import Made, Original
from snowdrop.words.models.kind_word import KindWord, KindWordQuerySet


class EnclosureQuerySet(KeepingQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """Of the words and of what came with them the narrower rules."""
        return super().visible_to(viewer)._with(KindWord.objects.visible_to(viewer))

    def at_the_door(self, viewer: Viewer) -> Self:
        """Those whose words this viewer answers: as whoever reads first, or as a keeper who is asked or who asks."""
        words = KindWord.objects
        theirs = words.at_the_door(viewer) | words.asked_about(viewer) | words.not_shown_for(viewer)
        return self.filter(memorial=viewer.memorial, put_away_at=None)._with(theirs)

    def waiting_for(self, viewer: Viewer) -> Self:
        """None: it waits with its words, at the door."""
        return self.none()

    def changeable_by(self, viewer: Viewer) -> Self:
        """A keeper's hand reaches nothing that came with words which were never let in."""
        rows = super().changeable_by(viewer).filter(Q(shown_at__isnull=False) | self._own(viewer), taken_back_at=None)
        return rows._with(KindWord.objects.visible_to(viewer))

    def put_away_for(self, viewer: Viewer) -> Self:
        """What was taken off the page by itself, while its words show. What its writer took back is nobody's."""
        rows = super().put_away_for(viewer).filter(Q(shown_at__isnull=False) | self._own(viewer), taken_back_at=None)
        return rows._with(KindWord.objects.visible_to(viewer))

    def _with(self, words: KindWordQuerySet) -> Self:
        return self.filter(Exists(words.filter(pk=OuterRef("word"))))


class Enclosure(Keeping):
    """The file itself, with a cover. It is no photograph and no recording of the family's: only its words show it.

    It has no writer of its own, and is nobody's: every keeper who sees it may take its cover off (`is_handed_over`).
    """

    word = models.ForeignKey(KindWord, on_delete=models.CASCADE, related_name="enclosures")
    original = models.ForeignKey(Original, on_delete=models.PROTECT, related_name="enclosures")
    is_sound = models.BooleanField(editable=False)  # else a picture
    # Whoever read first said that it may show without a cover, once its words are let in.
    shows_open = models.BooleanField(default=False, editable=False)
    taken_back_at = models.DateTimeField(null=True, editable=False)

    objects = EnclosureQuerySet.as_manager()  # type: ignore[misc]
    has_cover = True

    class Meta:
        indexes = [
            models.Index("writer", "memorial", name="enclosures_of_writer"),
            models.Index(
                "memorial", "put_away_at", name="enclosures_away", condition=models.Q(put_away_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"enclosure {self.pk}"

    def get_absolute_url(self) -> str:
        return self.word.get_absolute_url()

    @property
    def title_for_lists(self) -> str:
        return self.cover_title

    @property
    def cover_title(self) -> str:
        """What it is, said in the language of whoever reads."""
        if self.cover_words:
            return self.cover_words
        # Translators: on the cover of a picture, and of a voice message, that somebody sent along with a few words
        return _("A voice message came with these words") if self.is_sound else _("A picture came with these words")

    @property
    def is_being_made(self) -> bool:
        return bool(self.original.made == Made.WAITS)

    @property
    def can_be_played(self) -> bool:
        return bool(self.original.made == Made.DONE)
