"""The index: for each thing that is kept, the forms of its words."""

from __future__ import annotations

from typing import Self

from django.db import connection, models
from django.db.models.expressions import RawSQL

from snowdrop.finding.asking import Asked


class EntryQuerySet(models.QuerySet["Entry"]):
    def holding(self, asked: Asked, *, place: int) -> Self:
        """Those of this place that have every word. The index of the database answers, by the same tokens in both."""
        if not asked:
            return self.none()
        if connection.vendor == "sqlite":
            rows = RawSQL("SELECT rowid FROM finding_words WHERE finding_words MATCH %s", [asked.for_fts5(place)])
            return self.filter(pk__in=rows)
        return self.filter(
            RawSQL(
                "finding_tokens(tokens) @@ %s::tsquery",
                [asked.for_tsquery(place)],
                output_field=models.BooleanField(),
            )
        )


class Entry(models.Model):
    """The words of one thing. Who may see the thing is asked elsewhere, whenever somebody looks for it."""

    keeping = models.UUIDField(unique=True)  # of any kind
    rules = models.PositiveSmallIntegerField()  # by which rules its words were read
    # Each with the place it belongs to, a space between them. SQLite indexes them by a table of its own
    # (`finding_words`, kept by triggers), PostgreSQL by an index on this column.
    tokens = models.TextField()

    objects = EntryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"entry {self.pk}"  # never a word: this text ends up in logs
