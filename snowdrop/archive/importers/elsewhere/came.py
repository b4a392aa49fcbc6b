"""What comes out of an export: words, what was left out of them, and why something cannot come."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import ngettext

MOST_TEXT = 2**20  # characters of one text; nobody writes a longer one, and a broken file may hold one
MOST_NAMED = 200  # files that are told by name


class Place(StrEnum):
    """Where words were written. What is in plain text was written nowhere that we know."""

    WHATSAPP = "WhatsApp"
    MAIL = "mail"
    FACEBOOK = "Facebook"


@dataclass(frozen=True, slots=True)
class Came:
    """Words of one person, as they stand in the export."""

    signed: str  # on one line; "" where nobody is named
    text: str  # whole and unshortened; "" only where `files` holds something
    at: datetime | None  # aware, or naive where the export tells only the clock of the telephone it was made on
    place: Place | None
    key: str  # the same words in the same export again have the same
    own: str = ""  # the text without the letter it answers and without the lines below "-- "; the text where in doubt
    signed_perhaps: str = ""  # another way to read the name, where it may have ended at an earlier colon
    files: tuple[str, ...] = ()  # names of what was attached, as strangers wrote them: shown, and never part of a path
    missing: tuple[str, ...] = ()  # those of `files` that are not in the export


def came(
    signed: str,
    text: str,
    at: datetime | None,
    place: Place | None,
    *,
    own: str = "",
    signed_perhaps: str = "",
    files: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> Came:
    key = key_of(place, signed, at, text, files if not text else ())
    return Came(signed, text, at, place, key, own or text, signed_perhaps, files, missing)


def key_of(place: Place | None, signed: str, at: datetime | None, text: str, files: tuple[str, ...] = ()) -> str:
    """Return 64 hexadecimal digits, the same for the same words however often and in whichever file they come."""
    parts = [place or "", signed, at.isoformat() if at else "", text, *files]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


class Why(StrEnum):
    """Why an entry of an export is not among the words."""

    SYSTEM = "system"
    DELETED = "deleted"
    MEDIA = "media"
    STICKER = "sticker"
    CALL = "call"
    CONTACT = "contact"
    PLACE = "place"
    POLL = "poll"
    EMPTY = "empty"
    OWN = "own"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    NEWSLETTER = "newsletter"
    REACTION = "reaction"
    DRAFT = "draft"
    TOO_LONG = "too-long"
    UNREADABLE = "unreadable"

    def sentence(self, count: int) -> str:
        return _sentence(self, count) % {"count": count}


def _sentence(why: Why, n: int) -> str:
    match why:
        case Why.SYSTEM:
            return ngettext(
                "%(count)s line was written by the service itself, such as who joined.",
                "%(count)s lines were written by the service itself, such as who joined.",
                n,
            )
        case Why.DELETED:
            return ngettext(
                "%(count)s message had been deleted by its writer.",
                "%(count)s messages had been deleted by their writers.",
                n,
            )
        case Why.MEDIA:
            return ngettext(
                "%(count)s picture, film or recording is not in the export.",
                "%(count)s pictures, films and recordings are not in the export.",
                n,
            )
        case Why.STICKER:
            return ngettext("%(count)s sticker was left out.", "%(count)s stickers were left out.", n)
        case Why.CALL:
            return ngettext("%(count)s note of a call was left out.", "%(count)s notes of calls were left out.", n)
        case Why.CONTACT:
            return ngettext(
                "%(count)s card with somebody’s number was left out.",
                "%(count)s cards with somebody’s number were left out.",
                n,
            )
        case Why.PLACE:
            return ngettext("%(count)s place on a map was left out.", "%(count)s places on a map were left out.", n)
        case Why.POLL:
            return ngettext("%(count)s poll was left out.", "%(count)s polls were left out.", n)
        case Why.EMPTY:
            return ngettext("%(count)s message holds no words.", "%(count)s messages hold no words.", n)
        case Why.OWN:
            return ngettext(
                "%(count)s text was written by the owner of the account.",
                "%(count)s texts were written by the owner of the account.",
                n,
            )
        case Why.BOUNCE:
            return ngettext(
                "%(count)s notice that a mail could not be delivered was left out.",
                "%(count)s notices that a mail could not be delivered were left out.",
                n,
            )
        case Why.AUTOMATIC:
            return ngettext(
                "%(count)s mail was answered by a machine, such as of somebody on holiday.",
                "%(count)s mails were answered by a machine, such as of somebody on holiday.",
                n,
            )
        case Why.NEWSLETTER:
            return ngettext(
                "%(count)s mail was sent to many at once by a company or a list.",
                "%(count)s mails were sent to many at once by a company or a list.",
                n,
            )
        case Why.REACTION:
            return ngettext("%(count)s reaction was left out.", "%(count)s reactions were left out.", n)
        case Why.DRAFT:
            return ngettext(
                "%(count)s mail had been deleted, or was never sent.",
                "%(count)s mails had been deleted, or were never sent.",
                n,
            )
        case Why.TOO_LONG:
            return ngettext(
                "%(count)s text is longer than anything that somebody types.",
                "%(count)s texts are longer than anything that somebody types.",
                n,
            )
        case Why.UNREADABLE:
            return ngettext("%(count)s entry could not be read.", "%(count)s entries could not be read.", n)


@dataclass
class Tally:
    """What was left out so far, counted while an export is read. It is whole when the export is at its end."""

    counts: Counter[Why] = field(default_factory=Counter)
    named: list[tuple[str, str | Promise]] = field(default_factory=list)  # files within that were not read, and why
    missing: list[str] = field(default_factory=list)  # files that messages name and the export does not hold
    day_is_a_guess: bool = False  # whether 3/4 is in March or in April could not be told: to be asked

    def leave_out(self, why: Why) -> None:
        self.counts[why] += 1

    def miss(self, names: tuple[str, ...]) -> None:
        self.missing += names[: MOST_NAMED - len(self.missing)]

    def sentences(self) -> list[str]:
        """One sentence for each reason, in the order in which the reasons stand above."""
        return [why.sentence(self.counts[why]) for why in Why if self.counts[why]]


class CannotBring(Exception):
    """Nothing of this can be brought in. `sentence` says why, and what to do instead."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence
