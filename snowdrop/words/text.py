"""What a stranger may write and sign, and how it is made fit to be kept and shown.

It stays what it was: no word is changed, taken out or made pretty, and markup is text like any other. Away go only
signs that no database holds or no eye sees, and heaps of accents that climb over other people's lines.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snowdrop.web.numbers import grouped

LONGEST_TEXT = 5_000  # characters
LONGEST_NAME = 80
# Signs over, under and in one letter. Hebrew with all its points has five of them, Tibetan at its fullest seven.
MARKS = 8

# PostgreSQL takes no NUL, XML none of these, UTF-8 no half of a pair, and some are promised never to be a character.
# Not what has no meaning yet: next year's emoji are among it.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_MANY_ENDS = re.compile(r"\n(?:[^\S\n]*\n){3,}")

# What turns the direction of a text, each with what ends it.
_TURNS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
_ENDS_OF_TURNS = "\u202c\u2069"
_ANY_TURN = re.compile(f"[{''.join(_TURNS)}{_ENDS_OF_TURNS}]")

_AT_THE_EDGES = " \t\n\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff"
_EDGES = re.compile(f"^[{_AT_THE_EDGES}]+|[{_AT_THE_EDGES}]+$")
# Letters and signs that are drawn as nothing at all.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def clean_text(typed: str) -> str:
    """Return what was written, fit to be kept. Raises ValidationError where nothing was, or too much."""
    if len(typed) > 4 * LONGEST_TEXT:
        raise _too_long(len(typed))  # before anything is done with two million characters
    text = _NO_TEXT.sub("", _LINE_ENDS.sub("\n", typed))
    if _ANY_TURN.search(text):
        text = "\n".join(_turned_back(line) for line in text.split("\n"))
    text = _with_few_marks(unicodedata.normalize("NFC", text))
    text = _EDGES.sub("", _MANY_ENDS.sub("\n\n\n", text))
    if not says_something(text):
        # Translators: somebody pressed the button of an empty form. Calm, no reproach.
        raise ValidationError(_("Nothing is written yet."), code="empty")
    if len(text) > LONGEST_TEXT:
        raise _too_long(len(text))
    return text


def clean_name(typed: str) -> str:
    """Return a name in one line, or nothing where none is to be seen. Raises ValidationError where it is too long."""
    if len(typed) > 4 * LONGEST_TEXT:
        raise _name_too_long(len(typed))
    # A line break would begin a new header in a mail; a turn would run on into the sentence around the name.
    line = " ".join(_ANY_TURN.sub("", _NO_TEXT.sub("", typed)).split())
    name = _EDGES.sub("", _with_few_marks(unicodedata.normalize("NFC", line)))
    if not says_something(name):
        return ""
    if len(name) > LONGEST_NAME:
        raise _name_too_long(len(name))
    return name


def says_something(text: str) -> bool:
    """Whether anything of `text` is to be seen. An emoji alone is."""
    return any(_is_seen(character) for character in text)


def _too_long(length: int) -> ValidationError:
    over = length - LONGEST_TEXT
    # Translators: %(most)s is 5,000.
    sentence = ngettext(
        "These words are longer than can be kept in one piece: %(most)s characters, and there is %(over)s more. "
        "Nothing of them is gone. Perhaps they can become two.",
        "These words are longer than can be kept in one piece: %(most)s characters, and there are %(over)s more. "
        "Nothing of them is gone. Perhaps they can become two.",
        over,
    )
    return ValidationError(sentence % {"most": grouped(LONGEST_TEXT), "over": grouped(over)}, code="too_long")


def _name_too_long(length: int) -> ValidationError:
    sentence = _("A name can have up to %(most)s characters here; this one has %(length)s.")
    return ValidationError(sentence % {"most": grouped(LONGEST_NAME), "length": grouped(length)}, code="too_long")


def _turned_back(line: str) -> str:
    """End every turn of direction in its own line, and drop ends that end nothing."""
    kept, open_ones = [], []
    for character in line:
        if end := _TURNS.get(character):
            open_ones.append(end)
        elif character in _ENDS_OF_TURNS:
            if not open_ones or open_ones[-1] != character:
                continue
            open_ones.pop()
        kept.append(character)
    return "".join(kept + open_ones[::-1])


def _with_few_marks(text: str) -> str:
    """Keep the first marks on each letter: more is a tower over the words of others."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= MARKS:
            kept.append(character)
    return "".join(kept)


@lru_cache(maxsize=20_000)
def _is_mark(character: str) -> bool:
    """Whether it takes no room of its own. The vowels of Hindi and Tamil that do are letters to whoever reads them."""
    return unicodedata.category(character) in ("Mn", "Me")


@lru_cache(maxsize=20_000)
def _is_seen(character: str) -> bool:
    # A mark alone sits on nothing. What has no meaning to this Python may have one to whoever wrote it.
    category = unicodedata.category(character)
    return character not in _BLANK and (category[0] in "LNPS" or category in ("Co", "Cn", "Mc"))
