"""A few today: five at a time, the oldest first, with one's own place kept and nobody pressed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from snowdrop.memorials import keepings, veil
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.people.models import Person
from snowdrop.words import door, mending, pace
from snowdrop.words.models import KindWord, Pace

EVENING = datetime.fromisoformat("2026-11-30T20:00:00+00:00")
NEXT_DAY = EVENING + timedelta(days=1)


@pytest.fixture
def let_in(leave, reader):
    """Leave so many words and let them in, a minute after each other, long before tonight."""

    def done(*texts: str, at: datetime = EVENING - timedelta(days=1)) -> list[KindWord]:
        words = []
        for number, text in enumerate(texts):
            with time_machine.travel(at + timedelta(minutes=number), tick=False):
                word = leave(text)
                door.let_in([word.pk], by=reader)
                words.append(word)
        return words

    return done


def met(viewer, at=EVENING) -> list[str]:
    return [word.text for word in pace.few(viewer, at=at).words]


def go_on(viewer, at=EVENING) -> list[str]:
    pace.go_on(behind=pace.few(viewer, at=at).came_to, by=viewer, at=at)
    return met(viewer, at)


def test_five_a_day_the_oldest_first_until_all_are_met(let_in, keeper):
    let_in(*"abcdefghijkl")

    days = [go_on(keeper, EVENING + timedelta(days=day)) for day in range(3)]

    assert days == [list("abcde"), list("fghij"), list("kl")]
    assert not pace.few(keeper, at=EVENING + timedelta(days=3)).goes_on


def test_looking_moves_no_place_and_pressing_twice_moves_it_once(let_in, keeper):
    let_in(*"abcdefghijkl")
    first = pace.few(keeper, at=EVENING)
    assert (first.words, first.is_today, first.goes_on) == ([], False, True)

    pace.go_on(behind=first.came_to, by=keeper, at=EVENING)
    pace.go_on(behind=first.came_to, by=keeper, at=EVENING)

    assert met(keeper) == list("abcde")
    assert pace.few(keeper, at=EVENING).is_today


def test_whoever_wants_to_reads_further_on_the_same_day(let_in, keeper):
    let_in(*"abcdefg")
    go_on(keeper)

    assert go_on(keeper) == list("fg")
    assert go_on(keeper) == list("fg")  # there are no others


def test_what_is_let_in_later_always_comes_after_also_what_was_written_long_before(leave, let_in, reader, keeper):
    with time_machine.travel(EVENING - timedelta(days=90), tick=False):
        old = leave("written in summer")
    let_in(*"abc")
    go_on(keeper)

    with time_machine.travel(EVENING, tick=False):
        door.let_in([old.pk], by=reader)

    assert go_on(keeper, NEXT_DAY) == ["written in summer"]


def test_of_many_let_in_with_one_press_each_is_met_once(leave, reader, keeper):
    words = [leave(str(number)) for number in range(23)]
    with time_machine.travel(EVENING - timedelta(hours=1), tick=False):
        door.let_in([word.pk for word in words], by=reader)

    days = [go_on(keeper, EVENING + timedelta(days=day)) for day in range(5)]

    assert [len(day) for day in days] == [5, 5, 5, 5, 3]
    assert sorted(text for day in days for text in day) == sorted(str(number) for number in range(23))


def test_what_is_let_in_this_moment_comes_with_the_next_ones(let_in, keeper):
    """Somebody else may be letting words in, have begun before and be done after."""
    let_in("a", at=EVENING)
    let_in("b", at=EVENING + timedelta(seconds=55))

    at = EVENING + timedelta(minutes=1)
    assert go_on(keeper, at) == ["a"]
    assert go_on(keeper, at + timedelta(minutes=1)) == ["b"]


def test_the_place_holds_where_the_last_word_is_taken_off_taken_back_or_mended(let_in, reader, keeper):
    _a, _b, _c, d, e, *_others = let_in(*"abcdefgh")
    go_on(keeper)
    e.refresh_from_db()
    keepings.put_away(e, by=keeper)
    mending.take_back(d)

    assert met(keeper) == list("abc")
    assert go_on(keeper, NEXT_DAY) == list("fgh")


def test_each_has_a_pace_of_their_own_and_meets_only_what_is_for_them(
    leave, let_in, reader, keeper, second_keeper, family
):
    let_in(*"abc")
    with time_machine.travel(EVENING - timedelta(hours=1), tick=False):
        alone = leave("for the two of you", for_family_only=True)
        door.let_in([alone.pk], by=reader)
    go_on(keeper)

    assert met(second_keeper) == []
    assert go_on(second_keeper) == ["a", "b", "c", "for the two of you"]
    assert go_on(family) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("zone", "is_today"), [("Pacific/Auckland", False), ("America/Los_Angeles", True), ("Europe/Berlin", False)]
)
def test_a_day_ends_by_the_clock_of_whoever_reads(zone, is_today, let_in, keeper, opened):
    """Read at eight in the evening of the 30th in London; looked at again at half past eleven."""
    Person.objects.filter(pk=keeper.person.pk).update(time_zone=zone)
    viewer = stand(opened, Person.objects.get(pk=keeper.person.pk))
    let_in(*"abcdefgh")
    begun = EVENING if zone != "Pacific/Auckland" else EVENING - timedelta(hours=12)
    go_on(viewer, begun)

    assert pace.few(viewer, at=EVENING + timedelta(hours=3, minutes=30)).is_today is is_today


def test_whoever_is_not_known_by_name_has_no_pace(let_in, opened):
    let_in("a")
    with pytest.raises(NotForYou):
        pace.go_on(behind=None, by=stand(opened, None), at=EVENING)

    assert not Pace.objects.exists()


# -- the page ----------------------------------------------------------------------------------------


def page(client, memorial, **query) -> str:
    return client.get(f"/m/{memorial.slug}/words/few/", query).content.decode()


def press(client, memorial, behind="") -> None:
    answer = client.post(f"/m/{memorial.slug}/words/few/", {"behind": behind})
    assert answer.status_code == 302


def test_a_keeper_reads_a_few_and_that_is_all_for_today(let_in, keeper, client_for, opened):
    words = let_in(*(f"words-{number}-" for number in range(12)))
    client = client_for(keeper)
    with time_machine.travel(EVENING, tick=False):
        first = page(client, opened)
        assert ("words-0-" in first, "Read a few" in first, "That is all for today." in first) == (False, True, False)

        press(client, opened)

        today = page(client, opened)
        assert [f"words-{number}-" in today for number in range(7)] == [True] * 5 + [False] * 2
        assert ("That is all for today." in today, "Read further" in today) == (True, True)
        assert not any(number in today.replace(str(words[4].pk), "") for number in (">12<", ">7<", "of 12"))
    with time_machine.travel(NEXT_DAY, tick=False):
        later = page(client, opened)
        assert ("words-4-" in later, "Read a few" in later) == (False, True)
        assert "words-4-" in page(client, opened, again="yes")

        press(client, opened, behind=str(words[4].pk))

        assert "words-5-" in page(client, opened)


def test_what_is_closed_stands_there_as_a_cover(let_in, keeper, client_for, opened):
    hard, *_others = let_in("hard to read", "b")
    hard.refresh_from_db()
    veil.close([hard], by=keeper, words="About the last day")
    client = client_for(keeper)
    with time_machine.travel(EVENING, tick=False):
        press(client, opened)
        shown = page(client, opened)

    assert ("hard to read" in shown, "About the last day" in shown) == (False, True)


def test_the_page_asks_the_database_as_often_for_five_as_for_one(let_in, keeper, client_for, opened):
    client, counts = client_for(keeper), []
    let_in("a")
    for at, more in ((EVENING, "bcdefgh"), (NEXT_DAY, "")):
        with time_machine.travel(at, tick=False):
            press(client, opened, behind=pace.few(keeper, at=timezone.now()).came_to or "")
            page(client, opened)
            with CaptureQueriesContext(connection) as asked:
                page(client, opened)
            counts.append(len(asked))
        let_in(*more)

    assert counts[0] == counts[1]
