"""What a visitor found wrong with words that are shown."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.models import Memorial
from snowdrop.words.models.kind_word import KindWord


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.filter(looked_at=None)

    def met_by(self, viewer: Viewer) -> Self:
        """For whoever reads first, and for nobody else: a report may hold what a cruel word says."""
        if not viewer.may(Act.READ_FIRST):
            return self.none()
        return self.open().filter(memorial=viewer.memorial, word__put_away_at=None, word__shown_at__isnull=False)


class Report(models.Model):
    """Something is wrong with these words. It waits until somebody who reads first looked at them again."""

    LONGEST = 300  # characters

    word = models.ForeignKey(KindWord, on_delete=models.CASCADE, related_name="reports")
    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    line = models.CharField(max_length=LONGEST, blank=True)
    looked_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("word", condition=Q(looked_at=None), name="one_open_report_of_a_word"),
        ]
        indexes = [models.Index("memorial", "at", name="reports_open", condition=Q(looked_at=None))]
