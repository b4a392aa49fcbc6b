"""What whoever belongs to a page meets: where they arrive, their way in again, and which page is which."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from snowdrop.memorials import beginning, inviting, leaving, separating
from snowdrop.memorials.access import stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Invitation, Membership
from snowdrop.people import cards
from snowdrop.people.models import Card, Person
from snowdrop.story import writing
from tests.web.page import Page, parts

OVER = "This link does not open anything now"
ONE_DEVICE = "So that you find it again on another device: add an address, a passkey or a sheet"


@pytest.fixture
def at(memorial):
    def address(name: str, *more) -> str:
        return reverse(f"memorials:{name}", args=[memorial.slug, *more])

    return address


def asked(called: str, circle: Circle, by, **more) -> str:
    _invitation, token = inviting.ask_in(called, circle, by=by, **more)
    return reverse("memorials:invitation", args=[token])


def read(answer) -> str:
    """What a page says, in one line."""
    return " ".join(Page(answer.content.decode()).root.words.split())


def foot(answer) -> list[str]:
    page = parts(answer.content.decode())
    [found] = page.find("footer", **{"class": "foot"})
    return [page.text(link) for link in page.find("a", within=found)]


# The way to what is theirs


@pytest.mark.parametrize("who", ["keeper", "family", "friend"])
@pytest.mark.parametrize("room", ["story:room", "memorials:about", "story:write", "talk:page"])
def test_every_page_of_a_member_leads_to_what_is_theirs(who, room, request, client_for, memorial, fact, keeper):
    writing.write("We were there.", by=keeper, audience=Circle.FRIENDS)
    fact(audience=Circle.FRIENDS)
    path = reverse(room, args=[] if room == "talk:page" else [memorial.slug])

    answer = client_for(request.getfixturevalue(who)).get(path)

    assert (answer.status_code, foot(answer)[:1]) == (200, ["You"])


def test_a_stranger_and_a_guest_find_no_link_to_what_is_nobody_s(client, client_for, guest, memorial, keeper):
    writing.write("We were there.", by=keeper, audience=Circle.LINK)

    assert foot(client_for(guest).get(reverse("story:room", args=[memorial.slug]))) == []
    assert foot(client.get(reverse("memorials:begin"))) == ["Someone to talk to", "Privacy"]


# Known by one device only


@pytest.mark.parametrize("circle", [Circle.FAMILY, Circle.FRIENDS])
def test_whoever_came_by_an_invitation_is_told_how_they_come_in_again(circle, client, keeper, at):
    came = client.post(asked("Lena", circle, keeper), {"name": "Lena"}, follow=True)

    assert came.redirect_chain == [(at("came_in"), 302)]
    said = f"You are in. You can read here, and add to it if you like. Read on {ONE_DEVICE}"
    assert said in read(came)
    assert ONE_DEVICE in read(client.get(reverse("memorials:mine")))
    assert "At the moment this device is the only one that knows you." in read(client.get(reverse("people:you")))


def test_another_parent_is_told_on_the_page_itself(client, keeper, at):
    came = client.post(asked("Lena", Circle.KEEPERS, keeper), {"name": "Lena"}, follow=True)

    assert came.redirect_chain == [(at("came_in"), 302), (at("page"), 302)]
    assert ONE_DEVICE in read(came)


def test_whoever_began_by_a_card_is_told(client, people):
    client.post(reverse("memorials:card", args=[cards.make(Card.For.BEGINNING)]))

    page = client.post(reverse("memorials:begin"), {"name": "Robin"}, follow=True)

    assert "Kept. It will be here tomorrow, or in ten years." in read(page)
    assert ONE_DEVICE in read(page)


def test_whoever_has_an_address_is_not_told_and_reads_at_once(client_for, friend, keeper, at):
    sam = client_for(friend)

    assert sam.get(at("came_in"))["Location"] == at("page")
    assert ONE_DEVICE not in read(sam.get(reverse("memorials:mine")))
    assert ONE_DEVICE not in read(client_for(keeper).get(at("page")))


# An invitation opened again


def test_whoever_came_in_and_opens_the_invitation_again_goes_on_to_the_page(client, keeper, at, client_for, elsewhere):
    link = asked("Lena", Circle.FRIENDS, keeper)
    client.post(link, {"name": "Lena"})

    for method in (client.get, client.post):
        assert method(link)["Location"] == at("page")
    other = client_for(elsewhere).get(link)
    assert (other.status_code, OVER in read(other)) == (410, True)


def test_whoever_was_taken_out_is_not_asked_in_again_by_the_same_link(client, keeper, at):
    link = asked("The choir", Circle.FRIENDS, keeper, uses=5)
    client.post(link, {"name": "Lena"})
    lena = Membership.objects.get(person__name="Lena")
    inviting.remove(lena, by=keeper)

    answer = client.get(link)

    assert (answer.status_code, OVER in read(answer)) == (410, True)
    assert client.get(asked("Lena", Circle.FRIENDS, keeper)).status_code == 200
    assert Invitation.objects.get(called="The choir").used == 1


def test_whoever_left_by_themselves_is_not_let_in_by_an_old_link_either(client, keeper):
    link = asked("The choir", Circle.FRIENDS, keeper, uses=5)
    client.post(link, {"name": "Lena"})
    leaving.leave(by=stand(keeper.memorial, Person.objects.get(name="Lena")))

    assert client.get(link).status_code == 410


# Two pages of one name


def notes(answer) -> list[str]:
    page = parts(answer.content.decode())
    return [page.text(note) for note in page.find("span", **{"class": "soft small"})]


def test_two_pages_of_one_name_are_told_apart_where_they_are_listed(client_for, second_keeper, people):
    separating.go_separate_ways(by=second_keeper)

    answer = client_for(second_keeper).get(reverse("memorials:mine"))

    # Once where they are opened, once where they are left.
    assert notes(answer) == ["with Mara", "only you look after it"] * 2


def test_to_a_friend_two_pages_of_one_name_say_who_looks_after_them(client_for, friend, people):
    robin = beginning.begin(by=people["noor"], name="Wren")
    inviting.bring_in(robin, people["sam"], Circle.FRIENDS, asked_by=people["noor"])

    answer = client_for(friend).get(reverse("memorials:mine"))

    assert notes(answer) == ["Mara and Theo look after it", "Noor looks after it"] * 2


def test_pages_of_different_names_need_no_note(client_for, keeper, people):
    beginning.begin(by=people["mara"], name="Robin")

    answer = client_for(keeper).get(reverse("memorials:mine"))

    assert len(answer.context["pages"]) == 2
    assert notes(answer) == []


def test_the_list_asks_as_often_for_three_pages_of_one_name_as_for_two(client_for, friend, people):
    counts = []
    for number in range(3):
        page = beginning.begin(by=people["noor"], name="Wren")
        inviting.bring_in(page, people["sam"], Circle.FRIENDS, asked_by=people["noor"])
        sam = client_for(friend)
        with CaptureQueriesContext(connection) as asked_for:
            answer = sam.get(reverse("memorials:mine"))
        counts.append(len(asked_for))
        assert len(answer.context["pages"]) == number + 2

    assert len(set(counts)) == 1
