"""People named to keep a page after: they ask, everybody hears of it, they wait, and any keeper may say no."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials import inviting, successors
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership, Successor
from snowdrop.people.models import Person

HOUSE = "https://pages.example.org/"


@pytest.fixture
def sam(memorial, people) -> Membership:
    return Membership.objects.get(memorial=memorial, person=people["sam"])


@pytest.fixture
def named(sam, keeper) -> Successor:
    return successors.name(sam, by=keeper)


@pytest.fixture
def after():
    now = timezone.now()
    return lambda days: time_machine.travel(now + timedelta(days=days), tick=False)


def circle(memorial, person) -> Circle:
    return stand(memorial, person).circle


@pytest.mark.parametrize("waits", [30, 90, 365])
def test_who_asked_enters_once_the_time_is_over_and_not_before(waits, memorial, keeper, sam, people, after):
    named = successors.name(sam, by=keeper, waits=waits)
    successors.ask(named, by=people["sam"], address=HOUSE)

    with after(waits - 0.1):
        assert successors.enter(at=timezone.now()) == 0
        assert circle(memorial, people["sam"]) == Circle.FRIENDS
    with after(waits + 0.1):
        assert successors.enter(at=timezone.now()) == 1
        assert circle(memorial, people["sam"]) == Circle.KEEPERS
        assert successors.enter(at=timezone.now()) == 0


def test_being_named_opens_nothing(memorial, named, people, after):
    with after(400):
        assert successors.enter(at=timezone.now()) == 0
        assert circle(memorial, people["sam"]) == Circle.FRIENDS


def test_every_keeper_hears_of_it_by_a_postcard_and_on_their_page(memorial, named, people, committed, client_for):
    with committed():
        successors.ask(named, by=people["sam"], address=HOUSE)

    assert sorted(letter.to for letter in mail.outbox) == [["mara@example.org"], ["theo@example.org"]]
    for name in ("mara", "theo"):
        page = client_for(people[name]).get(reverse("memorials:page", args=[memorial.slug])).content.decode()
        assert "Sam asked to look after this page, and will from " in page


@pytest.mark.parametrize("who", ["keeper", "second_keeper"])
def test_one_keeper_s_no_is_enough(request, who, memorial, named, people, after):
    successors.ask(named, by=people["sam"], address=HOUSE)

    successors.refuse(named, by=request.getfixturevalue(who))

    with after(400):
        assert successors.enter(at=timezone.now()) == 0
        assert circle(memorial, people["sam"]) == Circle.FRIENDS


def test_asking_again_while_it_waits_makes_it_neither_shorter_nor_longer_and_tells_nobody_twice(
    named, people, after, committed
):
    first = successors.ask(named, by=people["sam"], address=HOUSE)
    with after(10), committed():
        again = successors.ask(named, by=people["sam"], address=HOUSE)

    assert (again.enters_at, mail.outbox) == (first.enters_at, [])


def test_it_is_taken_back_at_any_time(memorial, named, people, second_keeper, after):
    successors.ask(named, by=people["sam"], address=HOUSE)

    successors.take_back(named, by=second_keeper)

    with after(400):
        assert successors.enter(at=timezone.now()) == 0
    with pytest.raises(NotForYou):
        successors.ask(named, by=people["sam"], address=HOUSE)


def test_who_was_taken_out_of_the_circles_since_is_named_no_longer(memorial, named, sam, people, keeper, after):
    successors.ask(named, by=people["sam"], address=HOUSE)

    inviting.remove(sam, by=keeper)

    with after(400):
        assert successors.enter(at=timezone.now()) == 0
    with pytest.raises(NotForYou):
        successors.ask(named, by=people["sam"], address=HOUSE)


def test_who_was_taken_out_and_asked_in_again_can_be_named_again(memorial, named, sam, people, keeper, after):
    inviting.remove(sam, by=keeper)
    with after(1):
        back = inviting.bring_in(memorial, people["sam"], Circle.FRIENDS, asked_by=keeper.person)

        again = successors.name(back, by=keeper)

        assert list(successors.of(people["sam"])) == [again]
        assert again != named


def test_a_link_made_after_somebody_was_taken_out_names_them_and_one_from_before_does_not(
    memorial, named, sam, people, keeper, after
):
    _, before = successors.name_by_link("Sam", by=keeper)
    inviting.remove(sam, by=keeper)
    with after(1):
        row, later = successors.name_by_link("Sam", by=keeper)

        with pytest.raises(inviting.LinkIsOver):
            successors.accept(before, person=people["sam"])
        successors.accept(later, person=people["sam"])

        assert list(successors.of(people["sam"])) == [row]


def test_a_link_ends_after_a_year(memorial, keeper, people, after, client):
    row, token = successors.name_by_link("Kim", by=keeper)

    with after(364):
        assert successors.find(token) == row
    with after(366):
        answer = client.get(reverse("memorials:succeed", args=[token]))
        assert (successors.find(token), answer.status_code) == (None, 410)


def test_a_link_names_somebody_who_is_not_here_and_is_used_once(memorial, keeper, people, client_for, client):
    answer = client_for(keeper).post(
        reverse("memorials:successors", args=[memorial.slug]), {"called": " Kim ", "waits": "90"}
    )
    link = answer.context["link"]
    assert (answer.status_code, link.startswith("http://testserver/keep-after/")) == (201, True)
    looked = client.get(link).content.decode()
    assert ("Mara would like you to keep a page after" in looked, "Wren" in looked) == (True, False)
    assert Successor.objects.get().person is None  # looking uses nothing up

    came = client.post(link, {"name": "Kim"})

    row = Successor.objects.get()
    assert (row.person.name, row.waits, came["Location"]) == ("Kim", 90, reverse("memorials:after", args=[row.pk]))
    assert circle(memorial, row.person) == Circle.PUBLIC
    again = client_for(people["noor"]).post(link, {"name": "Eve"})
    assert (again.status_code, Person.objects.filter(name="Eve").exists()) == (410, False)


def test_who_is_named_finds_it_among_their_pages_asks_and_lays_it_down(memorial, named, people, client_for):
    browser = client_for(people["sam"])
    here = reverse("memorials:after", args=[named.pk])

    assert browser.get("/")["Location"] == reverse("memorials:mine")
    assert here in browser.get(reverse("memorials:mine")).content.decode()
    assert "if nobody says no, you look after it 30 days later." in browser.get(here).content.decode()
    browser.post(here, {"do": "ask"})
    assert "unless somebody who looks after it now says no." in browser.get(here).content.decode()
    browser.post(here, {"do": "lay_down"})

    assert browser.get(here).status_code == 404
    assert Successor.objects.get().enters_at is None


def test_nobody_asks_in_somebody_else_s_place(named, people, client_for):
    with pytest.raises(NotForYou):
        successors.ask(named, by=people["ines"], address=HOUSE)
    assert client_for(people["ines"]).get(reverse("memorials:after", args=[named.pk])).status_code == 404


def test_a_keeper_and_somebody_from_elsewhere_are_not_named(memorial, keeper, other_memorial, people):
    for membership in (
        Membership.objects.get(memorial=memorial, person=people["theo"]),
        Membership.objects.get(memorial=other_memorial, person=people["noor"]),
    ):
        with pytest.raises(NotForYou):
            successors.name(membership, by=keeper)


def test_the_database_knows_no_token(keeper):
    _row, token = successors.name_by_link("Kim", by=keeper)

    assert token not in str(list(Successor.objects.values()))


@pytest.mark.parametrize("token", ["", "x", "\x00", "\udc80", "a" * 10_000])
def test_what_never_was_a_link_names_nobody(db, token):
    assert successors.find(token) is None


def test_somebody_has_to_be_chosen_or_typed(memorial, keeper, client_for):
    answer = client_for(keeper).post(reverse("memorials:successors", args=[memorial.slug]), {"waits": "30"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["called"] == ["Please choose somebody, or type what you call them."]
