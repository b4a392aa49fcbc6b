"""Deleting for good takes two where there are two."""

from __future__ import annotations

import pytest
from django.urls import reverse

from snowdrop.memorials import keepers, keepings
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Kin, WishToLetGo


@pytest.fixture
def away(kin, keeper) -> Kin:
    row = kin("Ada")
    keepings.put_away(row, by=keeper)
    return row


def is_let_go(row) -> bool:
    return Kin.objects.get(pk=row.pk).let_go_at is not None


def test_the_thirty_days_begin_with_the_second_yes(away, keeper, second_keeper):
    assert keepings.let_go(away, by=keeper) is False
    assert not is_let_go(away)

    assert keepings.let_go(away, by=second_keeper) is True

    assert is_let_go(away)
    assert list(WishToLetGo.objects.all()) == []


def test_asking_twice_is_no_second_yes(away, keeper):
    keepings.let_go(away, by=keeper)

    assert keepings.let_go(away, by=keeper) is False
    assert not is_let_go(away)


def test_one_keeper_alone_needs_nobody(away, keeper, second_keeper):
    keepers.leave(by=second_keeper)

    assert keepings.let_go(away, by=keeper) is True


def test_the_wish_of_who_left_is_no_second_yes_where_another_came(away, keeper, second_keeper, memorial, people):
    from snowdrop.memorials.models import Membership

    keepings.let_go(away, by=second_keeper)
    keepers.leave(by=second_keeper)
    Membership.objects.create(memorial=memorial, person=people["noor"], circle=Circle.KEEPERS)

    assert keepings.let_go(away, by=keeper) is False
    assert keepings.let_go(away, by=stand(memorial, people["noor"])) is True


def test_what_only_one_can_see_takes_one(kin, keeper):
    row = kin("Ada", audience=Circle.SELF)
    keepings.put_away(row, by=keeper)

    assert keepings.let_go(row, by=keeper) is True


def test_a_friend_s_own_takes_the_friend_alone_and_a_keeper_can_bring_it_back(kin, friend, keeper):
    row = kin("Ada", by=friend, audience=Circle.FRIENDS)
    keepings.let_show(row, by=keeper)
    keepings.put_away(row, by=friend)

    assert keepings.let_go(row, by=friend) is True
    keepings.bring_back(row, by=keeper)

    assert not is_let_go(row)


def test_what_a_friend_takes_back_before_it_showed_no_keeper_brings_back(kin, friend, keeper):
    row = kin("Ada", by=friend, audience=Circle.FRIENDS)
    keepings.put_away(row, by=friend)

    with pytest.raises(NotForYou):
        keepings.bring_back(row, by=keeper)


@pytest.mark.parametrize("who", ["keeper", "second_keeper"])
def test_either_says_no_before_and_after_the_second_yes(request, who, away, keeper, second_keeper):
    viewer = request.getfixturevalue(who)
    keepings.let_go(away, by=keeper)
    keepings.keep_it(away, by=viewer)
    assert list(WishToLetGo.objects.all()) == []

    keepings.let_go(away, by=keeper)
    keepings.let_go(away, by=second_keeper)
    keepings.keep_it(away, by=viewer)

    assert not is_let_go(away)
    assert list(Kin.objects.put_away_for(keeper)) == [away]


def test_bringing_it_back_ends_the_wish(away, keeper, second_keeper):
    keepings.let_go(away, by=keeper)
    keepings.bring_back(away, by=second_keeper)
    keepings.put_away(away, by=second_keeper)

    assert keepings.let_go(away, by=second_keeper) is False


def test_nobody_else_says_no(away, keeper, family, friend):
    keepings.let_go(away, by=keeper)

    for viewer in (family, friend):
        with pytest.raises(NotForYou):
            keepings.keep_it(away, by=viewer)


def test_the_page_says_what_waits_for_a_second_yes(away, memorial, keeper, second_keeper, client_for):
    mara, theo = client_for(keeper), client_for(second_keeper)
    here = reverse("memorials:put_away_list", args=[memorial.slug])
    ask = reverse("memorials:let_go", args=[memorial.slug, away.pk])
    assert "It takes two who look after this page." in mara.get(ask).content.decode()
    mara.post(ask)

    mine, others = mara.get(here).content.decode(), theo.get(here).content.decode()
    assert "You would delete it for good. That takes another yes of those who look after this page." in mine
    assert ask not in mine
    assert "Mara would delete it for good. That takes your yes too." in others
    assert ask in others
    theo.post(reverse("memorials:keep_it", args=[memorial.slug, away.pk]))

    assert "would delete it for good" not in theo.get(here).content.decode()
