"""What somebody looks for, as each database is asked for it. No word of theirs is ever read as a command."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from snowdrop.finding.words import Word, words

LONGEST = 1_000  # characters that count
MOST = 24  # words that count


@dataclass(frozen=True)
class Sought:
    """One word: found by any of its forms, or by whatever begins with `beginning`, where that is not empty."""

    forms: tuple[str, ...]
    beginning: str

    def is_among(self, tokens: Collection[str]) -> bool:
        if any(form in tokens for form in self.forms):
            return True
        return bool(self.beginning) and any(token.startswith(self.beginning) for token in tokens)


@dataclass(frozen=True)
class Asked:
    """All the words that somebody typed: what is found has every one of them."""

    words: tuple[Sought, ...]

    def __bool__(self) -> bool:
        return bool(self.words)

    def are_among(self, tokens: Collection[str]) -> bool:
        """What the databases answer, said in Python: for tests, and for whoever wants to read the rule."""
        return bool(self) and all(word.is_among(tokens) for word in self.words)

    def is_one(self, word: Word) -> bool:
        """Whether this word of a text is one of those."""
        return any(sought.is_among(word.forms) for sought in self.words)

    # Tokens hold letters, digits and marks alone: nothing in the quotes can end them.

    def for_fts5(self, place: int, shelves: Sequence[str] = ("",)) -> str:
        return _joined(self.words, place, shelves, quoted='"%s"', beginning='"%s" *', either=" OR ", both=" AND ")

    def for_tsquery(self, place: int, shelves: Sequence[str] = ("",)) -> str:
        return _joined(self.words, place, shelves, quoted="'%s'", beginning="'%s':*", either=" | ", both=" & ")


def _joined(
    asked: tuple[Sought, ...],
    place: int,
    shelves: Sequence[str],
    *,
    quoted: str,
    beginning: str,
    either: str,
    both: str,
) -> str:
    return both.join(
        "("
        + either.join(
            [quoted % token(place, form, shelf) for shelf in shelves for form in word.forms]
            + ([beginning % token(place, word.beginning, shelf) for shelf in shelves] if word.beginning else [])
        )
        + ")"
        for word in asked
    )


def token(place: int, form: str, shelf: str = "") -> str:
    """How a form stands in the index: with the place it belongs to, so that no search reads another place's words.

    And with its shelf, where it has one. No form begins with a line below, so the beginning of one is never a shelf.
    """
    return f"{place}__{shelf}_{form}" if shelf else f"{place}_{form}"


def ask(text: str) -> Asked:
    """Read what somebody typed. The last word may be the beginning of a longer one."""
    typed = [word for word in words(text[:LONGEST]) if not word.is_tail]
    sought = [
        Sought(word.forms, word.bare if word.may_go_on and (word is typed[-1] or word.is_unspaced) else "")
        for word in typed
    ]
    return Asked(tuple(list(dict.fromkeys(sought))[:MOST]))
