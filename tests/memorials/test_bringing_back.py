"""A keeper helps a member back in: what it means is said first, the link is shown once."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from snowdrop.config import limits
from snowdrop.memorials import bringing_back, inviting
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership
from snowdrop.people import ways_back
from snowdrop.people.models import Person, WayBack
from tests.memorials.conftest import seen


@pytest.fixture
def member(memorial):
    return lambda name: Membership.objects.get(memorial=memorial, person__name=name)


@pytest.fixture
def at(memorial, member):
    return lambda name: f"/m/{memorial.slug}/people/{member(name).pk}/way-back/"


def text(answer) -> str:
    return answer.content.decode()


def test_a_keeper_makes_a_link_for_a_member_and_meets_it_once(client_for, keeper, at):
    mara = client_for(keeper)
    assert (
        "Whoever uses it is signed in here as this person, on every page that they belong to, also on what only they "
        "can read."
    ) in text(mara.get(at("Ines")))
    assert list(WayBack.objects.all()) == []

    made = mara.post(at("Ines"))

    assert made.status_code == 201
    link = re.search(r'value="(http://testserver/back/[^"]+/)"', text(made))
    assert link
    way = WayBack.objects.get()
    assert (way.person.name, way.made_by, way.by_host) == ("Ines", keeper.person, False)
    assert link.group(1) not in text(mara.get(at("Ines")))


def test_a_link_that_would_open_a_page_the_keeper_does_not_look_after_is_made_by_the_host_only(
    client_for, keeper, people, other_memorial, at
):
    Membership.objects.create(memorial=other_memorial, person=people["ines"], circle=Circle.FRIENDS)
    mine = Membership.objects.create(memorial=other_memorial, person=keeper.person, circle=Circle.FAMILY)
    mara = client_for(keeper)

    refused = mara.post(at("Ines"))

    assert (refused.status_code, list(WayBack.objects.all())) == (409, [])
    assert (
        "This link would also open a page that you do not look after, so only the host of this place can make it."
    ) in text(refused)
    Membership.objects.filter(pk=mine.pk).update(circle=Circle.KEEPERS)
    assert mara.post(at("Ines")).status_code == 201


def test_a_client_that_asks_for_json_gets_the_link(client_for, keeper, at):
    made = client_for(keeper).post(at("Ines"), headers={"Accept": "application/json"})

    assert (made.status_code, made.json()["url"].startswith("http://testserver/back/")) == (201, True)


def test_it_is_no_way_into_what_somebody_keeps_for_themselves_before_three_days(
    client_for, keeper, family, kin, at, memorial
):
    own = kin("Ines alone", by=family, audience=Circle.SELF)
    assert seen(own, family)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        made = client_for(keeper).post(at("Ines"), headers={"Accept": "application/json"})
    path = made.json()["url"].removeprefix("http://testserver")
    browser = Client()

    with time_machine.travel(now + timedelta(hours=71, minutes=59), tick=False):
        assert browser.post(path).status_code == 409
        assert "Ines alone" not in text(browser.get(f"/m/{memorial.slug}/about/"))
    assert not seen(own, keeper)


@pytest.mark.parametrize("who", ["somebody removed", "somebody of another page", "themselves"])
def test_only_for_somebody_who_belongs_to_the_page_now(who, memorial, other_memorial, keeper, member, people):
    row = member("Sam")
    if who == "somebody removed":
        inviting.remove(row, by=keeper)
    elif who == "somebody of another page":
        row = Membership.objects.get(memorial=other_memorial, person=people["noor"])
    else:
        row = member("Mara")

    with pytest.raises(NotForYou):
        bringing_back.make_way_back(row, by=keeper)


def test_whoever_makes_one_is_asked_again_whether_it_is_them(client_for, keeper, at):
    mara = client_for(keeper)

    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        answers = [mara.get(at("Ines")), mara.post(at("Ines"))]

    asked = f"/prove/?{urlencode({'next': at('Ines')})}"
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, asked)] * 2
    assert list(WayBack.objects.all()) == []


def test_a_great_many_have_to_wait(client_for, keeper, at):
    limits.take("sending mails", keeper.person.pk, count=limits.LIMITS["sending mails"].at_once)

    assert client_for(keeper).post(at("Ines")).status_code == 429
    assert list(WayBack.objects.all()) == []


def test_only_by_a_keeper(family, friend, member):
    for viewer in (family, friend):
        with pytest.raises(NotForYou):
            bringing_back.make_way_back(member("Theo"), by=viewer)


def test_what_was_stopped_and_what_only_a_host_may_is_said_in_a_sentence(client_for, keeper, at, people):
    Person.objects.filter(name="Theo").update(is_host=True)
    with time_machine.travel("2026-05-03 20:00Z", tick=False):
        mara = client_for(keeper)
        mara.post(at("Ines"))
        ways_back.stop(by=people["ines"])
        stopped, hosts = mara.post(at("Ines")), mara.post(at("Theo"))

    assert [stopped.status_code, hosts.status_code] == [409, 409]
    assert (
        "A link was made and then stopped, from a device that is signed in. From 2 June 2026 on you can make another; "
        "the host of this place can help before."
    ) in text(stopped)
    assert "Only another host of this place can make this link." in text(hosts)


def test_a_keeper_finds_it_beside_another_keeper_and_on_the_page_of_a_member(client_for, keeper, memorial, member, at):
    mara, people = client_for(keeper), f"/m/{memorial.slug}/people/"
    assert [at(name) in text(mara.get(people)) for name in ("Mara", "Theo")] == [False, True]

    assert at("Ines") in text(mara.get(f"{people}{member('Ines').pk}/"))


def test_a_keeper_for_whom_a_link_was_made_meets_it_on_the_page_they_write_on(client_for, keeper, second_keeper, at):
    client_for(keeper).post(at("Theo"))
    page = f"/m/{keeper.memorial.slug}/"

    assert ["Stop this" in text(client_for(one).get(page)) for one in (keeper, second_keeper)] == [False, True]
