"""Changing what is said about keepsakes, how photographs are turned, and what of a hospital's scan is covered."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import transaction

from snowdrop.dates.edtf import RoughDate
from snowdrop.keepsakes import jobs
from snowdrop.keepsakes.models import Document, FromHospital, Keepsake, Photograph, Recording
from snowdrop.memorials import agreeing, keepings
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.people.models import Person
from snowdrop.storage import making, scans

K = TypeVar("K", bound=Keepsake)
F = TypeVar("F", bound=FromHospital)

SAID = frozenset({"caption", "alt", "people", "date", "turned", "sort"})
SAID_OF_RECORDING = frozenset({"caption", "transcript", "people", "date"})
SAID_OF_DOCUMENT = frozenset({"title", "caption", "people", "date"})


@transaction.atomic
def change(photograph: Photograph, said: Mapping[str, Any], *, by: Viewer) -> Photograph:
    """Change what is said of it or its turn; how the words stood before is kept. Raises NotForYou."""
    turned_before = photograph.turned
    changed = _change(photograph, said, SAID, by=by)
    if changed.turned != turned_before:
        jobs.make_ready(changed)
    return changed


@transaction.atomic
def change_recording(recording: Recording, said: Mapping[str, Any], *, by: Viewer) -> Recording:
    """Change caption, transcript, people or date, as `change` does. Raises NotForYou."""
    return _change(recording, said, SAID_OF_RECORDING, by=by)


@transaction.atomic
def change_document(document: Document, said: Mapping[str, Any], *, by: Viewer) -> Document:
    """Change title, caption, people or date, as `change` does. Raises NotForYou."""
    return _change(document, said, SAID_OF_DOCUMENT, by=by)


def _change(row: K, said: Mapping[str, Any], known: frozenset[str], *, by: Viewer) -> K:
    changes: dict[str, Any] = {name: said[name] for name in said if name in known}
    for name, value in changes.items():
        setattr(row, name, value)
    if "date" in changes:
        changes["order_key"] = row.order_key_now()
    return keepings.write_anew(row, changes, by=by)


@transaction.atomic
def cover(row: F, covered: str, *, by: Viewer) -> F:
    """Cover the sides of a hospital's scan in all that pages show of it; `scans.NOTHING` where nothing has to be.

    From then on it may be opened. The original stays as it came. Raises NotForYou.
    """
    if not row.is_from_hospital or not covered or not scans.COVERED.fullmatch(covered):
        raise NotForYou
    changed = keepings.write_anew(row, {"covered": covered}, by=by)
    if isinstance(changed, Recording):
        if not making.is_there(changed.original, covered):
            making.ask_again(changed.original)
            jobs.say_how_it_stands(changed.original)
            jobs.make_ready(changed)
    else:
        jobs.make_ready(changed)
    return changed


@transaction.atomic
def say_who_is_seen(keepsake: Keepsake, seen: Mapping[Person, bool], *, by: Viewer) -> None:
    """Mark which keepers can be seen in it: beyond the keepers it then goes only with their yes.

    A mark is lifted by whoever it is about, and stays where somebody else would lift it. Raises NotForYou.
    """
    before = agreeing.marked(keepsake)
    for person, is_seen in seen.items():
        if is_seen and person.pk not in before:
            agreeing.mark(keepsake, person, by=by)
        elif not is_seen and person.pk in before and person == by.person:
            agreeing.unmark(keepsake, person, by=by)


@transaction.atomic
def say_of_many(
    keepsakes: Sequence[Keepsake],
    *,
    by: Viewer,
    audience: Circle | None = None,
    date: RoughDate | None = None,
    captions: Mapping[uuid.UUID, str] | None = None,
    sort: str = "",
) -> int:
    """Say something of keepsakes that came together; return how many were opened or narrowed.

    `date` goes to those that have none, `sort` to those that are pictures. Raises NotForYou, NotYours and AsksFirst,
    and then nothing is changed.
    """
    for row in keepsakes:
        said: dict[str, Any] = {}
        caption = (captions or {}).get(row.pk, row.caption)
        if caption != row.caption:
            said["caption"] = caption
        if date is not None and row.date is None:
            said["date"] = date
        if sort and isinstance(row, Photograph):
            said["sort"] = sort
        if said:
            if isinstance(row, Recording):
                change_recording(row, said, by=by)
            elif isinstance(row, Document):
                change_document(row, said, by=by)
            elif isinstance(row, Photograph):
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
