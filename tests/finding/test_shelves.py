"""What comes in hundreds of thousands stands on shelves, and the newest are looked through first."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowdrop.finding import index, models
from snowdrop.finding.asking import ask
from snowdrop.finding.index import Written
from snowdrop.finding.models import Entry, Shelf
from snowdrop.finding.words import RULES, words

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = 5, 52


@pytest.fixture(autouse=True)
def small_shelves(monkeypatch):
    monkeypatch.setattr(models, "SHELF", 3)


def write(text: str, place: int = HERE, kind: str = "w") -> uuid.UUID:
    one = Written(uuid.uuid4(), place, (text,), kind)
    index.write_down([one])
    return one.keeping


def newest(question: str, most: int, place: int = HERE) -> tuple[set[uuid.UUID], bool]:
    entries, are_all = Entry.objects.newest_holding(ask(question), place=place, kind="w", most=most)
    return set(entries.values_list("keeping", flat=True)), are_all


texts = st.lists(
    st.sampled_from(["pebble", "pebbles", "feather", "1", "w1", "花が咲いた", "12 w"]), min_size=1, max_size=3
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(texts.map(" ".join), max_size=25),
    st.sampled_from(["pebble", "pebbles f", "w", "1", "w1", "花", "12", "feather w1"]),
    st.integers(1, 30),
)
def test_at_least_so_many_of_the_newest_are_found_or_all_there_are(kept, question, most):
    Entry.objects.all().delete()
    Shelf.objects.all().delete()
    asked = ask(question)
    ids = [write(text) for text in kept]
    for text in kept:
        write(text, ELSEWHERE)
    every = [
        id
        for id, text in zip(ids, kept, strict=True)
        if asked.are_among({form for word in words(text) for form in word.forms})
    ]

    found, are_all = newest(question, most)

    assert found == set(every[len(every) - len(found) :])
    assert not are_all or len(found) == len(every)
    assert len(found) >= min(most, len(every))


def test_the_newest_are_looked_through_and_the_oldest_left_out(monkeypatch):
    ids = [write("pebble") for _number in range(20)]
    rare = write("pebble feather")

    found, are_all = newest("pebble", most=6)

    assert ({*ids[-5:], rare} <= found, ids[0] in found, are_all) == (True, False, False)
    assert newest("feather", most=6) == ({rare}, True)


def test_written_anew_a_thing_stays_on_its_shelf_and_is_found_by_its_new_words_only():
    ids = [write("pebble") for _number in range(10)]
    index.write_down([Written(ids[4], HERE, ("feather",), "w")])

    assert newest("feather", most=50) == ({ids[4]}, True)
    assert newest("pebble", most=50) == ({*ids} - {ids[4]}, True)
    assert Shelf.objects.get(place=HERE).held == 10


def test_a_whole_index_of_shelves_is_right_and_put_right():
    written = [Written(uuid.uuid4(), HERE, (f"pebble {number}",), "w") for number in range(10)]
    for one in written:
        index.write_down([one])
    assert index.put_right(written) == 0

    Entry.objects.filter(keeping=written[7].keeping).update(tokens="5_else")

    assert (index.put_right(written), index.put_right(written)) == (1, 0)
    assert newest("7", most=50) == ({written[7].keeping}, True)


def test_many_written_at_once_come_to_stand_on_shelves_too():
    written = [Written(uuid.uuid4(), HERE, ("pebble",), "w") for _number in range(8)]
    index.write_down(written[:4])
    index.write_down(written[4:])

    assert newest("pebble", most=50) == ({one.keeping for one in written}, True)
    assert newest("pebble", most=1) == ({one.keeping for one in written[4:]}, False)


def test_what_has_no_shelves_is_found_as_before_and_never_among_what_has():
    plain = write("pebble", kind="")
    ids = {write("pebble") for _number in range(7)}

    assert Entry.objects.get(keeping=plain).tokens == "5_pebble 5_pebbl"
    assert set(Entry.objects.holding(ask("pebble"), place=HERE).values_list("keeping", flat=True)) == {plain}
    assert newest("pebble", most=50) == (ids, True)


def test_what_was_written_down_without_a_shelf_is_put_on_one():
    one = Written(uuid.uuid4(), HERE, ("pebble",), "w")
    Entry.objects.create(keeping=one.keeping, rules=RULES, tokens="5_pebble 5_pebbl")

    assert (index.put_right([one]), index.put_right([one])) == (1, 0)
    assert newest("pebble", most=50) == ({one.keeping}, True)
