"""The index: for each thing that is kept, the forms of its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from django.db import connection, models
from django.db.models.expressions import RawSQL

from snowdrop.finding.asking import Asked

SHELF = 5_000  # things of one kind
STEP = 32  # shelves looked through by one statement


class EntryQuerySet(models.QuerySet["Entry"]):
    def holding(self, asked: Asked, *, place: int, shelves: Sequence[str] = ("",)) -> Self:
        """Those of this place that have every word. The index of the database answers, by the same tokens in both."""
        if not asked:
            return self.none()
        if connection.vendor == "sqlite":
            match = asked.for_fts5(place, shelves)
            rows = RawSQL("SELECT rowid FROM finding_words WHERE finding_words MATCH %s", [match])
            return self.filter(pk__in=rows)
        return self.filter(
            RawSQL(
                "finding_tokens(tokens) @@ %s::tsquery",
                [asked.for_tsquery(place, shelves)],
                output_field=models.BooleanField(),
            )
        )

    def newest_holding(self, asked: Asked, *, place: int, kind: str, most: int) -> tuple[Self, bool]:
        """Those of a kind that stands on shelves, the newest first until there are `most` or some more of them.

        Return also whether these are all there are. A few statements, and each reads a few shelves: a word that nearly
        everybody wrote costs no more than one that few did, however many things there are.
        """
        first = Shelf.newest(place, kind) + 1
        if not asked or first == 1:
            return self.holding(asked, place=place, shelves=[called(kind, 0)]), True
        last, step, found = first, 1, 0
        while first > 0 and found < most:
            until, first = first, max(0, first - step)
            here = self.holding(asked, place=place, shelves=_called(kind, first, until)).count()
            found += here
            step = min(2 * step, STEP) if here < step * SHELF // 4 else 1
        return self.holding(asked, place=place, shelves=_called(kind, first, last)), first == 0


def _called(kind: str, first: int, until: int) -> list[str]:
    return [called(kind, number) for number in range(first, until)]


def called(kind: str, number: int | None) -> str:
    """How a shelf is called in a token; "" for what has none."""
    return f"{kind}{number}" if number is not None else ""


class Entry(models.Model):
    """The words of one thing. Who may see the thing is asked elsewhere, whenever somebody looks for it."""

    keeping = models.UUIDField(unique=True)  # of any kind
    rules = models.PositiveSmallIntegerField()  # by which rules its words were read
    # Each with the place it belongs to, a space between them. SQLite indexes them by a table of its own
    # (`finding_words`, kept by triggers), PostgreSQL by an index on this column.
    tokens = models.TextField()
    # On which shelf it stands, where its kind has shelves. Its tokens name it: it stays there for good.
    shelf = models.PositiveIntegerField(null=True)

    objects = EntryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"entry {self.pk}"  # never a word: this text ends up in logs


class Shelf(models.Model):
    """How many things of one kind were written down in one place, ever. They stand in order, so many to a shelf."""

    place = models.BigIntegerField()
    kind = models.CharField(max_length=2)  # a small letter or two, as it stands in tokens
    held = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("place", "kind", name="one_row_for_the_shelves")]

    def __str__(self) -> str:
        return f"shelves {self.pk}"

    @staticmethod
    def newest(place: int, kind: str) -> int:
        held = Shelf.objects.filter(place=place, kind=kind).values_list("held", flat=True).first()
        return (held - 1) // SHELF if held else 0

    @staticmethod
    def put(place: int, kind: str, things: int) -> int:
        """Return the shelf on which so many new things come to stand."""
        mine = Shelf.objects.filter(place=place, kind=kind)
        more = models.F("held") + things
        if not mine.update(held=more):
            Shelf.objects.bulk_create([Shelf(place=place, kind=kind)], ignore_conflicts=True)
            mine.update(held=more)
        return Shelf.newest(place, kind)
