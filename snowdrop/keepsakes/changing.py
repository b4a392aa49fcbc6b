"""Changing what is said about photographs and recordings, and how photographs are turned."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from snowdrop.dates.edtf import RoughDate
from snowdrop.keepsakes import jobs
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials import agreeing, keepings
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.people.models import Person

SAID = frozenset({"caption", "alt", "people", "date", "turned"})
SAID_OF_RECORDING = frozenset({"caption", "transcript", "people", "date"})


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
def change_recording(recording: Recording, said: Mapping[str, Any], *, by: Viewer) -> Recording:
    """Change caption, transcript, people or date, as `change` does. Raises NotForYou."""
    changes: dict[str, Any] = {name: said[name] for name in said if name in SAID_OF_RECORDING}
    for name, value in changes.items():
        setattr(recording, name, value)
    if "date" in changes:
        changes["order_key"] = recording.order_key_now()
    return keepings.write_anew(recording, changes, by=by)


@transaction.atomic
def say_who_is_seen(photograph: Photograph | Recording, seen: Mapping[Person, bool], *, by: Viewer) -> None:
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
    keepsakes: Sequence[Photograph | Recording],
    *,
    by: Viewer,
    audience: Circle | None = None,
    date: RoughDate | None = None,
    captions: Mapping[uuid.UUID, str] | None = None,
) -> int:
    """Say something of keepsakes that came together; return how many were opened or narrowed.

    `date` goes to those that have none. Raises NotForYou and NotYours, and then nothing is changed.
    """
    for row in keepsakes:
        said: dict[str, Any] = {}
        caption = (captions or {}).get(row.pk, row.caption)
        if caption != row.caption:
            said["caption"] = caption
        if date is not None and row.date is None:
            said["date"] = date
        if said:
            if isinstance(row, Recording):
                change_recording(row, said, by=by)
            else:
                change(row, said, by=by)
    if audience is None:
        return 0
    return keepings.open_to([row for row in keepsakes if row.audience != audience], audience, by=by)


@transaction.atomic
def say_to_all(
    keepsakes: Sequence[Photograph | Recording],
    said: Mapping[str, Any],
    *,
    by: Viewer,
    turn: int = 0,
    over: bool = False,
) -> None:
    """Say the same caption, people or date to each of these, and turn the photographs by `turn` degrees clockwise.

    What is empty says nothing. It goes where nothing was said yet, or with `over` everywhere; how the words stood is
    kept. Raises NotForYou, and then nothing is changed.
    """
    words = {name: value for name, value in said.items() if value not in ("", None)}
    for row in keepsakes:
        changes = {name: value for name, value in words.items() if over or not getattr(row, name)}
        if isinstance(row, Recording):
            if changes:
                change_recording(row, changes, by=by)
            continue
        if turn:
            changes["turned"] = (row.turned + turn) % 360
        if changes:
            change(row, changes, by=by)
