"""How a family takes words: who reads first, from whom they are taken, and closing the book with one act."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from snowdrop.memorials import inviting, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.words.models import Book

# From whom words may be taken, the closest first.
WIDEST = (Circle.FRIENDS, Circle.LINK, Circle.PUBLIC)


class NobodyAsked(Exception):
    """Words open only after somebody answered who could read first."""


@transaction.atomic
def answer(first_reader: Book.FirstReader, *, by: Viewer, person: Membership | None = None) -> Book:
    """Answer who could read first: `person`, who then has that duty; this keeper; or nobody for now.

    Raises NotForYou where `person` is nobody who belongs here.
    """
    by.check(Act.KEEP)
    book = _locked(by)
    members = Membership.objects.live().filter(memorial=by.memorial)
    if first_reader == Book.FirstReader.PERSON:
        if person is None or not members.filter(pk=person.pk).update(reads_first=True):
            raise NotForYou
    elif first_reader == Book.FirstReader.US:
        members.filter(person=by.person).update(reads_first=True)
    book.first_reader = first_reader
    book.save()
    revision.bump(by.memorial, "people")
    return book


@transaction.atomic
def take_words_from(circle: Circle | None, *, by: Viewer) -> None:
    """Open the book to this circle, or close it for now with None. Raises NobodyAsked."""
    by.check(Act.KEEP)
    book = _locked(by)
    if circle is not None:
        if not book.is_answered:
            raise NobodyAsked
        book.is_over = False
        book.save()
    _take(by.memorial, circle)


@transaction.atomic
def close_for_good(*, by: Viewer) -> None:
    """No more words are taken, and nobody is asked again whether they should be. What was let in stays."""
    by.check(Act.KEEP)
    book = _locked(by)
    book.is_over = True
    book.save()
    _take(by.memorial, None)


@transaction.atomic
def close_to_public(*, by: Viewer) -> None:
    """Whoever has a link, and closer ones, may still leave words. Does nothing where they were the widest already."""
    by.check(Act.KEEP)
    _locked(by)
    memorial = Memorial.objects.get(pk=by.memorial.pk)
    if memorial.words_from == Circle.PUBLIC:
        _take(by.memorial, Circle.LINK)


@transaction.atomic
def show_to(circle: Circle, *, by: Viewer) -> None:
    """Say who sees what is let in from now on. What is shown already keeps who sees it."""
    by.check(Act.KEEP)
    book = _locked(by)
    book.shown_to = circle
    book.save()
    revision.bump(by.memorial, "words")  # where there is a wall of candles, it is named to these


@transaction.atomic
def let_in_at_once(circle: Circle | None, *, by: Viewer) -> None:
    """Let the words of this circle and closer ones show without being read first, or nobody's with None."""
    by.check(Act.KEEP)
    book = _locked(by)
    book.at_once_from = circle
    book.save()


@transaction.atomic
def hide_reported(hides: bool, *, by: Viewer) -> None:
    """Say whether words that a visitor reported are hidden until whoever reads first looked at them again."""
    by.check(Act.KEEP)
    book = _locked(by)
    book.hides_reported = hides
    book.save()


MOST_LISTED = 500  # words
LONGEST_LISTED = 80  # characters of one


@transaction.atomic
def list_words(entries: Iterable[str], *, by: Viewer) -> None:
    """Keep the list of words at which whoever reads first wants to look twice. It helps the order and decides nothing.

    Raises NotForYou to whoever neither reads first nor looks after the page.
    """
    if not (by.may(Act.READ_FIRST) or by.may(Act.KEEP)):
        raise NotForYou
    book = _locked(by)
    book.listed = "\n".join(tidy(entries))
    book.save()


def tidy(entries: Iterable[str]) -> list[str]:
    """Return these entries with one space between their words, none of them empty and none twice."""
    plain = (" ".join(entry.split())[:LONGEST_LISTED].rstrip() for entry in entries)
    return list(dict.fromkeys(entry for entry in plain if entry))[:MOST_LISTED]


def _locked(by: Viewer) -> Book:
    inviting.one_at_a_time(by.memorial)
    return Book.of(by.memorial)


def _take(memorial: Memorial, circle: Circle | None) -> None:
    Memorial.objects.filter(pk=memorial.pk).update(words_from=circle)
    memorial.words_from = circle
    # The way to leave words stands on the room's own page, and the room at the head of each.
    revision.bump(memorial, "memorials", "words")
