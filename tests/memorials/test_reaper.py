"""Deleting for good: asked for, thirty days, and then gone with a record that it is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from snowdrop.memorials import keepers, keepings, reaper
from snowdrop.memorials.access import stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Fact, Kin, LetGo, Name, Reader, Version


@pytest.fixture
def begun() -> datetime:
    return timezone.now()


@pytest.fixture
def days_pass(begun):
    """Let the reaper come once a day, as it does, until so many days have passed; return how many keepings went."""
    gone = [begun - timedelta(days=1)]

    def passed(until: float) -> int:
        went = 0
        while gone[-1] < begun + timedelta(days=until):
            gone.append(min(gone[-1] + timedelta(days=1), begun + timedelta(days=until)))
            went += reaper.reap(at=gone[-1])
        return went

    return passed


def let_go(row, by, at):
    with time_machine.travel(at, tick=False):
        keepings.put_away(row, by=by)
        if not keepings.let_go(row, by=by):
            other = keepers.others(by).select_related("person")[0]
            keepings.let_go(row, by=stand(by.memorial, other.person))


def record(folder) -> list[dict[str, str]]:
    file = folder / "let-go.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_what_was_let_go_stays_for_thirty_days_and_then_is_gone(kin, keeper, days_pass, begun, data_folder):
    row, stays = kin("Ada"), kin("Eve")
    let_go(row, keeper, begun)

    assert days_pass(29.9) == 0
    assert set(Kin.objects.all()) == {row, stays}
    assert days_pass(30.1) == 1

    assert list(Kin.objects.all()) == [stays]
    assert list(LetGo.objects.values_list("kind", "keeping")) == [("memorials.kin", row.pk)]
    assert [(entry["kind"], entry["keeping"]) for entry in record(data_folder)] == [("memorials.kin", str(row.pk))]


def test_the_record_says_nothing_of_what_it_was(kin, keeper, days_pass, begun, data_folder):
    let_go(kin("CANARY"), keeper, begun)
    days_pass(31)

    assert [sorted(entry) for entry in record(data_folder)] == [["gone_at", "keeping", "kind"]]
    assert (data_folder / "let-go.jsonl").stat().st_mode & 0o777 == 0o600


def test_what_was_taken_off_and_not_let_go_stays_for_ever(kin, keeper, days_pass, begun):
    row = kin()
    with time_machine.travel(begun, tick=False):
        keepings.put_away(row, by=keeper)

    assert days_pass(90) == 0
    assert list(Kin.objects.put_away_for(keeper)) == [row]


def test_what_is_brought_back_on_the_last_day_stays(kin, keeper, second_keeper, days_pass, begun):
    row = kin()
    let_go(row, keeper, begun)
    days_pass(29.9)

    keepings.bring_back(row, by=second_keeper)

    assert days_pass(60) == 0
    assert list(Kin.objects.visible_to(keeper)) == [row]


def test_letting_go_twice_does_not_begin_the_thirty_days_anew(kin, keeper, days_pass, begun):
    row = kin()
    let_go(row, keeper, begun)
    with time_machine.travel(begun + timedelta(days=20), tick=False):
        keepings.let_go(row, by=keeper)

    assert days_pass(31) == 1


def test_its_earlier_words_and_its_readers_go_with_it(kin, keeper, people, days_pass, begun):
    row, stays = kin("Ada", audience=Circle.SELF), kin("Eve", audience=Circle.SELF)
    for one in (row, stays):
        keepings.write_anew(one, {"name": "Maria"}, by=keeper)
        keepings.open_to([one], Circle.SELF, by=keeper, readers=[people["ines"]])
    let_go(row, keeper, begun)

    days_pass(31)

    assert list(Version.objects.values_list("keeping", flat=True)) == [stays.pk]
    assert list(Reader.objects.values_list("keeping", flat=True)) == [stays.pk]


def test_with_a_beloved_go_their_names_and_facts_each_with_its_own_record(
    memorial, beloved, fact, keeper, days_pass, begun, data_folder
):
    said = fact()
    keepings.write_anew(said, {"text": "our love"}, by=keeper)
    name = Name.objects.get(beloved=beloved)
    let_go(beloved, keeper, begun)

    assert days_pass(31) == 3

    assert list(Beloved.objects.all()) == list(Name.objects.all()) == list(Fact.objects.all()) == []
    assert list(Version.objects.all()) == []
    assert {entry["keeping"] for entry in record(data_folder)} == {str(row.pk) for row in (beloved, name, said)}


def test_the_first_time_the_reaper_only_notes_the_time(kin, keeper, begun):
    row = kin()
    let_go(row, keeper, begun - timedelta(days=100))

    assert reaper.reap(at=begun) == 0
    assert list(Kin.objects.all()) == [row]
    assert reaper.reap(at=begun + timedelta(hours=1)) == 1


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=400), timedelta(days=-3)])
def test_a_clock_that_jumped_makes_thirty_days_of_no_night(kin, keeper, begun, jump):
    row = kin()
    reaper.reap(at=begun)
    let_go(row, keeper, begun)

    assert reaper.reap(at=begun + jump) == 0

    assert list(Kin.objects.all()) == [row]


def test_a_deletion_that_fails_stands_in_no_record(kin, keeper, begun, days_pass, data_folder):
    row = kin()
    let_go(row, keeper, begun)
    days_pass(29)

    def refuse(_row):
        raise OSError("the disk is gone")

    reaper.before_forgetting(Kin, refuse)
    try:
        with pytest.raises(OSError, match="the disk is gone"):
            days_pass(31)
    finally:
        del reaper._forgetting[Kin]

    assert list(Kin.objects.all()) == [row]
    assert list(LetGo.objects.all()) == record(data_folder) == []


def test_what_is_gone_moves_the_revision(kin, keeper, days_pass, begun):
    from snowdrop.memorials import revision

    let_go(kin(), keeper, begun)
    before = revision.of(keeper.memorial)["memorials"]

    days_pass(31)

    assert revision.of(keeper.memorial)["memorials"] > before
