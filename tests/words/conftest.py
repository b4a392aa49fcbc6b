"""A book that is open to everyone, Ines who reads first, and words that were left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snowdrop.memorials.access import Viewer, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.people import tokens
from snowdrop.words import book, leaving
from snowdrop.words.models import Book, KindWord
from snowdrop.words.said import Said


@pytest.fixture
def memorial(memorial) -> Memorial:
    """Everyone can open this page."""
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.PUBLIC)
    memorial.audience = Circle.PUBLIC
    return memorial


@pytest.fixture
def opened(memorial, keeper) -> Memorial:
    """Ines reads first; everyone may leave words; what is let in the closest people see."""
    ines = Membership.objects.get(memorial=memorial, person__name="Ines")
    book.answer(Book.FirstReader.PERSON, by=keeper, person=ines)
    book.show_to(Circle.FAMILY, by=keeper)
    book.take_words_from(Circle.PUBLIC, by=keeper)
    memorial.refresh_from_db()
    return memorial


@pytest.fixture
def reader(opened, people) -> Viewer:
    return stand(opened, people["ines"])


@pytest.fixture
def leave(opened) -> Callable[..., KindWord]:
    def left(
        text: str = "She taught me to swim.",
        *,
        signed: str = "A neighbour",
        by: Viewer | None = None,
        once: str = "",
        **more,
    ) -> KindWord:
        viewer = by or stand(opened, None)
        word, _what = leaving.leave(Said(signed, text, **more), once=once or tokens.make(), by=viewer)
        return word

    return left


@pytest.fixture
def word(leave) -> KindWord:
    return leave()
