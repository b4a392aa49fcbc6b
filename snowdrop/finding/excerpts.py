"""A few words around what was found."""

from __future__ import annotations

from dataclasses import dataclass

from snowdrop.finding.asking import Asked
from snowdrop.finding.words import Word, words

BEFORE = 60  # characters
AFTER = 140
LOOKED_THROUGH = 20_000  # characters; what was found further on in a book shows without its words


@dataclass(frozen=True)
class Piece:
    """A piece of a text as it was written; a template escapes it."""

    text: str
    is_found: bool = False


def marked(text: str, asked: Asked) -> list[Piece]:
    """The whole text, with what was asked for marked in it."""
    pieces: list[Piece] = []
    done = 0
    for start, end in _spans(text, asked):
        if start > done:
            pieces.append(Piece(text[done:start]))
        pieces.append(Piece(text[start:end], is_found=True))
        done = end
    if done < len(text):
        pieces.append(Piece(text[done:]))
    return pieces


def _spans(text: str, asked: Asked) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for word in words(text):
        if not asked.is_one(word):
            continue
        if spans and word.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(word.end, spans[-1][1]))
        else:
            spans.append((word.start, word.end))
    return spans


def excerpt(text: str, asked: Asked) -> list[Piece]:
    """The words around the first that was asked for; empty where none of them stands in this text."""
    first = next((word for word in words(text[:LOOKED_THROUGH]) if asked.is_one(word)), None)
    if first is None:
        return []
    start, end = _window(text, first)
    pieces = marked(text[start:end], asked)
    if start > 0:
        pieces.insert(0, Piece("… "))
    if end < len(text):
        pieces.append(Piece(" …"))
    return pieces


def _window(text: str, first: Word) -> tuple[int, int]:
    """From where to where, at spaces if there are any near."""
    start, end = max(0, first.start - BEFORE), min(len(text), first.end + AFTER)
    if start > 0:
        space = next((at for at in range(start, first.start) if text[at].isspace()), None)
        start = start if space is None else space + 1
    if end < len(text):
        space = next((at for at in range(end, first.end, -1) if text[at].isspace()), None)
        end = end if space is None else space
    return start, end
