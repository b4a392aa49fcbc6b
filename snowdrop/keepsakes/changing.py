"""Changing what is said about photographs, and how they are turned."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from snowdrop.dates.edtf import RoughDate
from snowdrop.keepsakes import jobs
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import agreeing, keepings
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.people.models import Person

SAID = frozenset({"caption", "alt", "people", "date", "turned"})


@transaction.atomic
def change(photograph: Photograph, said: Mapping[str, Any], *, by: Viewer) -> Photograph:
    """Change caption, alt, people, date or turn; how the words stood before is kept. Raises NotForYou."""
    changes: dict[str, Any] = {name: said[name] for name in said if name in SAID}
    turned_before = photograph.turned
    for name, value in changes.items():
        setattr(photograph, name, value)
    if "date" in changes:
        changes["order_key"] = photograph.order_key_now()
    changed = keepings.write_anew(photograph, changes, by=by)
    if changed.turned != turned_before:
        jobs.make_renditions.enqueue([[photograph.original_id, changed.turned]])
    return changed


@transaction.atomic
def say_who_is_seen(photograph: Photograph, seen: Mapping[Person, bool], *, by: Viewer) -> None:
    """Mark which keepers can be seen in it: beyond the keepers it then goes only with their yes.

    A mark is lifted by whoever it is about, and stays where somebody else would lift it. Raises NotForYou.
    """
    before = agreeing.marked(photograph)
    for person, is_seen in seen.items():
        if is_seen and person.pk not in before:
            agreeing.mark(photograph, person, by=by)
        elif not is_seen and person.pk in before and person == by.person:
            agreeing.unmark(photograph, person, by=by)


@transaction.atomic
def say_of_many(
    photographs: list[Photograph],
    *,
    by: Viewer,
    audience: Circle | None = None,
    date: RoughDate | None = None,
    captions: Mapping[uuid.UUID, str] | None = None,
) -> int:
    """Say something of photographs that came together; return how many were opened or narrowed.

    `date` goes to those that have none. Raises NotForYou and NotYours, and then nothing is changed.
    """
    for photograph in photographs:
        said: dict[str, Any] = {}
        caption = (captions or {}).get(photograph.pk, photograph.caption)
        if caption != photograph.caption:
            said["caption"] = caption
        if date is not None and photograph.date is None:
            said["date"] = date
        if said:
            change(photograph, said, by=by)
    if audience is None:
        return 0
    return keepings.open_to([p for p in photographs if p.audience != audience], audience, by=by)
