"""What whoever reads first may like to know of words before they read them.

A reason helps the order in which words wait, and is shown as a sentence. It decides nothing and hides nothing. No word
is bad by itself: "Dick Miller was my grandfather" has no reason, unless a family wrote that name on a list of its own.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from snowdrop.finding.words import Word, fold, words
from snowdrop.words.stamp import Stamp
from snowdrop.words.surge import Judgement, Many


class Reason(TextChoices):
    """Why somebody might want to read these words later than others. The codes stand in the database."""

    LISTED = "word", _("A word of your list is in it")
    LINK = "link", _("There is a link in it")
    NAME = "name", _("There is a link in the name")
    SAME = "same", _("The same words came several times")
    # Translators: the same place on the internet: one home, one school, one company
    MANY = "many", _("Many came from the same place")
    # Translators: the check is done by the writer's own device, in a few seconds. Not everyone's browser can.
    UNPROVEN = "bare", _("Many came at once, and this one came without the check")
    SUDDEN = "fast", _("It was sent within two seconds of opening the page")
    OLD = "late", _("The page it was written on had been open for more than a month")
    TRAP = "trap", _("Something was filled in that people do not see")


LONGEST = 60  # characters of all codes together, for the column that keeps them


def reasons(
    text: str, signed: str, *, listed: Sequence[str], stamp: Stamp, judgement: Judgement, is_trapped: bool
) -> tuple[Reason, ...]:
    """The reasons of words that came, in the order in which they are shown. `listed`: the memorial's own list."""
    there_is = {
        Reason.LISTED: any_listed(f"{signed}\n{text}", listed),
        Reason.LINK: has_link(text),
        Reason.NAME: has_link(signed),
        Reason.SAME: Many.WORDS in judgement.many,
        Reason.MANY: Many.NETWORK in judgement.many,
        Reason.UNPROVEN: judgement.is_unproven,
        Reason.SUDDEN: stamp.is_sudden,
        Reason.OLD: stamp.is_old,
        Reason.TRAP: is_trapped,
    }
    return tuple(reason for reason in Reason if there_is[reason])


def rank(found: Sequence[Reason]) -> int:
    """Where words wait: 0 before 1 before 2, and in each the oldest first."""
    return min(len(found), 2)


def written(found: Iterable[Reason]) -> str:
    """Return reasons as a column keeps them."""
    return " ".join(found)


def read(column: str) -> tuple[Reason, ...]:
    """Read what `written` wrote. A reason of a newer house, before it was set back, is left out."""
    known = {*column.split()}
    return tuple(reason for reason in Reason if reason in known)


# -- words of a list -------------------------------------------------------------------------------


def any_listed(text: str, listed: Sequence[str]) -> bool:
    """Whether a word or a phrase of `listed` stands in `text`, as whole words, however written."""
    if not listed:
        return False
    there = list(words(text))
    places: dict[str, list[int]] = {}
    for place, word in enumerate(there):
        places.setdefault(word.bare, []).append(place)
    return any(_stands(_phrase(entry), there, places) for entry in listed)


@lru_cache(maxsize=1_000)
def _phrase(entry: str) -> tuple[Word, ...]:
    """The words of an entry, without the last character of a row without spaces: the pair before it holds it."""
    return tuple(word for word in words(entry) if not word.is_tail)


def _stands(phrase: tuple[Word, ...], there: list[Word], places: dict[str, list[int]]) -> bool:
    if not phrase:
        return False
    if len(phrase) == 1 and phrase[0].is_unspaced and len(phrase[0].bare) == 1:
        return any(word.is_unspaced and word.bare.startswith(phrase[0].bare) for word in there)
    first, *others = phrase
    return any(_follow(others, there, place) for place in places.get(first.bare, ()))


def _follow(others: list[Word], there: list[Word], place: int) -> bool:
    for other in others:
        place += 1
        while place < len(there) and there[place].is_tail and not other.is_unspaced:
            place += 1
        if place >= len(there) or there[place].bare != other.bare:
            return False
    return True


# -- links -----------------------------------------------------------------------------------------

# Ends of addresses that are hardly a word after a full stop somebody forgot the space behind: not "de", "io", "me".
_ENDS = "com|net|org|info|biz|xyz|top|site|online|shop|store|club|click|link|app|dev|ly|gl|ru|cn|tk|uk"
_END = rf"(?-i:{_ENDS}|{_ENDS.upper()})\b"  # a sentence would begin with one capital
_WORD = r"\b[^\W_][\w-]{0,62}"
_DOT = r"(?:\.|\s\.\s|\s?[\[({]\s?(?:dot|punkt|\.)\s?[\])}]\s?)"
_LINK = re.compile(
    rf"""
      \bh(?:tt|xx)ps?\s?:\s?/               # https://, and hxxps : / of those who hide it
    | \bwww{_DOT}[^\W_]                     # www.example
    | {_WORD}{_DOT}{_END}                 # example.com, example . com, example [dot] com
    | {_WORD}\.[a-z]{{2,12}}/[^\s/]        # example.place/page
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def has_link(text: str) -> bool:
    """Whether there is something in `text` that leads, or means to lead, to another place on the web."""
    return bool(_LINK.search(_UNSEEN.sub("", unicodedata.normalize("NFKC", text))))


# -- the same again --------------------------------------------------------------------------------


def fingerprint(text: str) -> bytes:
    """Return 16 bytes that are equal for texts that are nearly the same.

    Of a text only its letters count: no capitals, accents, digits, spaces and points. Where there are none, all of it.
    """
    letters = "".join(one for one in fold(text) if not one.isdecimal())
    return hashlib.sha256((letters or "".join(text.split())).encode("utf-8", "surrogatepass")).digest()[:16]
