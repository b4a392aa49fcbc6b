"""Albums: photographs and recordings that somebody put together, in an order."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from snowdrop.keepsakes.models.order import first_words
from snowdrop.keepsakes.models.photograph import Photograph
from snowdrop.keepsakes.models.recording import Recording
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Keeping, KeepingQuerySet


class Order(models.TextChoices):
    """In which order what is in an album stands. The last two are both laid by hand."""

    # Translators: in which order the pictures of an album stand
    DATE = "date", pgettext_lazy("order", "By date")
    HAND = "hand", pgettext_lazy("order", "As you lay them")
    GENTLE = "gentle", pgettext_lazy("order", "From the gentlest on")


class AlbumQuerySet(KeepingQuerySet):
    def in_order(self) -> Self:
        return self.order_by("written_at", "pk")

    def with_something_for(self, viewer: Viewer) -> Self:
        """Those in which this viewer meets something: a name above nothing would only say that it is kept from them.

        Whoever looks after one finds it also while it is empty.
        """
        held = AlbumItem.objects.shown_to(viewer).filter(album=OuterRef("pk"))
        theirs = Album.objects.changeable_by(viewer).values("pk")
        return self.filter(Exists(held) | Q(pk__in=theirs))


class Album(Keeping):
    """Photographs and recordings together. Who sees one of them in it is asked of both: the narrower rules."""

    title = models.CharField(_("What is it called?"), max_length=200, blank=True)  # characters
    caption = models.TextField(_("A few words to it"), max_length=2_000, blank=True)
    order = models.CharField(_("In which order?"), max_length=6, choices=Order, default=Order.DATE)

    objects = AlbumQuerySet.as_manager()  # type: ignore[misc]
    words = ("title", "caption")
    has_cover = True
    offered_as = _("%(name)s offers an album")

    class Meta:
        constraints = [models.CheckConstraint(name="album_has_an_order", condition=Q(order__in=Order.values))]
        indexes = [
            models.Index("memorial", "written_at", "id", name="albums_in_order"),
            models.Index("writer", "memorial", name="albums_of_writer"),
        ]

    def __str__(self) -> str:
        return f"album {self.pk}"  # never a title: this text ends up in logs

    def get_absolute_url(self) -> str:
        return reverse("keepsakes:album", args=[self.memorial.slug, self.pk])

    @property
    def title_for_lists(self) -> str:
        """Its title, or its first words. Of a closed one, what stands on its cover."""
        return self.cover_title if self.is_closed else self.named

    @property
    def named(self) -> str:
        """Its title, or its first words: for whoever has it open."""
        # Translators: in place of the title of an album to which nobody gave one
        return first_words(self.title) or first_words(self.caption) or pgettext("one of them", "Album")

    @property
    def cover_title(self) -> str:
        # Translators: in place of the title of a closed album, to which nobody wrote any words
        return self.cover_words or gettext("A closed album")

    @property
    def is_laid_by_hand(self) -> bool:
        return self.order != Order.DATE

    @property
    def is_from_the_gentlest(self) -> bool:
        return self.order == Order.GENTLE

    def carried_for(self, viewer: Viewer) -> list[Keeping]:
        """What is in it and open, as far as this person may close it."""
        return [
            row
            for kind in (Photograph, Recording)
            for row in kind.objects.changeable_by(viewer).filter(in_albums__album=self.pk, is_closed=False)
        ]


class AlbumItemQuerySet(models.QuerySet["AlbumItem"]):
    def shown_to(self, viewer: Viewer) -> Self:
        """Those of which this viewer sees, and wants to meet, what is in it. The album itself is asked beside."""
        return self._of(*(kind.objects.visible_to(viewer).met_by(viewer) for kind in (Photograph, Recording)))

    def placeable_by(self, viewer: Viewer) -> Self:
        """Those that somebody who arranges the album meets: what they see, and their own that waits."""
        waits = {"put_away_at": None}
        return self._of(
            Photograph.objects.visible_to(viewer) | Photograph.objects.own_of(viewer).filter(**waits),
            Recording.objects.visible_to(viewer) | Recording.objects.own_of(viewer).filter(**waits),
        )

    def _of(self, photographs: KeepingQuerySet, recordings: KeepingQuerySet) -> Self:
        return self.filter(
            Q(Exists(photographs.filter(pk=OuterRef("photograph"))))
            | Q(Exists(recordings.filter(pk=OuterRef("recording"))))
        )

    def in_order_of(self, album: Album) -> Self:
        """What is in this album, in its order; each with its `place` in it."""
        by_date = Coalesce("photograph__order_key", "recording__order_key")
        place = F("order") if album.is_laid_by_hand else by_date
        return self.filter(album=album).annotate(place=place).order_by("place", "pk")

    def of_thing(self, id: uuid.UUID) -> Self:
        return self.filter(Q(photograph=id) | Q(recording=id))


class AlbumItem(models.Model):
    """A photograph or a recording in an album."""

    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="items")
    photograph = models.ForeignKey(Photograph, null=True, on_delete=models.CASCADE, related_name="in_albums")
    recording = models.ForeignKey(Recording, null=True, on_delete=models.CASCADE, related_name="in_albums")
    order = models.IntegerField(default=0)  # by hand; below zero where something was put to the beginning

    objects = AlbumItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="album_item_is_one_thing",
                condition=Q(photograph__isnull=False, recording=None) | Q(photograph=None, recording__isnull=False),
            ),
            models.UniqueConstraint("album", "photograph", name="photograph_once_in_an_album"),
            models.UniqueConstraint("album", "recording", name="recording_once_in_an_album"),
        ]
        indexes = [models.Index("album", "order", "id", name="album_items_in_order")]

    def __str__(self) -> str:
        return f"album item {self.pk}"

    @property
    def thing(self) -> Photograph | Recording:
        thing = self.photograph or self.recording
        assert thing is not None
        return thing

    @property
    def thing_id(self) -> uuid.UUID:
        id: uuid.UUID | None = self.photograph_id or self.recording_id
        assert id is not None
        return id
