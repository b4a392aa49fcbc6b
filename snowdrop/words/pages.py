"""Going through the words a page at a time, the newest first. The index is entered where a page begins; nothing is
counted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from snowdrop.memorials.access import Viewer
from snowdrop.words.models import KindWord, KindWordQuerySet

PAGE = 30  # words
SHEET = 200  # words that are printed at once


class NoSuchPlace(Exception):
    """The word at which the page should begin is not there, or not for this viewer."""


@dataclass(frozen=True)
class Page:
    words: list[KindWord]
    newer: uuid.UUID | None = None
    older: uuid.UUID | None = None
    close: list[KindWord] = field(default_factory=list)  # what the family keeps close, on the first page


def page(viewer: Viewer, *, after: str = "", before: str = "") -> Page:
    """Return the newest words, or those older than `after`, or those newer than `before`: ids of words.

    Raises NoSuchPlace.
    """
    seen: KindWordQuerySet = KindWord.objects.visible_to(viewer).met_by(viewer)
    edge = _edge(seen, after or before)
    if edge is None:
        close = list(seen.filter(close_since__isnull=False).order_by("close_since", "pk")[:PAGE])
        found = list(seen.newest_first()[: PAGE + 1])
        return _cut(found[:PAGE], newer=False, older=len(found) > PAGE, close=close)
    if after:
        found = list(seen.older_than(edge).newest_first()[: PAGE + 1])
        return _cut(found[:PAGE], newer=True, older=len(found) > PAGE)
    found = list(seen.newer_than(edge).order_by("written_at", "pk")[: PAGE + 1])
    return _cut(found[:PAGE][::-1], newer=len(found) > PAGE, older=True)


def sheet(viewer: Viewer, *, after: str = "") -> Page:
    """Return the oldest words, or those newer than `after`, to be printed. `newer` is where the next sheet begins.

    Raises NoSuchPlace.
    """
    seen: KindWordQuerySet = KindWord.objects.visible_to(viewer).met_by(viewer)
    edge = _edge(seen, after)
    found = list((seen.newer_than(edge) if edge else seen).order_by("written_at", "pk")[: SHEET + 1])
    return Page(found[:SHEET], newer=found[SHEET - 1].pk if len(found) > SHEET else None)


def neighbours(viewer: Viewer, word: KindWord) -> tuple[KindWord | None, KindWord | None]:
    """Return the words newer and older than this one that the viewer sees."""
    seen: KindWordQuerySet = KindWord.objects.visible_to(viewer).met_by(viewer).only("id", "memorial")
    return seen.newer_than(word).order_by("written_at", "pk").first(), seen.older_than(word).newest_first().first()


def _edge(seen: KindWordQuerySet, id: str) -> KindWord | None:
    if not id:
        return None
    try:
        found: KindWord | None = seen.only("written_at").filter(pk=uuid.UUID(id)).first()
    except ValueError as error:
        raise NoSuchPlace from error
    if found is None:
        raise NoSuchPlace
    return found


def _cut(words: list[KindWord], *, newer: bool, older: bool, close: list[KindWord] | None = None) -> Page:
    if not words:
        return Page([], close=close or [])
    return Page(words, words[0].pk if newer else None, words[-1].pk if older else None, close or [])
