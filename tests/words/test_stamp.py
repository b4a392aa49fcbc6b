"""The stamp of a form: whose it is, how old, and what no clock and no forger changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.signing import Signer
from hypothesis import example, given
from hypothesis import strategies as st

from snowdrop.words import stamp
from snowdrop.words.stamp import NoStamp, Stamp

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def read_after(length: timedelta) -> Stamp:
    found = stamp.read(stamp.make(7, NOON), 7, NOON + length)
    assert isinstance(found, Stamp)
    return found


@pytest.mark.parametrize(
    ("after", "is_sudden", "is_old"),
    [
        (timedelta(), True, False),
        (1.9 * SECOND, True, False),
        (2 * SECOND, False, False),
        (30 * DAY, False, False),
        (31 * DAY, False, True),
        (3_650 * DAY, False, True),
    ],
)
def test_a_stamp_says_how_long_ago_the_form_was_shown(after, is_sudden, is_old):
    found = read_after(after)

    assert (found.age, found.is_sudden, found.is_old) == (after, is_sudden, is_old)


@pytest.mark.parametrize("back", [SECOND, DAY, 3_650 * DAY])
def test_a_clock_that_was_set_back_makes_nobody_sudden(back):
    found = read_after(-back)

    assert (found.age, found.is_sudden, found.is_old) == (timedelta(), False, False)


def test_what_is_sent_twice_is_the_same_words():
    token = stamp.make(7, NOON)

    first, second = (stamp.read(token, 7, NOON + wait) for wait in (5 * SECOND, DAY))

    assert first.token == second.token
    assert first.once == second.once


def test_two_forms_are_two():
    first, second = (stamp.read(stamp.make(7, NOON), 7, NOON) for _form in range(2))

    assert first.once != second.once
    assert first.token != second.token
    assert len(first.once) * 8 == 128


def test_a_stamp_of_another_memorial_is_none():
    assert stamp.read(stamp.make(8, NOON), 7, NOON) is NoStamp.ELSEWHERE


def test_a_form_without_a_stamp_says_so():
    assert stamp.read("", 7, NOON) is NoStamp.MISSING


def test_a_stamp_of_another_house_is_forged(settings):
    token = stamp.make(7, NOON)
    settings.SECRET_KEY = "the key of another house"

    assert stamp.read(token, 7, NOON) is NoStamp.FORGED


def test_no_letter_of_a_stamp_can_be_changed():
    token = stamp.make(7, NOON)
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]

    assert {stamp.read(one, 7, NOON) for one in changed} == {NoStamp.FORGED}


def test_another_signature_of_ours_makes_no_stamp():
    value = stamp.make(7, NOON).rpartition(":")[0]

    assert stamp.read(Signer(salt="snowdrop.another").sign(value), 7, NOON) is NoStamp.FORGED
    assert stamp.read(Signer(salt="snowdrop.words.stamp").sign("short"), 7, NOON) is NoStamp.FORGED


@given(st.text(st.characters(codec=None), max_size=300))
@example("half of a pair: \ud800")
def test_any_text_is_no_stamp_and_breaks_nothing(text):
    assert stamp.read(text, 7, NOON) is (NoStamp.FORGED if text else NoStamp.MISSING)


def test_a_form_shown_again_keeps_its_stamp_where_it_has_one():
    token = stamp.make(7, NOON)

    assert stamp.again(token, 7, NOON + DAY) == token
    fresh = stamp.again("forged", 7, NOON)
    assert isinstance(stamp.read(fresh, 7, NOON), Stamp)
    assert len(fresh) < stamp.LONGEST
