"""How much is kept here, in numbers. A host sees no name, no title and no picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person
from snowdrop.storage.models import Original


@dataclass(frozen=True)
class Counts:
    pages: int
    people: int
    originals: int
    size: int  # bytes of the originals


def now() -> Counts:
    originals = Original.objects.aggregate(number=Count("pk"), size=Sum("size", default=0))
    return Counts(
        Memorial.objects.count(), Person.objects.filter(closed_at=None).count(), originals["number"], originals["size"]
    )
