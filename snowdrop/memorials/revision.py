"""What changed: a number for each part of a memorial, moved in the transaction of the change."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from snowdrop.memorials.models import Memorial, Revision
from snowdrop.people.models import Person


def bump(memorial: Memorial, *parts: str) -> None:
    """Say that these parts of the memorial changed. Call it inside the change's own transaction."""
    # Never smaller than the time: a number that was given once does not come back with a restored backup.
    now = int(timezone.now().timestamp() * 1000)
    for part in parts:
        mine = Revision.objects.filter(memorial=memorial, part=part)
        grown = Greatest(F("number") + 1, Value(now))
        if not mine.update(number=grown):
            _row, made = Revision.objects.get_or_create(memorial=memorial, part=part, defaults={"number": now})
            if not made:
                mine.update(number=grown)


def of_everywhere(person: Person) -> None:
    """Say that something about this person changed, wherever they belong or belonged: they sign what they wrote."""
    for memorial in Memorial.objects.filter(memberships__person=person):
        bump(memorial, "memorials")


def of(memorial: Memorial) -> dict[str, int]:
    return dict(Revision.objects.filter(memorial=memorial).values_list("part", "number"))
