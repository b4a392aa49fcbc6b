"""A word that is kept as evidence: of a threat, say."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person
from snowdrop.words.models.kind_word import KindWord


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def kept_for(self, viewer: Viewer) -> Self:
        """For whoever reads first, and for keepers, whose page covers it until they ask."""
        if not (viewer.may(Act.READ_FIRST) or viewer.may(Act.KEEP)):
            return self.none()
        return self.filter(memorial=viewer.memorial)


class Evidence(models.Model):
    """A copy of the words as they stood when they were kept. While it is there the word itself is not let go."""

    word = models.OneToOneField(KindWord, on_delete=models.CASCADE, related_name="evidence")
    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)
    kept_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    text = models.TextField()
    signed = models.CharField(max_length=80)
    knew = models.CharField(max_length=120, blank=True)
    left_at = models.DateTimeField()
    came = models.CharField(max_length=8, choices=KindWord.Came, blank=True)
    link = models.CharField(max_length=80, blank=True)  # what the keepers called it
    network = models.CharField(max_length=64, blank=True)  # the keyed hash, which the word itself forgets
    sha256 = models.CharField(max_length=64)  # of `text` in UTF-8: anybody can check it

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("memorial", "kept_at", name="evidence_of_memorial")]
