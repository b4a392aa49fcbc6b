"""The words of a text, in any script, and the forms under which each of them is found.

Whoever looks for something writes it differently than it was written: without the accents, in the plural, with the
article, on another keyboard. So each word is known by a few forms, and two words are the same where one form is.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise

import Stemmer

# Whoever changes what this module makes of a text counts up: the house then writes its index anew by itself.
RULES = 1
LONGEST_WORD = 64  # characters that count


class _Kind(Enum):
    WORD = auto()  # of a script that puts spaces between words
    UNSPACED = auto()  # of one that does not, or that joins what is looked for to other words
    SIGN = auto()  # 🕊
    MARK = auto()  # belongs to what stands before it
    BREAK = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands. Of a text without spaces: two characters that stand beside each other."""

    start: int
    end: int
    bare: str  # as it was written, without accents, capitals and points
    forms: tuple[str, ...]  # what it is found by, `bare` among them
    kind: _Kind = _Kind.WORD
    # The last character of a row without spaces, alone: so that each is found as the beginning of something.
    is_tail: bool = False

    @property
    def is_unspaced(self) -> bool:
        return self.kind is _Kind.UNSPACED

    @property
    def may_go_on(self) -> bool:
        """Whether somebody who typed this may have meant the beginning of something longer."""
        return self.kind is _Kind.WORD or (self.is_unspaced and len(self.bare) == 1)


def words(text: str) -> Iterator[Word]:
    """The words of `text`, as they stand in it."""
    known: _Known = {}
    start, end, kind = 0, 0, _Kind.BREAK
    for place, character in enumerate(text):
        here = _kind(character)
        if here is _Kind.MARK:
            if kind is not _Kind.BREAK:
                end = place + 1
            continue
        if here is not kind or here is _Kind.SIGN:
            yield from _words_of(text, start, end, kind, known)
            start, kind = place, here
        end = place + 1
    yield from _words_of(text, start, end, kind, known)


# What was made of a word before, in the same text: most words come again.
_Known = dict[str, tuple[str, ...]]


def _words_of(text: str, start: int, end: int, kind: _Kind, known: _Known) -> Iterator[Word]:
    run = text[start:end]
    if kind is _Kind.UNSPACED:
        yield from _pairs(run, start, known)
    elif kind is _Kind.SIGN:
        if bare := fold(run) or run[0]:
            yield Word(start, end, bare, (bare,), kind)
    elif kind is _Kind.WORD and not _is_possessive(text, start, run):
        forms = known.get(run)
        if forms is None:
            forms = known[run] = _forms(run)
        if forms:
            yield Word(start, end, forms[0], forms)


def _is_possessive(text: str, start: int, run: str) -> bool:
    """The s of "Wren’s"."""
    return run in ("s", "S") and start > 1 and text[start - 1] in "'’" and _kind(text[start - 2]) is _Kind.WORD


def _pairs(run: str, start: int, known: _Known) -> Iterator[Word]:
    characters = []
    for begin, end in _clusters(run):
        cluster = run[begin:end]
        if cluster not in known:
            known[cluster] = tuple(fold(cluster))
        characters += [(one, begin, end) for one in known[cluster]]
    for (one, begin, _end), (two, _begin, end) in pairwise(characters):
        yield Word(start + begin, start + end, one + two, (one + two,), _Kind.UNSPACED)
    if characters:
        one, begin, end = characters[-1]
        yield Word(start + begin, start + end, one, (one,), _Kind.UNSPACED, is_tail=len(characters) > 1)


def _clusters(run: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for place in range(1, len(run)):
        if _kind(run[place]) is not _Kind.MARK:
            yield begin, place
            begin = place
    yield begin, len(run)


# -- one character ---------------------------------------------------------------------------------

# Thai, Lao, Tibetan, Myanmar, Khmer; Han, kana, Hangul (which has spaces, and joins its particles to the word).
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x0F00, 0x0FFF),
    (0x1000, 0x109F),
    (0x1100, 0x11FF),
    (0x1780, 0x17FF),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3040, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFFDC),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)
_TO_THE_ONE_BEFORE = (
    (0x1160, 0x11FF),  # vowels and ends of Korean syllables written apart
    (0xFF9E, 0xFF9F),  # voiced marks beside narrow kana
    (0x1F3FB, 0x1F3FF),  # the colour of a hand
)


def _is_in(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in ranges)


@lru_cache(maxsize=20_000)
def _kind(character: str) -> _Kind:
    point, category = ord(character), unicodedata.category(character)
    if category[0] == "M" or category == "Cf" or _is_in(point, _TO_THE_ONE_BEFORE):
        return _Kind.MARK
    if category == "So":
        return _Kind.SIGN
    if category[0] not in "LN":
        return _Kind.BREAK
    return _Kind.UNSPACED if _is_in(point, _UNSPACED) else _Kind.WORD


# -- one word, as it is compared ---------------------------------------------------------------------

# Signs over and under letters, and the points of Hebrew and Arabic. Not the vowels of Hindi or Thai, which are
# letters to whoever reads them, nor the voiced marks of kana.
_SIGNS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x08D3, 0x08FF),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
# Letters that have no sign to take off, and are typed without it all the same.
_LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŋ": "n"} | {
    "\u0640": "",  # the line that only makes an Arabic word longer
    "ٱ": "ا",
    "ک": "ك",
    "ی": "ي",
}
_WITHOUT_SIGNS = {point: "" for first, last in _SIGNS for point in range(first, last + 1)} | {
    ord(letter): plain for letter, plain in _LETTERS.items()
}
# Letters that stand for one another at the end of Arabic words, in letters and in chats.
_ARABIC_ENDS = str.maketrans({"ة": "ه", "ى": "ي"})


def _plain_case(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _without_signs(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).translate(_WITHOUT_SIGNS)
    return "".join(
        str(unicodedata.decimal(one, one)) for one in unicodedata.normalize("NFC", apart) if _is_letter_or_mark(one)
    )


@lru_cache(maxsize=20_000)
def _is_letter_or_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def fold(text: str) -> str:
    """Return `text` as it is compared: letters, digits and the marks that are letters, in one way of writing them."""
    if text.isascii():  # no sign, no other way of writing it: the same in a tenth of the time
        return "".join(filter(str.isalnum, text.lower()))
    return _without_signs(_plain_case(text)).translate(_ARABIC_ENDS)


_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")


@lru_cache(maxsize=20_000)
def _forms(run: str) -> tuple[str, ...]:
    """The forms of a word, as it was written first; none for one that says nothing.

    Its language is not known, so it has the stems of every language that fits its letters.
    """
    cased, bare = _plain_case(run), fold(run)[:LONGEST_WORD]
    if not bare:
        return ()
    forms = {bare: None}
    if bare.isalpha() and len(cased) <= LONGEST_WORD:
        if "a" <= bare[0] <= "z":
            forms[fold(_stem("german", cased))] = None
            forms[fold(_stem("english", bare))] = None
        elif "\u0620" <= bare[0] <= "\u06ff":
            plain = _without_signs(cased)
            article = next((one for one in _ARTICLES if plain.startswith(one) and len(plain) > len(one) + 2), "")
            plain = plain.removeprefix(article)
            forms[plain.translate(_ARABIC_ENDS)] = None
            forms[fold(_stem("arabic", plain))] = None
    forms.pop("", None)
    return tuple(forms)


_here = threading.local()


def _stem(language: str, word: str) -> str:
    # A stemmer belongs to one thread, and remembers no word of anybody's.
    stemmers = _here.__dict__
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(language, 0)
    return str(stemmers[language].stemWord(word))
