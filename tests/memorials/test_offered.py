"""What friends and family offer waits closed; it is taken back at any time, and nobody is told that it is not shown."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from snowdrop.keepsakes import adding
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import inviting, keepings, kinds, offers, veil
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import Membership, SetAside
from snowdrop.storage import originals
from snowdrop.story import writing
from snowdrop.story.models import Moment
from tests.keepsakes.conftest import jpeg

TOLD = ("The lake", "we swam")


@pytest.fixture
def offered(friend) -> Photograph:
    received = originals.receive([jpeg(1, caption="The lake")])
    row = adding.add(received, by=friend, came_as="the lake.jpg", audience=Circle.FRIENDS).photograph
    Photograph.objects.filter(pk=row.pk).update(caption="The lake")
    return row


@pytest.fixture
def told(friend) -> Moment:
    return writing.write("we swam", by=friend, title="The lake", audience=Circle.FRIENDS)


def read(client, url: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(url).content.decode())


def page(client, name: str, memorial) -> str:
    return read(client, reverse(f"memorials:{name}", args=[memorial.slug]))


def test_what_is_offered_is_named_by_a_line_that_says_nothing_of_it(offered, told, keeper, memorial, client_for):
    text = page(client_for(keeper), "waiting", memorial)

    assert "Sam offers a photograph" in text
    assert "Sam offers a text" in text
    assert [word for word in (*TOLD, "the lake.jpg", "<img") if word in text] == []


def test_a_keeper_looks_by_choosing_to(offered, keeper, memorial, client_for):
    client = client_for(keeper)

    assert offered.get_absolute_url() in page(client, "waiting", memorial)
    assert "The lake" in client.get(offered.get_absolute_url()).content.decode()


def test_what_keepers_set_aside_still_waits_for_whoever_offered_it(offered, keeper, friend, memorial, client_for):
    theirs = client_for(friend)
    before = read(theirs, offered.get_absolute_url())
    away = page(theirs, "put_away_list", memorial)

    client_for(keeper).post(reverse("memorials:set_aside", args=[memorial.slug, offered.pk]))

    assert list(Photograph.objects.waiting_for(keeper)) == []
    assert list(Photograph.objects.set_aside_for(keeper)) == [offered]
    assert list(Photograph.objects.visible_to(keeper)) == []
    assert "This waits for the family." in before
    assert read(theirs, offered.get_absolute_url()) == before
    assert page(theirs, "put_away_list", memorial) == away


def test_taking_what_waits_off_the_page_is_setting_it_aside(offered, keeper, memorial, client_for):
    client_for(keeper).post(reverse("memorials:put_away", args=[memorial.slug, offered.pk]))

    offered.refresh_from_db()
    assert (offered.put_away_at, SetAside.objects.filter(keeping=offered.pk).count()) == (None, 1)


def test_what_was_set_aside_may_wait_again_and_then_show(offered, keeper, family, memorial, client_for):
    offers.set_aside(offered, by=keeper)
    client = client_for(keeper)
    assert "Sam offers a photograph" in page(client, "not_shown", memorial)
    assert "Nothing waits." in page(client, "waiting", memorial)

    client.post(reverse("memorials:let_wait", args=[memorial.slug, offered.pk]))
    assert list(Photograph.objects.waiting_for(keeper)) == [offered]

    keepings.let_show(offered, by=keeper)
    assert list(Photograph.objects.visible_to(family)) == [offered]


@pytest.mark.parametrize("aside", [False, True], ids=["waiting", "set aside"])
def test_whoever_offered_it_takes_it_back_and_keepers_meet_it_nowhere(
    aside, offered, keeper, friend, memorial, client_for
):
    if aside:
        offers.set_aside(offered, by=keeper)
    client_for(friend).post(reverse("memorials:put_away", args=[memorial.slug, offered.pk]))

    every = Photograph.objects
    for rows in (every.waiting_for, every.set_aside_for, every.visible_to, every.put_away_for, every.changeable_by):
        assert list(rows(keeper)) == []
    assert kinds.put_away(offered.pk, friend) == offered


def test_what_was_shown_and_is_taken_back_by_whoever_offered_it_leaves_the_page(offered, keeper, friend, family):
    keepings.let_show(offered, by=keeper)
    offered.refresh_from_db()
    keepings.put_away(offered, by=friend)

    assert list(Photograph.objects.visible_to(family)) == []
    assert list(Photograph.objects.own_of(friend).filter(put_away_at__isnull=False)) == [offered]


def test_only_keepers_set_aside_and_only_what_waits(offered, keeper, family, friend, memorial):
    for viewer in (family, friend):
        with pytest.raises(NotForYou):
            offers.set_aside(offered, by=viewer)
    keepings.let_show(offered, by=keeper)
    offered.refresh_from_db()
    with pytest.raises(NotForYou):
        offers.set_aside(offered, by=keeper)

    assert not SetAside.objects.exists()


def test_whoever_looks_first_may_look_at_what_waits_before_the_keepers_do(
    offered, keeper, memorial, people, client_for
):
    ines = Membership.objects.get(memorial=memorial, person__name="Ines")
    inviting.change(ines, Circle.FAMILY, trusted=False, duties=[Duty.LOOKS_FIRST], by=keeper)
    client = client_for(keeper)
    assert "Let somebody look first" in page(client, "waiting", memorial)

    veil.close([offered], by=keeper)
    veil.hand_to(offered, people["ines"], by=keeper)
    looks = stand(memorial, people["ines"])
    assert list(Photograph.objects.entrusted_to(looks)) == [offered]
    veil.describe(offered, "The lake in summer, and nobody in it.", by=looks)

    assert "The lake in summer, and nobody in it." in page(client, "waiting", memorial)


def test_the_words_lead_those_who_were_asked_in_to_where_one_offers_something(friend, keeper, memorial, client_for):
    room = reverse("words:room", args=[memorial.slug])
    there = "Offer a photograph, a film or a sound"

    assert there in client_for(friend).get(room).content.decode()
    assert there not in client_for(keeper).get(room).content.decode()
