"""Recordings as things to keep: a film, a heartbeat, a voice, a song."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from snowdrop.dates.display import show
from snowdrop.dates.fields import RoughDateField
from snowdrop.keepsakes.models.keepsake import FromHospital, KeepsakeQuerySet
from snowdrop.keepsakes.models.order import first_words
from snowdrop.memorials.models import ForChildren
from snowdrop.storage.models import Made, Original


class RecordingQuerySet(KeepsakeQuerySet):
    def shown_while(self, pictures: bool) -> Self:
        return self.while_pictures(pictures)

    def while_pictures(self, show: bool) -> Self:
        """Where a family wants no pictures, or none for a while, films rest with them. Sounds do not."""
        return self if show else self.filter(is_film=False)


class Recording(ForChildren, FromHospital):
    """A film or a sound in a memorial. Its file is an `Original`, which other memorials may keep too."""

    original = models.ForeignKey(Original, on_delete=models.PROTECT, related_name="recordings")
    is_film = models.BooleanField(editable=False)  # else a sound; beside the original, so that lists need not ask it
    came_as = models.CharField(max_length=255, blank=True, editable=False)  # the file's name, as data only
    caption = models.TextField(_("A few words to it"), max_length=2_000, blank=True)  # characters
    transcript = models.TextField(_("What is said in it"), max_length=50_000, blank=True)
    people = models.CharField(_("Who is in it"), max_length=1_000, blank=True)
    date = RoughDateField(_("When it was recorded"))
    batch = models.UUIDField(null=True, editable=False)  # what came together
    source = models.CharField(max_length=100, blank=True, editable=False)  # as a photograph's
    order_key = models.CharField(max_length=60, editable=False)  # as a photograph's

    objects = RecordingQuerySet.as_manager()  # type: ignore[misc]
    words = ("caption", "transcript", "people", "date")
    has_cover = True

    class Meta:
        constraints = [
            models.UniqueConstraint("memorial", "source", name="recording_comes_once", condition=~Q(source="")),
        ]
        indexes = [
            models.Index("memorial", "order_key", name="recordings_in_order"),
            models.Index("memorial", "original", name="recordings_of_file"),
            models.Index("writer", "batch", name="recordings_of_batch"),
            models.Index("writer", "memorial", name="recordings_of_writer"),
            models.Index(
                fields=["memorial", "offered_at"], name="recordings_waiting", condition=Q(shown_at__isnull=True)
            ),
            models.Index(
                fields=["memorial", "put_away_at"], name="recordings_away", condition=Q(put_away_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"recording {self.pk}"  # never a name: this text ends up in logs

    def get_absolute_url(self) -> str:
        return reverse("keepsakes:recording", args=[self.memorial.slug, self.pk])

    @property
    def offered_as(self) -> str:
        if self.is_film:
            return gettext("%(name)s offers a film")
        return gettext("%(name)s offers a sound recording")

    @property
    def title_for_lists(self) -> str:
        """The first words of the caption, or which recording it is. Of a closed one, what stands on its cover."""
        return self.cover_title if self.is_closed else first_words(self.caption) or self.named

    @property
    def cover_title(self) -> str:
        # Translators: in place of the name of a closed film or sound recording, to which nobody wrote any words
        return self.cover_words or gettext("A closed recording")

    @property
    def named(self) -> str:
        """Which recording this is, where nobody wrote a word to it. Nothing about it is made up."""
        if self.date is None:
            # Translators: in place of a title, of a recording with pictures, and of one without.
            return pgettext("recording", "Film") if self.is_film else gettext("Sound recording")
        date = {"date": show(self.date, get_language() or "en")}
        # Translators: %(date)s is such as "3 May 2020", "about 1993" or "spring 2020".
        return gettext("Film, %(date)s") % date if self.is_film else gettext("Sound recording, %(date)s") % date

    @property
    def is_being_made(self) -> bool:
        return bool(self.original.made == Made.WAITS)

    @property
    def could_not_be_made(self) -> bool:
        return bool(self.original.made == Made.FAILED)

    @property
    def can_be_played(self) -> bool:
        return bool(self.original.made == Made.DONE)
