"""Words that came elsewhere: out of a chat, a mailbox, a text, or typed in from a card. They wait like all others."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import pgettext

from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.people import zones
from snowdrop.words import leaving
from snowdrop.words import text as texts
from snowdrop.words.book import NobodyAsked
from snowdrop.words.models import Book, KindWord
from snowdrop.words.said import Said

# In the queue behind what somebody leaves now: a chat of ten years does not stand before the neighbour at the door.
RANK = 1
# Clocks of telephones and servers go wrong by so much; what says a later day than that has a wrong one.
AHEAD = timedelta(days=1)
EARLIEST = 1900  # a year; what says an earlier one was counted from nothing
_NUMBER = re.compile(r"[+(]?[\d\s().\-/\u00a0\u202f\u2010-\u2013\u2066-\u2069]{5,40}")
_LAST_FOUR = re.compile(r"(?:\d[^\d]*){4}\Z")


@dataclass(frozen=True)
class Elsewhere:
    """Words as an export holds them."""

    signed: str
    text: str  # of any length: nothing of it is cut
    at: datetime | None  # without a zone where it is told by the clock of the telephone
    came: KindWord.Came
    key: str  # the same words again have the same


def bring_in(several: Sequence[Elsewhere], *, by: Viewer, now: datetime) -> int:
    """Let these wait to be read first, a few hundred at once; return how many were not here before.

    The same words again, also of another file, are here once. Raises NotForYou, NobodyAsked.
    """
    by.check(Act.BRING_WORDS)
    if not Book.of(by.memorial).is_answered:
        raise NobodyAsked
    zone = zones.of(by.person)
    words = [word for one in several if (word := _word(one, by=by, zone=zone, now=now)) is not None]
    return leaving.bring_in(words, at=now) if words else 0


def _word(one: Elsewhere, *, by: Viewer, zone: tzinfo, now: datetime) -> KindWord | None:
    text = texts.fit(one.text)
    if not texts.says_something(text):
        return None
    at = when(one.at, zone, now)
    return KindWord(
        id=_id(by, one.key),
        memorial=by.memorial,
        signed=signature(one.signed),
        text=text,
        came=one.came,
        written_at=at or now,
        is_dated=at is not None,
        rank=RANK,
    )


def _id(by: Viewer, key: str) -> uuid.UUID:
    digest = hashlib.sha256(f"snowdrop word from elsewhere {by.memorial.pk} {key}".encode("utf-8", "replace"))
    return uuid.UUID(bytes=digest.digest()[:16], version=4)


def signature(written: str) -> str:
    """Return a name as it is shown: never empty, no longer than a name may be, and no whole telephone number."""
    name = texts.fit_name(written)
    if not name:
        # Translators: under words that came in a file, where it is not known who wrote them
        return pgettext("words", "Without a name")
    if _NUMBER.fullmatch(name):
        # Whoever wrote is in nobody's list of names, and did not give their number to all who read here.
        return f"{_LAST_FOUR.sub('', name).rstrip(' (-/.')}…"
    return name if len(name) <= texts.LONGEST_NAME else f"{name[: texts.LONGEST_NAME - 1].rstrip()}…"


def when(at: datetime | None, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when it was written; None where that is not known, or where a clock went wrong."""
    if at is None:
        return None
    try:
        known = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):  # in the year 1, or in 9999
        return None
    return known if known.year >= EARLIEST and known <= now + AHEAD else None


# -- from a card -----------------------------------------------------------------------------------------


@transaction.atomic
def type_in(said: Said, *, day: date | None, once: str, at_once: bool, by: Viewer) -> KindWord:
    """Keep what stood on a card, once however often it is sent with the same `once`.

    `at_once`: it need not wait, for whoever typed it has read it. Raises NotForYou, NobodyAsked.
    """
    by.check(Act.BRING_WORDS)
    book = Book.of(by.memorial)
    if not book.is_answered:
        raise NobodyAsked
    now = timezone.now()
    word = KindWord(id=_id(by, f"card {once}"), memorial=by.memorial, came=KindWord.Came.CARD)
    said.put_into(word)
    word.signed = signature(said.signed)
    noon = datetime.combine(day, time(12), zones.of(by.person)) if day else None
    word.offered_at, word.written_at, word.is_dated = now, min(noon, now) if noon else now, noon is not None
    if at_once:
        word.shown_at, word.answered_by = now, by.person
        word.audience = Circle.KEEPERS if said.for_family_only else Circle(book.shown_to)
    word.digest = word.digest_of_words()
    leaving.write_all([word])
    return KindWord.objects.get(pk=word.pk)
