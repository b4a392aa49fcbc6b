"""Leaving a few words: checked, written down once however often they are sent, and then they wait."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from snowdrop.memorials import finding, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.web.later import Later
from snowdrop.words import mending
from snowdrop.words.gathering import Gathering
from snowdrop.words.models import Book, KindWord
from snowdrop.words.models.kind_word import id_of
from snowdrop.words.said import NOWHERE, Origin, Said


class Kept(Enum):
    """What became of words that were sent."""

    WAITS = auto()
    SHOWN = auto()
    MENDED = auto()  # they were here, and said something else


def leave(
    said: Said, *, once: str, by: Viewer, origin: Origin = NOWHERE, later: Later | None = None
) -> tuple[KindWord, Kept]:
    """Leave words with a family. When this returns they are safe; sent again with the same `once` they are one.

    They wait, unless the family lets this circle's words in at once. Nothing bumps a revision until they are shown.
    With `later` they are safe, and this is true, once that says so. Raises NotForYou, TooMuchAtOnce, NotWritten.
    """
    by.check(Act.LEAVE_WORDS)
    now = timezone.now()
    word = KindWord(id=id_of(once), memorial=by.memorial, writer=by.person, by_link=by.guest, written_at=now)
    word.offered_at, word.network = now, origin.network
    word.reasons, word.rank = origin.reasons, origin.rank
    said.put_into(word)
    at_once = is_let_in_at_once(by)
    if at_once is not None:
        word.shown_at, word.audience = now, Circle.KEEPERS if said.for_family_only else at_once
    kept = Kept.SHOWN if word.shown_at else Kept.WAITS
    if later is not None and later.asked is None:
        later.asked = _gathering.hand_in(word)
        return word, kept
    is_new = later.asked.wait() if later is not None and later.asked is not None else _gathering.write(word)
    return (word, kept) if is_new else _sent_again(word, said)


def _sent_again(word: KindWord, said: Said) -> tuple[KindWord, Kept]:
    """The same form once more. If something else stands in it now, that is what its writer means."""
    here = KindWord.objects.filter(pk=word.pk, memorial=word.memorial).first()
    if here is None:
        raise NotForYou
    if here.digest == word.digest:
        return here, Kept.SHOWN if here.shown_at else Kept.WAITS
    return mending.mend(here, said), Kept.MENDED


def is_let_in_at_once(viewer: Viewer) -> Circle | None:
    """Who sees the words of this viewer at once; None where they wait like all others."""
    if viewer.person is None or viewer.circle < Circle.FRIENDS:
        return None
    book = Book.of(viewer.memorial)
    return Circle(book.shown_to) if book.lets_in_at_once(viewer) else None


# -- into the database ---------------------------------------------------------------------------------

_FIELDS = [field for field in KindWord._meta.concrete_fields if not field.generated]


def write_all(words: Sequence[KindWord]) -> list[bool]:
    """Write these in one statement, in the caller's transaction; return for each whether it was not here before."""
    first = {word.pk: word for word in reversed(words)}  # of two that came together only one is new
    there = _insert(first)
    new = [first[word.pk] is word and word.pk in there for word in words]
    shown = [word for word, is_new in zip(words, new, strict=True) if is_new and word.shown_at is not None]
    if shown:
        finding.write_down(*shown)
        for memorial in {word.memorial for word in shown}:
            revision.bump(memorial, "words")
    return new


def _insert(words: dict[uuid.UUID, KindWord]) -> set[uuid.UUID]:
    """Insert those that are not here yet, and return their ids. Django's own `ignore_conflicts` does not say which."""
    table, key = connection.ops.quote_name(KindWord._meta.db_table), connection.ops.quote_name("id")
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in _FIELDS)
    one = f"({', '.join(['%s'] * len(_FIELDS))})"
    rows = ", ".join([one] * len(words))
    values = [
        field.get_db_prep_save(getattr(word, field.attname), connection) for word in words.values() for field in _FIELDS
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) VALUES {rows} ON CONFLICT ({key}) DO NOTHING RETURNING {key}",  # noqa: S608  names of ours
            values,
        )
        to_python = KindWord._meta.pk.to_python
        return {to_python(id) for (id,) in cursor.fetchall()}


_gathering: Gathering[KindWord, bool] = Gathering(write_all)


NETWORK_IS_KEPT = timedelta(days=30)


def forget_networks(*, at: datetime) -> int:
    """Forget of which network words came, a month after they did; return of how many."""
    old = KindWord.objects.filter(~Q(network=""), offered_at__lt=at - NETWORK_IS_KEPT)
    return int(old.update(network=""))


@transaction.atomic
def bring_in(words: Sequence[KindWord], *, at: datetime) -> int:
    """Write many that came elsewhere, as one statement of a few hundred; return how many were not here before.

    They wait in the order in which they are given.
    """
    for place, word in enumerate(words):
        word.offered_at, word.digest = at + timedelta(microseconds=place), word.digest_of_words()
    return sum(write_all(words))
