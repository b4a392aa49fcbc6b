"""The door: three answers, undone whenever somebody likes, and one of two who press at once."""

from __future__ import annotations

import pytest

from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership
from snowdrop.words import book, door
from snowdrop.words.models import Book, KindWord


def test_whoever_reads_first_lets_in_and_the_circle_that_was_chosen_sees_it(word, reader, keeper, family, friend):
    assert door.let_in([word.pk], by=reader) == [word.pk]

    assert list(KindWord.objects.visible_to(keeper)) == [word]
    assert list(KindWord.objects.visible_to(family)) == [word]
    assert list(KindWord.objects.visible_to(friend)) == []


def test_words_meant_for_the_family_alone_show_to_the_keepers_alone(leave, reader, keeper, family):
    alone, both = leave(for_family_only=True), leave()
    door.let_in([alone.pk, both.pk], by=reader)

    assert set(KindWord.objects.visible_to(keeper)) == {alone, both}
    assert list(KindWord.objects.visible_to(family)) == [both]


def test_what_is_not_shown_is_met_by_no_keeper_unless_they_ask(word, reader, keeper):
    door.turn_away([word.pk], by=reader)

    kind = KindWord.objects
    for rows in (kind.visible_to, kind.waiting_for, kind.changeable_by, kind.put_away_for, kind.asked_about):
        assert list(rows(keeper)) == []
    assert list(kind.at_the_door(reader)) == [word]
    assert list(kind.not_shown_for(keeper)) == [word]


@pytest.mark.parametrize("do", [door.let_in, door.turn_away, door.ask_family])
def test_every_answer_can_be_undone_by_each_who_reads_first(do, word, reader, keeper, opened, people):
    do([word.pk], by=reader)
    book.answer(Book.FirstReader.US, by=keeper)
    other = stand(opened, people["mara"])

    assert door.undo([word.pk], by=other) == [word.pk]

    assert list(KindWord.objects.at_the_door(reader).waiting().filter(asked_at=None)) == [word]
    assert list(KindWord.objects.visible_to(keeper)) == []


def test_of_two_who_answer_at_once_the_second_changes_nothing(word, reader, keeper):
    assert door.let_in([word.pk], by=reader) == [word.pk]
    assert door.turn_away([word.pk], by=reader) == []
    assert door.let_in([word.pk], by=reader) == []

    assert list(KindWord.objects.visible_to(keeper)) == [word]


def test_the_duty_alone_opens_the_door_and_not_the_circle(word, opened, people, keeper, second_keeper, friend):
    for viewer in (keeper, second_keeper, friend, stand(opened, None), stand(opened, people["noor"])):
        assert list(KindWord.objects.at_the_door(viewer)) == []
        for do in (door.let_in, door.turn_away, door.ask_family, door.undo):
            with pytest.raises(NotForYou):
                do([word.pk], by=viewer)

    word.refresh_from_db()
    assert word.is_at_the_door


def test_who_was_taken_out_reads_first_no_more(word, opened, people):
    Membership.objects.filter(memorial=opened, person=people["ines"]).update(removed_at="2026-01-01T00:00:00Z")

    assert list(KindWord.objects.at_the_door(stand(opened, people["ines"]))) == []


def test_a_keeper_is_asked_and_says_yes_or_no(leave, reader, keeper, friend):
    one, two = leave("one"), leave("two")
    door.ask_family([one.pk, two.pk], by=reader)
    assert set(KindWord.objects.asked_about(keeper)) == {one, two}
    assert list(KindWord.objects.asked_about(friend)) == []

    door.say_yes(one, by=keeper)
    door.say_no(two, by=keeper)

    assert list(KindWord.objects.visible_to(keeper)) == [one]
    assert list(KindWord.objects.asked_about(keeper)) == []
    assert list(KindWord.objects.not_shown_for(keeper)) == [two]
    one.refresh_from_db()
    assert one.audience == Circle.FAMILY


def test_a_keeper_shows_after_all_what_was_not_shown(word, reader, keeper):
    door.turn_away([word.pk], by=reader)
    door.show_after_all(word, by=keeper)

    assert list(KindWord.objects.visible_to(keeper)) == [word]


def test_the_oldest_comes_first_and_what_speaks_for_a_second_look_last(leave, reader):
    first, second, third = leave("1"), leave("2"), leave("3")
    KindWord.objects.filter(pk=first.pk).update(rank=1, reasons="link")

    queue = KindWord.objects.at_the_door(reader).waiting()
    assert list(queue.as_they_came()) == [second, third, first]
    assert list(queue.behind(second).as_they_came()) == [third, KindWord.objects.get(pk=first.pk)]


def test_nobody_answers_for_another_page(word, reader, other_memorial, people):
    Membership.objects.filter(memorial=other_memorial, person=people["noor"]).update(reads_first=True)
    noor = stand(other_memorial, people["noor"])

    assert door.let_in([word.pk], by=noor) == []
