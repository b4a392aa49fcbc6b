"""The door: whoever reads first lets words in, does not show them, or asks the family. Each can be undone, always."""

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
from snowdrop.words import enclosing
from snowdrop.words.models import Book, KindWord, KindWordQuerySet

MOST = 500  # words answered at once


@transaction.atomic
def let_in(ids: Collection[uuid.UUID], *, by: Viewer) -> list[uuid.UUID]:
    """Show these words, also such as were not shown before; return which of them it was that did it.

    Whoever presses at the same moment finds nothing left to do. Who sees them is what the keepers chose for all,
    and the keepers alone where the writer meant them alone.
    """
    rows = _locked(_answerable(by), ids)
    if not rows:
        return []
    now, shown_to = timezone.now(), Book.of(by.memorial).shown_to
    KindWord.objects.filter(pk__in=[row.pk for row in rows]).update(
        shown_at=now, turned_away_at=None, asked_at=None, answered_by=by.person, audience=shown_to
    )
    for_family = [row.pk for row in rows if row.for_family_only]
    if for_family:
        KindWord.objects.filter(pk__in=for_family).update(audience=Circle.KEEPERS)
    enclosing.follow([row.pk for row in rows])
    finding.write_down(*rows)
    revision.bump(by.memorial, "words")
    return [row.pk for row in rows]


@transaction.atomic
def turn_away(ids: Collection[uuid.UUID], *, by: Viewer) -> list[uuid.UUID]:
    """Do not show these. They are kept where the family does not meet them, and nobody is told."""
    return _answer(
        _answerable(by).filter(turned_away_at=None), ids, by=by, turned_away_at=timezone.now(), asked_at=None
    )


@transaction.atomic
def ask_family(ids: Collection[uuid.UUID], *, by: Viewer) -> list[uuid.UUID]:
    """Leave it to the family whether these are shown. A quiet line tells them that there is a question, and no more."""
    asked = _answerable(by).filter(asked_at=None)
    return _answer(asked, ids, by=by, asked_at=timezone.now(), turned_away_at=None)


@transaction.atomic
def undo(ids: Collection[uuid.UUID], *, by: Viewer) -> list[uuid.UUID]:
    """Let these wait again, whatever was answered, and whoever of those who read first answered it."""
    by.check(Act.READ_FIRST)
    answered = Q(shown_at__isnull=False) | Q(turned_away_at__isnull=False) | Q(asked_at__isnull=False)
    here = KindWord.objects.filter(answered, memorial=by.memorial, put_away_at=None, offered_at__isnull=False)
    rows = _locked(here, ids)
    _set(rows, shown_at=None, turned_away_at=None, asked_at=None, answered_by=None, close_since=None)
    enclosing.follow([row.pk for row in rows])
    if any(row.shown_at for row in rows):
        revision.bump(by.memorial, "words")
    return [row.pk for row in rows]


# -- what the family is asked ----------------------------------------------------------------------------


@transaction.atomic
def say_yes(word: KindWord, *, by: Viewer) -> None:
    """A keeper lets words in of which they were asked. Does no harm twice."""
    _keepers_answer(word, by=by, shown_at=timezone.now(), asked_at=None)
    row = KindWord.objects.get(pk=word.pk)
    if row.shown_at is not None:
        audience = Circle.KEEPERS if row.for_family_only else Book.of(by.memorial).shown_to
        KindWord.objects.filter(pk=row.pk).update(audience=audience)
        enclosing.follow([row.pk])
        finding.write_down(row)
        revision.bump(by.memorial, "words")


@transaction.atomic
def say_no(word: KindWord, *, by: Viewer) -> None:
    """A keeper does not want these shown."""
    _keepers_answer(word, by=by, turned_away_at=timezone.now(), asked_at=None)


def _keepers_answer(word: KindWord, *, by: Viewer, **changes: Any) -> None:
    by.check(Act.KEEP)
    KindWord.objects.asked_about(by).filter(pk=word.pk).update(**changes, answered_by=by.person)


@transaction.atomic
def show_after_all(word: KindWord, *, by: Viewer) -> None:
    """A keeper who asked to read what was not shown lets it in. Raises NotForYou."""
    by.check(Act.KEEP)
    if (
        not KindWord.objects.not_shown_for(by)
        .filter(pk=word.pk)
        .update(turned_away_at=None, asked_at=timezone.now(), answered_by=by.person)
    ):
        raise NotForYou
    say_yes(word, by=by)


# ---------------------------------------------------------------------------------------------------------


def _answerable(by: Viewer) -> KindWordQuerySet:
    by.check(Act.READ_FIRST)
    return KindWord.objects.at_the_door(by)


def _locked(rows: KindWordQuerySet, ids: Collection[uuid.UUID]) -> list[KindWord]:
    # In the order of their keys: two who answer many at once do not wait for each other in a ring.
    return list(rows.select_for_update().filter(pk__in=list(ids)[:MOST]).order_by("pk"))


def _answer(rows: KindWordQuerySet, ids: Collection[uuid.UUID], *, by: Viewer, **changes: Any) -> list[uuid.UUID]:
    found = _locked(rows, ids)
    _set(found, answered_by=by.person, **changes)
    return [row.pk for row in found]


def _set(rows: list[KindWord], **changes: Any) -> None:
    KindWord.objects.filter(pk__in=[row.pk for row in rows]).update(**changes)
