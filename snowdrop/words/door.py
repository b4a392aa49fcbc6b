"""The door: whoever reads first lets words in, does not show them, or asks the family. Each can be undone, always.

The verbs take the ids of words and of candles alike: one queue, and no two things have the same id.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from snowdrop.memorials import finding, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.words import candles, enclosing
from snowdrop.words.models import Book, Candle, KindWord, KindWordQuerySet, Report

MOST = 500  # words answered at once
AtTheDoor = KindWord | Candle
_PARTS: dict[type[AtTheDoor], str] = {KindWord: "words", Candle: candles.PART}


@transaction.atomic
def let_in(ids: Collection[uuid.UUID], *, by: Viewer, only_waiting: bool = False) -> list[uuid.UUID]:
    """Show these words, also such as were not shown before; return which of them it was that did it.

    Whoever presses at the same moment finds nothing left to do; with `only_waiting` neither does whoever presses after
    another answered them otherwise. Who sees them is what the keepers chose for all,
    and the keepers alone where the writer meant them alone.
    """
    rows = [row for some in _answerable(by, only_waiting=only_waiting) for row in _locked(some, ids)]
    if not rows:
        return []
    now, shown_to = timezone.now(), Book.of(by.memorial).shown_to
    _set(rows, shown_at=now, turned_away_at=None, asked_at=None, answered_by=by.person, audience=shown_to)
    _set([row for row in rows if _is_for_family(row)], audience=Circle.KEEPERS)
    enclosing.follow([row.pk for row in rows])
    Report.objects.open().filter(word__in=[row.pk for row in rows]).update(looked_at=now)  # of how it was before
    finding.write_down(*rows)
    _bump(rows, by=by)
    return [row.pk for row in rows]


@transaction.atomic
def turn_away(ids: Collection[uuid.UUID], *, by: Viewer) -> list[uuid.UUID]:
    """Do not show these. They are kept where the family does not meet them, and nobody is told."""
    some = [rows.filter(turned_away_at=None) for rows in _answerable(by)]
    return _answer(some, ids, by=by, turned_away_at=timezone.now(), asked_at=None)


@transaction.atomic
def ask_family(ids: Collection[uuid.UUID], *, by: Viewer, only_waiting: bool = False) -> list[uuid.UUID]:
    """Leave it to the family whether these are shown. A quiet line tells them that there is a question, and no more."""
    asked = [rows.filter(asked_at=None) for rows in _answerable(by, only_waiting=only_waiting)]
    return _answer(asked, ids, by=by, asked_at=timezone.now(), turned_away_at=None)


@transaction.atomic
def undo(ids: Collection[uuid.UUID], *, by: Viewer) -> list[uuid.UUID]:
    """Let these wait again, whatever was answered, and whoever of those who read first answered it."""
    by.check(Act.READ_FIRST)
    answered = Q(shown_at__isnull=False) | Q(turned_away_at__isnull=False) | Q(asked_at__isnull=False)
    here = Q(answered, memorial=by.memorial, put_away_at=None, offered_at__isnull=False)
    rows = [row for kind in _PARTS for row in _locked(kind.objects.filter(here), ids)]
    _set(rows, shown_at=None, turned_away_at=None, asked_at=None, answered_by=None)
    _set([row for row in rows if isinstance(row, KindWord)], close_since=None, hidden_since=None)
    enclosing.follow([row.pk for row in rows])
    _bump([row for row in rows if row.shown_at], by=by)
    return [row.pk for row in rows]


# -- what the family is asked ----------------------------------------------------------------------------


@transaction.atomic
def say_yes(word: AtTheDoor, *, by: Viewer) -> None:
    """A keeper lets words in of which they were asked. Does no harm twice."""
    _keepers_answer(word, by=by, shown_at=timezone.now(), asked_at=None)
    row = type(word).objects.get(pk=word.pk)
    if row.shown_at is not None:
        _set([row], audience=Circle.KEEPERS if _is_for_family(row) else Book.of(by.memorial).shown_to)
        enclosing.follow([row.pk])
        finding.write_down(row)
        _bump([row], by=by)


@transaction.atomic
def say_no(word: AtTheDoor, *, by: Viewer) -> None:
    """A keeper does not want these shown."""
    _keepers_answer(word, by=by, turned_away_at=timezone.now(), asked_at=None)


def _keepers_answer(word: AtTheDoor, *, by: Viewer, **changes: Any) -> None:
    by.check(Act.KEEP)
    type(word).objects.asked_about(by).filter(pk=word.pk).update(**changes, answered_by=by.person)


@transaction.atomic
def show_after_all(word: AtTheDoor, *, by: Viewer) -> None:
    """A keeper who asked to read what was not shown lets it in. Raises NotForYou."""
    by.check(Act.KEEP)
    if (
        not type(word)
        .objects.not_shown_for(by)
        .filter(pk=word.pk)
        .update(turned_away_at=None, asked_at=timezone.now(), answered_by=by.person)
    ):
        raise NotForYou
    say_yes(word, by=by)


# ---------------------------------------------------------------------------------------------------------


def _answerable(by: Viewer, *, only_waiting: bool = False) -> list[KindWordQuerySet]:
    by.check(Act.READ_FIRST)
    there = [kind.objects.at_the_door(by) for kind in _PARTS]
    return [rows.waiting() for rows in there] if only_waiting else there


def _locked(rows: KindWordQuerySet, ids: Collection[uuid.UUID]) -> list[AtTheDoor]:
    # In the order of their keys: two who answer many at once do not wait for each other in a ring.
    return list(rows.select_for_update().filter(pk__in=list(ids)[:MOST]).order_by("pk"))


def _answer(
    some: Collection[KindWordQuerySet], ids: Collection[uuid.UUID], *, by: Viewer, **changes: Any
) -> list[uuid.UUID]:
    found = [row for rows in some for row in _locked(rows, ids)]
    _set(found, answered_by=by.person, **changes)
    return [row.pk for row in found]


def _set(rows: Collection[AtTheDoor], **changes: Any) -> None:
    for kind in _PARTS:
        if ids := [row.pk for row in rows if type(row) is kind]:
            kind.objects.filter(pk__in=ids).update(**changes)


def _is_for_family(row: AtTheDoor) -> bool:
    return isinstance(row, KindWord) and row.for_family_only


def _bump(rows: Collection[AtTheDoor], *, by: Viewer) -> None:
    parts = {_PARTS[type(row)] for row in rows}
    revision.bump(by.memorial, *sorted(parts))
