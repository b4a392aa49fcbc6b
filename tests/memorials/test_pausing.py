"""A pause: what it holds, what it never holds, and that only all of them together have it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials import announced, keepers, keepings, pausing, reaper, separating, successors
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Kin, Membership, Successor, WishToLetGo
from tests.memorials.conftest import seen

HOUSE = "https://pages.example.org/"


@pytest.fixture
def begun():
    return timezone.now()


@pytest.fixture
def after(begun):
    return lambda days: time_machine.travel(begun + timedelta(days=days), tick=False)


@pytest.fixture
def theos(memorial, people) -> Membership:
    return Membership.objects.get(memorial=memorial, person=people["theo"])


def test_a_pause_stops_what_was_announced(memorial, keeper, second_keeper, theos, people, after):
    announced.remove(theos, by=keeper, address=HOUSE)
    announced.go_public(by=keeper, address=HOUSE)

    pausing.pause(by=second_keeper)

    with after(40):
        assert announced.take_effect(at=timezone.now()) == 0
        assert stand(memorial, people["theo"]).is_keeper


def test_while_it_runs_nothing_of_the_kind_is_announced_and_the_page_says_until_when(
    memorial, keeper, second_keeper, theos, kin, client_for
):
    row = kin()
    keepings.put_away(row, by=keeper)
    pause = pausing.pause(by=second_keeper)

    for act in (
        lambda: announced.remove(theos, by=keeper, address=HOUSE),
        lambda: announced.go_public(by=keeper, address=HOUSE),
        lambda: keepings.let_go(row, by=keeper),
    ):
        with pytest.raises(pausing.IsPaused):
            act()
    for name, args in (("remove_keeper", [theos.pk]), ("go_public", []), ("let_go", [row.pk])):
        answer = client_for(keeper).post(reverse(f"memorials:{name}", args=[memorial.slug, *args]))
        day = timezone.localtime(pause.until).strftime("%-d %B %Y")
        assert answer.status_code == 409
        assert f"Such changes are paused here until {day}." in answer.content.decode()


def test_it_stops_deleting_for_good_before_and_after_the_second_yes(keeper, second_keeper, kin, after, begun):
    asked, confirmed, own = kin("Ada"), kin("Eve"), kin("Ida", audience=Circle.SELF)
    for row in (asked, confirmed, own):
        keepings.put_away(row, by=keeper)
        keepings.let_go(row, by=keeper)
    keepings.let_go(confirmed, by=second_keeper)

    pausing.pause(by=second_keeper)

    assert list(WishToLetGo.objects.all()) == []
    assert list(Kin.objects.filter(let_go_at__isnull=False)) == [own]


def test_the_reaper_asks_again_whether_there_is_a_pause(memorial, keeper, second_keeper, kin, begun):
    row, own = kin("Ada"), kin("Ida", audience=Circle.SELF)
    for one in (row, own):
        keepings.put_away(one, by=keeper)
    Kin.objects.update(let_go_at=begun - timedelta(days=31))
    pausing.pause(by=second_keeper)
    Kin.objects.update(let_go_at=begun - timedelta(days=31))  # as if it had been written at the same moment

    reaper.reap(at=begun)
    assert reaper.reap(at=begun + timedelta(hours=1)) == 1

    assert list(Kin.objects.all()) == [row]


def test_a_successor_neither_enters_nor_asks(memorial, keeper, second_keeper, people, after):
    sam = Membership.objects.get(memorial=memorial, person=people["sam"])
    successor = successors.name(sam, by=keeper)
    successors.ask(successor, by=people["sam"], address=HOUSE)

    with after(29):
        pausing.pause(by=second_keeper)
    with after(31):
        assert successors.enter(at=timezone.now()) == 0
        with pytest.raises(pausing.IsPaused):
            successors.ask(successor, by=people["sam"], address=HOUSE)
    assert Successor.objects.get().enters_at is None


def test_reading_writing_a_copy_of_one_s_own_and_taking_back_one_s_own_go_on(
    memorial, keeper, second_keeper, kin, people, friend
):
    mine = kin("Ada", audience=Circle.FRIENDS)
    pausing.pause(by=second_keeper)

    assert seen(mine, keeper)
    written = kin("Eve", by=keeper)
    assert seen(written, second_keeper)
    keepings.open_to([mine], Circle.SELF, by=keeper)
    assert not seen(mine, second_keeper)
    keepings.put_away(mine, by=keeper)
    keepings.let_go(mine, by=keeper)
    assert Kin.objects.get(pk=mine.pk).let_go_at is not None
    copy = separating.go_separate_ways(by=keeper)
    assert list(Kin.objects.filter(memorial=copy).values_list("name", flat=True).order_by("name")) == ["Ada", "Eve"]
    keepers.leave(by=second_keeper)


def test_nobody_pauses_alone_again_for_thirty_days(memorial, keeper, second_keeper, after, client_for):
    pausing.pause(by=keeper)

    with after(31):
        for viewer in (keeper, second_keeper):
            with pytest.raises(pausing.TakesAll):
                pausing.pause(by=viewer)
        answer = client_for(keeper).post(reverse("memorials:pause", args=[memorial.slug]))
        assert answer.status_code == 409
        assert "There was a pause not long ago." in answer.content.decode()
    with after(61):
        pausing.pause(by=keeper)
        assert pausing.running(memorial, at=timezone.now()) is not None


def test_a_pause_that_runs_is_not_made_longer_by_pressing_again(keeper, second_keeper, after):
    first = pausing.pause(by=keeper)

    with after(20):
        assert pausing.pause(by=second_keeper).until == first.until


def test_thirty_days_more_take_every_keeper(memorial, keeper, second_keeper, after, begun, client_for):
    first = pausing.pause(by=keeper)
    with after(20):
        assert pausing.agree(by=keeper) is False
        page = client_for(second_keeper).get(reverse("memorials:pause", args=[memorial.slug])).content.decode()
        assert "Mara would like thirty days more." in page
        assert pausing.latest(memorial).until == first.until

        assert pausing.agree(by=second_keeper) is True

    with after(59):
        assert pausing.running(memorial, at=timezone.now()) is not None
    with after(61):
        assert pausing.running(memorial, at=timezone.now()) is None


def test_agreeing_once_the_pause_is_over_begins_another_and_stops_what_was_announced(
    memorial, keeper, second_keeper, theos, people, after
):
    pausing.pause(by=keeper)
    with after(31):
        announced.remove(theos, by=keeper, address=HOUSE)
        pausing.agree(by=keeper)
        pausing.agree(by=second_keeper)
    with after(35):
        assert stand(memorial, people["theo"]).is_keeper
        assert pausing.running(memorial, at=timezone.now()) is not None


def test_only_who_began_a_pause_ends_it(memorial, keeper, second_keeper, theos, client_for):
    pausing.pause(by=second_keeper)

    with pytest.raises(NotForYou):
        pausing.end(by=keeper)
    client_for(second_keeper).post(reverse("memorials:pause", args=[memorial.slug]), {"do": "end"})

    assert announced.remove(theos, by=keeper, address=HOUSE).stopped_at is None
