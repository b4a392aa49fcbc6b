"""Documents as things to keep: a letter, a certificate, an order of service. Its pages are shown as pictures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from snowdrop.dates.display import show
from snowdrop.dates.fields import RoughDateField
from snowdrop.keepsakes.models.keepsake import Keepsake, KeepsakeQuerySet
from snowdrop.keepsakes.models.order import first_words
from snowdrop.storage.models import Original


class Document(Keepsake):
    """A PDF in a memorial. Its file is an `Original`, which other memorials may keep too."""

    original = models.ForeignKey(Original, on_delete=models.PROTECT, related_name="documents")
    came_as = models.CharField(max_length=255, blank=True, editable=False)  # the file's name, as data only
    title = models.CharField(_("What it is called"), max_length=200, blank=True)  # characters
    caption = models.TextField(_("A few words to it"), max_length=2_000, blank=True)
    people = models.CharField(_("Whom it is about"), max_length=1_000, blank=True)
    date = RoughDateField(_("When it is from"))
    batch = models.UUIDField(null=True, editable=False)  # what came together
    order_key = models.CharField(max_length=60, editable=False)  # as a photograph's

    objects = KeepsakeQuerySet.as_manager()  # type: ignore[misc]
    words = ("title", "caption", "people", "date")
    has_cover = True
    offered_as = _("%(name)s offers a document")

    class Meta:
        indexes = [
            models.Index("memorial", "order_key", name="documents_in_order"),
            models.Index("memorial", "original", name="documents_of_file"),
            models.Index("writer", "batch", name="documents_of_batch"),
            models.Index("writer", "memorial", name="documents_of_writer"),
            models.Index(
                fields=["memorial", "offered_at"], name="documents_waiting", condition=Q(shown_at__isnull=True)
            ),
            models.Index(
                fields=["memorial", "put_away_at"], name="documents_away", condition=Q(put_away_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"  # never a name: this text ends up in logs

    def get_absolute_url(self) -> str:
        return reverse("keepsakes:document", args=[self.memorial.slug, self.pk])

    @property
    def title_for_lists(self) -> str:
        """Its title, the first words to it, or which document it is. Of a closed one, what stands on its cover."""
        return self.cover_title if self.is_closed else self.title or first_words(self.caption) or self.named

    @property
    def cover_title(self) -> str:
        # Translators: in place of the name of a closed document, to which nobody wrote any words
        return self.cover_words or gettext("A closed document")

    @property
    def named(self) -> str:
        """Which document this is, where nobody wrote a word to it. Nothing about it is made up."""
        if self.date is None:
            # Translators: in place of a title: a letter, a certificate, an order of service
            return gettext("Document")
        date = show(self.date, get_language() or "en")
        return gettext("%(what)s, %(date)s") % {"what": gettext("Document"), "date": date}
