"""Things kept at home: writing one down, and changing what is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from snowdrop.keepsakes.models import KeptAtHome, Photograph, PictureOfIt
from snowdrop.memorials import keepings, revision
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle

SAID = ("what", "text", "place")


@transaction.atomic
def keep(
    said: Mapping[str, Any], *, by: Viewer, audience: Circle | None = None, pictures: Sequence[Photograph] = ()
) -> KeptAtHome:
    """Write down a thing that is kept at home: for the keepers, or what a member tells for friends, once it shows."""
    if audience is None:
        audience = Circle.KEEPERS if by.is_keeper else Circle.FRIENDS
    row = KeptAtHome(**{name: said.get(name, "") for name in SAID}, audience=audience)
    row = keepings.keep(row, by=by)
    _put(row, pictures)
    return row


@transaction.atomic
def change(row: KeptAtHome, said: Mapping[str, Any], *, by: Viewer, pictures: Sequence[Photograph]) -> KeptAtHome:
    """Change what is told of it and which pictures show it. Raises NotForYou.

    Pictures that whoever changes it does not see stay where they are.
    """
    changed = keepings.write_anew(row, {name: said[name] for name in SAID if name in said}, by=by)
    seen = Photograph.objects.visible_to(by).among(list(row.shown_in.values_list("photograph", flat=True)))
    PictureOfIt.objects.filter(thing=changed, photograph__in=seen.values("pk")).delete()
    _put(changed, pictures)
    revision.bump(by.memorial, "keepsakes")
    return changed


def _put(row: KeptAtHome, pictures: Sequence[Photograph]) -> None:
    PictureOfIt.objects.bulk_create(
        PictureOfIt(thing=row, photograph=one, place=place) for place, one in enumerate(pictures)
    )
