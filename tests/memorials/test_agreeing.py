"""Who opens what: one's own alone, what was handed over each of them, what shows the other only both."""

from __future__ import annotations

import pytest
from django.urls import reverse

from snowdrop.memorials import agreeing, keepers, keepings, pausing, separating
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Kin, Membership, Memorial, SeenIn
from tests.memorials.conftest import seen


@pytest.fixture
def shows_theo(kin, keeper, people) -> Kin:
    """Mara added it; Theo can be seen in it."""
    row = kin("Ada")
    agreeing.mark(row, people["theo"], by=keeper)
    return row


def audience(row) -> int:
    return type(row).objects.get(pk=row.pk).audience


def test_what_shows_the_other_stays_as_it_was_until_their_yes(shows_theo, keeper, second_keeper, family):
    assert keepings.open_to([shows_theo], Circle.FAMILY, by=keeper) == 0
    assert (seen(shows_theo, family), audience(shows_theo)) == (False, Circle.KEEPERS)

    agreeing.say_yes(shows_theo.pk, by=second_keeper)

    assert (seen(shows_theo, family), audience(shows_theo)) == (True, Circle.FAMILY)


def test_a_no_leaves_it_as_it_is_and_nothing_waits_any_more(shows_theo, keeper, second_keeper, friend):
    keepings.open_to([shows_theo], Circle.FRIENDS, by=keeper)

    agreeing.say_no(shows_theo.pk, by=second_keeper)

    assert not seen(shows_theo, friend)
    assert (agreeing.waiting_for(second_keeper), agreeing.asked_by(keeper)) == ([], [])


def test_a_yes_goes_as_far_as_it_was_asked_for(shows_theo, keeper, second_keeper, friend):
    keepings.open_to([shows_theo], Circle.FAMILY, by=keeper)
    agreeing.say_yes(shows_theo.pk, by=second_keeper)

    keepings.open_to([shows_theo], Circle.FRIENDS, by=keeper)

    assert not seen(shows_theo, friend)
    assert [asked.circle for asked in agreeing.waiting_for(second_keeper)] == ["People we asked in"]


def test_who_narrows_it_is_asked_anew(shows_theo, keeper, second_keeper, family):
    keepings.open_to([shows_theo], Circle.FAMILY, by=keeper)
    agreeing.say_yes(shows_theo.pk, by=second_keeper)
    keepings.open_to([shows_theo], Circle.KEEPERS, by=second_keeper)

    keepings.open_to([shows_theo], Circle.FAMILY, by=keeper)

    assert not seen(shows_theo, family)


def test_an_only_me_picture_that_shows_the_other_is_shown_to_them_first(kin, keeper, second_keeper, people, friend):
    row = kin("Ada", audience=Circle.SELF)
    agreeing.mark(row, people["theo"], by=keeper)

    keepings.open_to([row], Circle.FRIENDS, by=keeper)

    assert (audience(row), seen(row, second_keeper), seen(row, friend)) == (Circle.KEEPERS, True, False)


def test_nobody_further_than_the_keepers_is_let_in_to_read_what_shows_the_other(kin, keeper, people):
    row = kin("Ada", audience=Circle.SELF)
    agreeing.mark(row, people["theo"], by=keeper)

    with pytest.raises(keepings.TakesBoth):
        keepings.open_to([row], Circle.SELF, by=keeper, readers=[people["ines"]])
    keepings.open_to([row], Circle.SELF, by=keeper, readers=[people["theo"]])


def test_the_writer_marks_and_only_the_one_who_is_seen_takes_it_away(shows_theo, keeper, second_keeper, people, friend):
    with pytest.raises(NotForYou):
        agreeing.unmark(shows_theo, people["theo"], by=keeper)
    with pytest.raises(NotForYou):
        agreeing.mark(shows_theo, people["mara"], by=friend)
    with pytest.raises(NotForYou):
        agreeing.mark(shows_theo, people["sam"], by=keeper)  # who does not look after the page is not asked
    assert agreeing.marked(shows_theo) == {people["theo"].pk}

    agreeing.unmark(shows_theo, people["theo"], by=second_keeper)

    assert agreeing.marked(shows_theo) == set()


def test_one_s_own_yes_is_not_asked_for(kin, keeper, people, friend):
    row = kin("Ada")
    agreeing.mark(row, people["mara"], by=keeper)

    assert keepings.open_to([row], Circle.FRIENDS, by=keeper) == 1
    assert seen(row, friend)


def test_it_takes_everybody_who_can_be_seen(memorial, shows_theo, keeper, second_keeper, people, family):
    Membership.objects.create(memorial=memorial, person=people["noor"], circle=Circle.KEEPERS)
    noor = stand(memorial, people["noor"])
    agreeing.mark(shows_theo, people["noor"], by=keeper)
    keepings.open_to([shows_theo], Circle.FAMILY, by=keeper)

    agreeing.say_yes(shows_theo.pk, by=second_keeper)
    assert not seen(shows_theo, family)
    agreeing.say_yes(shows_theo.pk, by=noor)

    assert seen(shows_theo, family)


def test_nobody_answers_for_somebody_else(shows_theo, keeper, second_keeper, family):
    keepings.open_to([shows_theo], Circle.FAMILY, by=keeper)

    for viewer in (keeper, family):
        with pytest.raises(NotForYou):
            agreeing.say_yes(shows_theo.pk, by=viewer)


def test_what_a_friend_added_shows_for_keepers_only_until_the_one_in_it_says_yes(kin, friend, keeper, people, family):
    row = kin("Ada", by=friend, audience=Circle.FRIENDS)
    agreeing.mark(row, people["theo"], by=keeper)

    keepings.let_show(row, by=keeper)

    assert (seen(row, keeper), seen(row, family)) == (True, False)
    agreeing.say_yes(row.pk, by=stand(keeper.memorial, people["theo"]))
    assert seen(row, family)


def test_what_the_one_in_it_took_off_comes_back_by_another_s_hand_for_keepers_only(
    shows_theo, keeper, second_keeper, family
):
    keepings.open_to([shows_theo], Circle.FAMILY, by=keeper)
    agreeing.say_yes(shows_theo.pk, by=second_keeper)
    keepings.put_away(shows_theo, by=second_keeper)

    keepings.bring_back(shows_theo, by=keeper)

    assert (seen(shows_theo, keeper), seen(shows_theo, family)) == (True, False)


def test_who_looks_after_the_page_no_longer_is_not_asked(shows_theo, keeper, second_keeper, family):
    keepers.leave(by=second_keeper)

    keepings.open_to([shows_theo], Circle.FAMILY, by=keeper)

    assert seen(shows_theo, family)


def test_in_a_memorial_taken_along_what_shows_the_other_stays_with_the_keepers(shows_theo, keeper, people, friend):
    keepings.open_to([shows_theo], Circle.FAMILY, by=keeper)
    agreeing.say_yes(shows_theo.pk, by=stand(keeper.memorial, people["theo"]))
    mine = stand(separating.go_separate_ways(by=keeper), people["mara"])
    copy = Kin.objects.get(memorial=mine.memorial)

    assert copy.audience == Circle.KEEPERS
    with pytest.raises(keepings.TakesBoth):
        keepings.open_to([copy], Circle.LINK, by=mine)


def test_the_other_finds_a_quiet_line_and_answers(memorial, shows_theo, keeper, second_keeper, client_for, family):
    mara, theo = client_for(keeper), client_for(second_keeper)
    who = reverse("memorials:who", args=[memorial.slug, shows_theo.pk])
    here = reverse("memorials:agreeing", args=[memorial.slug])

    assert mara.post(who, {"audience": "30"})["Location"] == here
    assert "It waits for Theo, and stays as it is until then." in mara.get(here).content.decode()
    line = "Something in which you can be seen would be shown to more people. It waits for your answer."
    assert line in theo.get(reverse("memorials:page", args=[memorial.slug])).content.decode()
    assert "Mara would show it to: Our closest people." in theo.get(here).content.decode()
    theo.post(reverse("memorials:answer", args=[memorial.slug, shows_theo.pk]), {"do": "yes"})

    assert seen(shows_theo, family)
    assert line not in theo.get(reverse("memorials:page", args=[memorial.slug])).content.decode()


def test_what_was_handed_over_each_keeper_opens_and_nobody_takes(kin, keeper, second_keeper, friend):
    row = kin("Ada")
    Kin.objects.filter(pk=row.pk).update(is_handed_over=True)

    keepings.open_to([row], Circle.FRIENDS, by=second_keeper)
    assert seen(row, friend)
    for viewer in (keeper, second_keeper):
        with pytest.raises(keepings.NotYours):
            keepings.open_to([row], Circle.SELF, by=viewer)
    assert list(Kin.objects.own_of(keeper)) == []


def test_who_handed_it_over_has_no_more_say_than_others(kin, friend, keeper):
    row = kin("Ada", by=friend, audience=Circle.FRIENDS)
    Kin.objects.filter(pk=row.pk).update(is_handed_over=True)

    for verb in (keepings.put_away, keepings.bring_back, keepings.let_go):
        with pytest.raises(NotForYou):
            verb(row, by=friend)
    with pytest.raises(NotForYou):
        keepings.open_to([row], Circle.SELF, by=friend)


@pytest.mark.parametrize("paused", [False, True])
def test_one_takes_one_s_own_back_at_any_time(kin, keeper, second_keeper, paused):
    row = kin("Ada", audience=Circle.FRIENDS)
    if paused:
        pausing.pause(by=second_keeper)

    keepings.open_to([row], Circle.SELF, by=keeper)

    assert (seen(row, keeper), seen(row, second_keeper)) == (True, False)


def test_a_mark_goes_with_what_is_deleted_for_good(shows_theo, keeper):
    from django.utils import timezone

    from snowdrop.memorials import reaper

    reaper.forget(shows_theo, at=timezone.now())

    assert list(SeenIn.objects.all()) == []
    assert Memorial.objects.filter(pk=keeper.memorial.pk).exists()
