"""Leaving words: from whom they are taken, kept once, and met by nobody until they are let in."""

from __future__ import annotations

import pytest

from snowdrop.memorials.access import Act, NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Revision, Version
from snowdrop.words import book, door, leaving, mending
from snowdrop.words.leaving import Kept
from snowdrop.words.models import Book, KindWord
from snowdrop.words.said import Said

SAID = Said("A neighbour", "She taught me to swim.")


def numbers(memorial) -> dict[str, int]:
    return dict(Revision.objects.filter(memorial=memorial).values_list("part", "number"))


def test_nobody_leaves_words_before_the_keepers_said_from_whom(memorial, keeper, stranger, guest, friend, family):
    for viewer in (stranger, guest, friend, family, keeper):
        assert not viewer.may(Act.LEAVE_WORDS)
        with pytest.raises(NotForYou):
            leaving.leave(SAID, once="a", by=viewer)

    assert not KindWord.objects.exists()


@pytest.mark.parametrize(
    ("words_from", "may"),
    [
        (Circle.FRIENDS, {"sam", "ines", "mara"}),
        (Circle.LINK, {"guest", "sam", "ines", "mara"}),
        (Circle.PUBLIC, {"nobody", "noor", "guest", "sam", "ines", "mara"}),
        (None, set()),
    ],
)
def test_words_are_taken_from_a_circle_and_closer_ones(words_from, may, opened, keeper, people, guest_session):
    book.take_words_from(words_from, by=keeper)
    opened.refresh_from_db()
    everyone = {name: stand(opened, people[name]) for name in ("noor", "sam", "ines", "mara")}
    everyone["nobody"] = stand(opened, None)
    everyone["guest"] = stand(opened, None, session_id=guest_session[0].row.pk)

    assert {name for name, viewer in everyone.items() if viewer.may(Act.LEAVE_WORDS)} == may


def test_words_open_only_after_somebody_answered_who_reads_first(memorial, keeper):
    with pytest.raises(book.NobodyAsked):
        book.take_words_from(Circle.PUBLIC, by=keeper)

    memorial.refresh_from_db()
    assert memorial.words_from is None


@pytest.mark.parametrize("answer", [Book.FirstReader.US, Book.FirstReader.NOT_NOW])
def test_words_open_after_each_answer(answer, memorial, keeper):
    book.answer(answer, by=keeper)
    book.take_words_from(Circle.PUBLIC, by=keeper)

    memorial.refresh_from_db()
    assert memorial.words_from == Circle.PUBLIC


def test_words_that_were_left_wait_and_are_met_by_nobody(opened, leave, reader, people):
    word = leave()

    assert word.is_at_the_door
    for name in (None, "noor", "sam", "ines", "theo", "mara"):
        viewer = stand(opened, people[name] if name else None)
        kind = KindWord.objects
        for rows in (kind.visible_to, kind.waiting_for, kind.changeable_by, kind.put_away_for, kind.asked_about):
            assert list(rows(viewer)) == []
    assert list(KindWord.objects.at_the_door(reader)) == [word]


def test_leaving_a_word_moves_no_revision_and_letting_it_in_does(opened, leave, reader):
    before = numbers(opened)
    word = leave()
    assert numbers(opened) == before

    door.let_in([word.pk], by=reader)

    changed = {part for part, number in numbers(opened).items() if number != before.get(part)}
    assert changed == {"words"}


def test_words_sent_twice_are_kept_once(opened, stranger):
    viewer = stand(opened, None)
    first, what = leaving.leave(SAID, once="the same form", by=viewer)
    second, again = leaving.leave(SAID, once="the same form", by=viewer)

    assert (first.pk, what, again) == (second.pk, Kept.WAITS, Kept.WAITS)
    assert list(KindWord.objects.values_list("text", flat=True)) == [SAID.text]


def test_words_changed_and_sent_again_from_the_same_form_are_mended(opened):
    viewer = stand(opened, None)
    leaving.leave(SAID, once="the same form", by=viewer)
    word, what = leaving.leave(Said("A neighbour", "He taught me to swim."), once="the same form", by=viewer)

    assert what is Kept.MENDED
    assert list(KindWord.objects.values_list("text", flat=True)) == ["He taught me to swim."]
    assert [version.words["text"] for version in Version.objects.filter(keeping=word.pk)] == [SAID.text]


def test_the_secret_of_one_page_leads_to_no_words_of_another(opened, other_memorial, people):
    leaving.leave(SAID, once="the same form", by=stand(opened, None))
    noor = stand(other_memorial, people["noor"])
    book.answer(Book.FirstReader.US, by=noor)
    book.take_words_from(Circle.FRIENDS, by=noor)
    with pytest.raises(NotForYou):
        leaving.leave(Said("x", "y"), once="the same form", by=stand(other_memorial, people["noor"]))

    assert list(KindWord.objects.values_list("text", flat=True)) == [SAID.text]


def test_words_of_people_asked_in_show_at_once_where_the_family_wishes_it(opened, keeper, people):
    book.let_in_at_once(Circle.FAMILY, by=keeper)
    close, what = leaving.leave(SAID, once="a", by=stand(opened, people["ines"]))
    _friend, waits = leaving.leave(SAID, once="b", by=stand(opened, people["sam"]))

    assert (what, waits) == (Kept.SHOWN, Kept.WAITS)
    assert list(KindWord.objects.visible_to(keeper)) == [close]
    assert close.audience == Circle.FAMILY


def test_who_mends_words_that_show_sends_them_to_the_door_again(word, reader, keeper):
    door.let_in([word.pk], by=reader)
    mended = mending.mend(word, Said("A neighbour", "You are to blame."))

    assert list(KindWord.objects.visible_to(keeper)) == []
    assert list(KindWord.objects.at_the_door(reader)) == [mended]


def test_what_was_taken_back_is_met_by_nobody_and_can_be_left_again(word, reader, keeper):
    door.let_in([word.pk], by=reader)
    mending.take_back(word)

    assert list(KindWord.objects.visible_to(keeper)) == []
    assert list(KindWord.objects.put_away_for(keeper)) == []
    assert list(KindWord.objects.at_the_door(reader)) == []

    mending.leave_again(word)

    assert list(KindWord.objects.visible_to(keeper)) == []
    assert list(KindWord.objects.at_the_door(reader)) == [word]


def test_the_book_closes_with_one_act(opened, keeper):
    book.close_to_public(by=keeper)
    opened.refresh_from_db()
    assert opened.words_from == Circle.LINK

    book.take_words_from(None, by=keeper)
    opened.refresh_from_db()
    assert opened.words_from is None

    book.close_for_good(by=keeper)
    assert Book.of(opened).is_over
