"""Who is asked for a proof when many come at once, who is let through, and that nobody is shut out for good."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.words import surge
from snowdrop.words.surge import Buckets, Judgement, Level, Many, Pace, Watch

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = surge.network_of("192.0.2.7")


@pytest.fixture
def watch() -> Watch:
    return Watch()


def networks(number: int) -> list[str]:
    return [surge.network_of(f"10.{at // 250}.{at % 250}.1") for at in range(number)]


def flood(watch: Watch, number: int, *, now: datetime = NOON, **how: object) -> list[Level]:
    return [watch.judge(7, None, OFFICE, now, **how).level for _time in range(number)]


# People


def test_forty_colleagues_in_one_office_are_asked_for_nothing(watch):
    judged = [watch.judge(7, None, OFFICE, NOON + at * SECOND) for at in range(40)]

    assert set(judged) == {Judgement(Level.CALM)}


def test_a_congregation_behind_one_line_is_asked_for_a_proof_and_never_refused(watch):
    judged = [watch.judge(7, 3, OFFICE, NOON + at * SECOND, proven=True) for at in range(900)]

    assert {one.level for one in judged} == {Level.CALM}
    assert not any(one.is_unproven for one in judged)


def test_a_hundred_thousand_in_a_night_each_with_a_proof_all_come_through(watch):
    crowd = networks(4_000)
    levels = {
        watch.judge(7, None, crowd[at % 4_000], NOON + at * SECOND / 3, proven=True).level for at in range(100_000)
    }

    assert levels == {Level.CALM}


def test_two_words_a_minute_for_a_year_meet_nothing(watch):
    assert {watch.judge(7, 3, OFFICE, NOON + at * 70 * SECOND) for at in range(5_000)} == {Judgement(Level.CALM)}


# What is asked of many


def test_one_network_alone_makes_no_surge_of_the_memorial(watch):
    flood(watch, 90)

    assert watch.judge(7, None, OFFICE, NOON).many == {Many.NETWORK}
    assert watch.expects_proof(7, None, OFFICE, NOON)
    assert watch.judge(7, None, surge.network_of("203.0.113.1"), NOON) == Judgement(Level.CALM)


def test_without_a_proof_they_are_taken_more_slowly_and_then_wait(watch):
    judged = [watch.judge(7, None, OFFICE, NOON) for _time in range(100)]

    assert [one.level for one in judged] == [Level.CALM] * 90 + [Level.PROOF] * 10
    assert [one.is_unproven for one in judged] == [False] * 60 + [True] * 30 + [False] * 10
    assert judged[-1] == Judgement(Level.PROOF, 10 * SECOND, frozenset({Many.NETWORK}))
    assert judged[-1].seconds == 10


def test_whoever_waited_is_taken_without_a_proof(watch):
    flood(watch, 1_000)
    wait = watch.judge(7, None, OFFICE, NOON).wait

    assert watch.judge(7, None, OFFICE, NOON + wait).level is Level.CALM


def test_with_a_proof_they_are_taken_at_once(watch):
    flood(watch, 100)

    assert watch.judge(7, None, OFFICE, NOON, proven=True) == Judgement(Level.CALM, many=frozenset({Many.NETWORK}))


def test_a_machine_that_gives_proofs_all_day_is_let_in_once_a_second(watch):
    levels = flood(watch, 2_000, proven=True)

    assert levels.count(Level.CALM) == 1_060
    judged = watch.judge(7, None, OFFICE, NOON, proven=True)
    assert (judged.level, judged.seconds) == (Level.WAIT, 1)


def test_a_surge_asks_everyone_until_it_has_been_calm_for_a_while(watch):
    for network in networks(130):
        watch.judge(7, None, network, NOON)
    stranger = surge.network_of("203.0.113.1")

    judged = watch.judge(7, None, stranger, NOON + 9 * MINUTE)
    assert (judged.level, judged.is_unproven) == (Level.CALM, True)
    assert watch.expects_proof(7, None, stranger, NOON + 9 * MINUTE)
    assert not watch.expects_proof(7, None, stranger, NOON + 10 * MINUTE)
    assert not watch.expects_proof(8, None, stranger, NOON)
    assert watch.judge(7, None, stranger, NOON + 10 * MINUTE) == Judgement(Level.CALM)


def test_a_link_that_was_passed_on_asks_for_a_proof_wherever_they_come_from(watch):
    judged = [watch.judge(7, 3, network, NOON) for network in networks(35)]

    assert [one.many for one in judged] == [frozenset()] * 30 + [frozenset({Many.LINK})] * 5
    assert watch.judge(7, 4, OFFICE, NOON) == Judgement(Level.CALM)


def test_the_same_words_from_everywhere_are_noticed(watch):
    judged = [watch.judge(7, None, network, NOON, words=b"buy this") for network in networks(15)]

    assert [one.many for one in judged] == [frozenset()] * 5 + [frozenset({Many.WORDS})] * 10
    assert [one.level for one in judged] == [Level.CALM] * 10 + [Level.PROOF] * 5
    assert watch.judge(8, None, OFFICE, NOON, words=b"buy this") == Judgement(Level.CALM)


def test_a_million_identical_posts_leave_little_and_cost_no_memory(watch):
    taken = sum(level is Level.CALM for level in flood(watch, 20_000, words=b"the same"))

    assert taken == 10
    assert [len(buckets) for buckets in watch._calm.values()] == [0, 1, 1, 1]


def test_networks_without_end_take_no_memory_without_end(watch, monkeypatch):
    monkeypatch.setattr(surge, "ROOM", 100)
    for network in networks(1_000):
        watch.judge(7, None, network, NOON)

    assert len(watch._calm[Many.NETWORK]) == 100
    assert watch.judge(7, None, OFFICE, NOON).many == {Many.MEMORIAL}


def test_many_threads_share_one_bucket(watch):
    levels: list[Level] = []
    threads = [threading.Thread(target=lambda: levels.extend(flood(watch, 100))) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert levels.count(Level.CALM) == 90


# Clocks


@pytest.mark.parametrize("back", [SECOND, HOUR, 3_650 * DAY])
def test_a_clock_set_back_asks_nobody_for_longer_than_before(watch, back):
    flood(watch, 1_000)
    then = NOON - back

    assert watch.judge(7, None, OFFICE, then).wait <= 30 * 20 * SECOND
    assert watch.judge(7, None, OFFICE, then + 2 * HOUR) == Judgement(Level.CALM)


def test_a_surge_ends_also_when_the_clock_was_set_back(watch):
    for network in networks(130):
        watch.judge(7, None, network, NOON)
    then = NOON - 3_650 * DAY

    assert watch.expects_proof(7, None, OFFICE, then)
    assert not watch.expects_proof(7, None, OFFICE, then + 10 * MINUTE)


@given(st.lists(st.integers(0, 5_000), max_size=60), st.integers(1, 10), st.integers(1, 1_000))
def test_a_bucket_never_gives_more_than_it_holds_and_what_came_back(waits, at_once, one_in):
    buckets, at, taken = Buckets(Pace(at_once, timedelta(milliseconds=one_in))), 10**12, 0
    began = at
    for wait in waits:
        at += wait
        taken += not buckets.take("one", at)

    assert taken <= at_once + (at - began) // one_in
    assert buckets.wait("one", at) <= one_in


# Names of networks


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("192.0.2.7", "192.0.2.250", True),
        ("192.0.2.7", "192.0.3.7", False),
        ("::ffff:192.0.2.7", "192.0.2.1", True),
        ("2001:db8:1:2::3", "2001:db8:1:ffff::4", True),
        ("2001:db8:1::", "2001:db8:2::", False),
        ("", "no address", True),
    ],
)
def test_a_network_is_a_street_and_not_a_house(one, other, are_one):
    assert (surge.network_of(one) == surge.network_of(other)) is are_one


def test_no_address_can_be_read_from_what_is_kept(settings):
    network, trace = surge.network_of("192.0.2.7"), surge.trace(OFFICE, 7)
    settings.SECRET_KEY = "the key of another house"

    assert re.fullmatch("[0-9a-f]{128}", network + trace)
    assert surge.network_of("192.0.2.7") != network
    assert surge.trace(OFFICE, 7) != trace


def test_words_at_two_memorials_cannot_be_told_to_come_from_one_network():
    assert surge.trace(OFFICE, 7) != surge.trace(OFFICE, 8)
    assert surge.trace(OFFICE, 7) == surge.trace(surge.network_of("192.0.2.8"), 7)


# Sentences


@pytest.mark.parametrize(
    ("judgement", "sentence"),
    [
        (
            Judgement(Level.PROOF, 20 * SECOND),
            "Very many words are coming here at this moment. What you wrote still stands below. Your device is doing a "
            "little arithmetic that keeps machines out, and then you can send it. If nothing happens, send it again in "
            "1 minute.",
        ),
        (
            Judgement(Level.PROOF, 61 * SECOND),
            "Very many words are coming here at this moment. What you wrote still stands below. Your device is doing a "
            "little arithmetic that keeps machines out, and then you can send it. If nothing happens, send it again in "
            "2 minutes.",
        ),
        (
            Judgement(Level.WAIT, SECOND),
            "Very many words are coming here at this moment. What you wrote still stands below. "
            "There is room for it again in 1 minute.",
        ),
        (
            Judgement(Level.WAIT, HOUR),
            "Very many words are coming here at this moment. What you wrote still stands below. "
            "There is room for it again in 60 minutes.",
        ),
    ],
)
def test_what_is_said_over_a_form_that_is_shown_again(judgement, sentence):
    with translation.override("en"):
        assert judgement.sentence == sentence
