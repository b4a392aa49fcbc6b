"""The arithmetic that is asked for when many write at once: for one form, in time, and worth nothing a second time."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import altcha
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from snowdrop.words import proof, stamp, surge
from snowdrop.words.stamp import Stamp
from snowdrop.words.surge import Level

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def a_few_tries(monkeypatch) -> None:
    monkeypatch.setattr(proof, "STEPS", 10)


@pytest.fixture
def form() -> Stamp:
    return stamped()


def stamped(memorial: int = 7) -> Stamp:
    found = stamp.read(stamp.make(memorial, NOON), memorial, NOON)
    assert isinstance(found, Stamp)
    return found


def solved(challenge: str) -> str:
    """What a browser posts."""
    asked = altcha.Challenge.from_dict(json.loads(challenge))
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return altcha.Payload(asked, solution).to_base64()


def changed(posted: str, *where: str, to: object) -> str:
    """The same with one value changed."""
    payload = json.loads(base64.b64decode(posted))
    part = payload
    for name in where[:-1]:
        part = part[name]
    assert part[where[-1]] != to
    part[where[-1]] = to
    return base64.b64encode(json.dumps(payload).encode()).decode()


def test_an_answer_to_our_challenge_holds(form):
    posted = solved(proof.ask(form, 7, NOON))

    assert proof.holds(posted, form, 7, NOON + HOUR)
    assert len(posted) < proof.LONGEST / 2


def test_a_challenge_takes_some_thousand_tries_and_never_many_more(form):
    counters = [
        json.loads(base64.b64decode(solved(proof.ask(form, 7, NOON))))["solution"]["counter"] for _t in range(20)
    ]

    assert 1_200 <= min(counters) <= max(counters) < 1_800


def test_an_answer_is_worth_nothing_for_another_form(form):
    """So whoever sends it again sends the same words, under the same stamp: they are there already."""
    posted = solved(proof.ask(form, 7, NOON))

    assert proof.holds(posted, form, 7, NOON)
    assert not proof.holds(posted, stamped(), 7, NOON)
    assert not proof.holds(posted, form, 8, NOON)


@pytest.mark.parametrize(("after", "holds"), [(0 * SECOND, True), (12 * HOUR, True), (12 * HOUR + SECOND, False)])
def test_an_answer_is_good_for_half_a_day(form, after, holds):
    assert proof.holds(solved(proof.ask(form, 7, NOON)), form, 7, NOON + after) is holds


def test_a_clock_that_was_set_back_spoils_no_answer(form):
    assert proof.holds(solved(proof.ask(form, 7, NOON)), form, 7, NOON - 3_650 * DAY)


@pytest.mark.parametrize(
    ("where", "to"),
    [
        (("challenge", "parameters", "cost"), 1),
        (("challenge", "parameters", "keyPrefix"), ""),
        (("challenge", "parameters", "keySignature"), None),
        (("challenge", "parameters", "data", "until"), 10**12),
        (("challenge", "parameters", "data", "for"), "0" * 64),
        (("challenge", "parameters", "data"), None),
        (("challenge", "parameters", "nonce"), "0" * 32),
        (("challenge", "signature"), "0" * 64),
        (("challenge", "signature"), None),
        (("solution", "derivedKey"), "0" * 64),
        (("solution", "derivedKey"), 7),
    ],
)
def test_nothing_of_it_can_be_changed(form, where, to):
    posted = solved(proof.ask(form, 7, NOON))

    assert proof.holds(posted, form, 7, NOON)
    assert not proof.holds(changed(posted, *where, to=to), form, 7, NOON)


def test_a_challenge_of_ones_own_making_is_none(form):
    data = json.loads(proof.ask(form, 7, NOON))["parameters"]["data"]
    own = altcha.create_challenge("PBKDF2/SHA-256", 1, counter=0, data=data, hmac_secret="x", hmac_key_secret="y")

    assert not proof.holds(solved(json.dumps(own.to_dict())), form, 7, NOON)


def test_an_answer_to_another_house_is_none(form, settings):
    posted = solved(proof.ask(form, 7, NOON))
    settings.SECRET_KEY = "the key of another house"

    assert not proof.holds(posted, form, 7, NOON)


def test_nothing_and_very_much_are_no_answer(form):
    posted = solved(proof.ask(form, 7, NOON))

    assert not proof.holds("", form, 7, NOON)
    assert not proof.holds(posted + "=" * proof.LONGEST, form, 7, NOON)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["challenge", "solution", "parameters", "data", "cost", "x"]), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.text(st.characters(codec=None), max_size=300)
    | JSON.map(lambda any: base64.b64encode(json.dumps(any).encode()).decode())
)
@example(base64.b64encode(b"[" * 2_900).decode())
@example(base64.b64encode(b'{"challenge": {"parameters": []}, "solution": {}}').decode())
@example(base64.b64encode(b"9" * 2_900).decode())
def test_any_text_is_no_answer_and_breaks_nothing(text):
    assert not proof.holds(text, Stamp(b"x" * 16, timedelta(), is_sudden=False, is_old=False), 7, NOON)


def test_whoever_is_asked_and_answers_is_taken_and_whoever_cannot_waits(form):
    watch, here = surge.Watch(), surge.network_of("192.0.2.7")
    while (judged := watch.judge(7, None, here, NOON)).level is Level.CALM:
        continue
    assert judged.level is Level.PROOF

    proven = proof.holds(solved(proof.ask(form, 7, NOON)), form, 7, NOON)

    assert watch.judge(7, None, here, NOON, proven=proven).level is Level.CALM
    assert watch.judge(7, None, here, NOON + judged.wait).level is Level.CALM
