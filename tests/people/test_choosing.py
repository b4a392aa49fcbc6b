"""Two people with one mail address: the code proves the address, and then they say who they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from snowdrop.memorials.models import Membership
from snowdrop.people.models import Person

HOME = "home@example.org"
WHICH = "/come-in/which/"


@pytest.fixture
def two(db) -> list[Person]:
    return [Person.objects.create(name=name, email=HOME) for name in ("Mara", "Theo")]


@pytest.fixture
def post(committed):
    def posted(client: Client, path: str, data=None):
        with committed():
            return client.post(path, data or {})

    return posted


@pytest.fixture
def prove(post, digits):
    """Type the shared address and the code that came; return the answer."""

    def proved(client: Client, to: str = "/you/"):
        post(client, "/come-in/", {"email": HOME, "next": to})
        return post(client, "/come-in/", {"code": digits(), "next": to})

    return proved


def who(client: Client) -> Person | None:
    answer = client.get("/you/")
    return answer.context["person"] if answer.status_code == 200 else None


def test_whoever_proves_a_shared_address_is_asked_who_they_are_and_comes_in_as_that_one(client, two, prove):
    asked = prove(client)
    assert (asked.status_code, asked["Location"]) == (302, "/come-in/which/?next=%2Fyou%2F")
    assert who(client) is None  # the code alone signs nobody in here

    page = client.get(asked["Location"])
    assert [(label, str(value)) for value, label in page.context["form"].fields["who"].choices] == [
        ("Mara", str(two[0].pk)),
        ("Theo", str(two[1].pk)),
        ("Somebody else, with the same address", "new"),
    ]
    came = client.post(WHICH, {"who": two[1].pk, "next": "/you/"})

    assert (came.status_code, came["Location"]) == (302, "/you/")
    assert who(client) == two[1]


def test_whoever_is_somebody_else_becomes_a_new_person_with_the_same_address(client, two, prove):
    prove(client)

    client.post(WHICH, {"who": "new"})

    new = who(client)
    assert new is not None
    assert list(Person.objects.with_address(HOME)) == [*two, new]


def test_an_address_that_one_person_has_asks_nothing(client, db, prove):
    mara = Person.objects.create(name="Mara", email=HOME)

    assert prove(client)["Location"] == "/you/"
    assert who(client) == mara


@pytest.mark.parametrize("wrong", ["somebody of another address", "", "x", "9" * 40, "-1", "\x00"])
def test_nobody_comes_in_as_somebody_of_another_address(client, two, prove, wrong):
    noor = Person.objects.create(name="Noor", email="noor@example.org")
    prove(client)

    answer = client.post(WHICH, {"who": noor.pk if wrong.startswith("somebody") else wrong})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"who": ["Please choose who you are."]}
    assert who(client) is None


def test_without_a_proof_the_page_asks_for_one_and_names_nobody(client, two):
    for method in (client.get, client.post):
        answer = method(WHICH, {"who": two[0].pk})
        assert (answer.status_code, answer["Location"]) == (302, "/come-in/?next=%2F")
    assert who(client) is None


@pytest.mark.parametrize(("minutes", "lets_in"), [(14.9, True), (15.1, False), (-60, False)])
def test_a_proof_is_good_for_a_quarter_of_an_hour_also_where_the_clock_is_set_back(
    client, two, prove, minutes, lets_in
):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        prove(client)

    with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
        client.post(WHICH, {"who": two[0].pk})
        assert who(client) == (two[0] if lets_in else None)


def test_a_proof_lets_one_in_once(client, two, prove):
    prove(client)
    client.post(WHICH, {"who": two[0].pk})

    answer = client.post(WHICH, {"who": two[1].pk})

    assert (answer.status_code, answer["Location"]) == (302, "/come-in/?next=%2F")
    assert who(client) == two[0]


def test_looking_at_the_page_uses_nothing_up(client, two, prove):
    asked = prove(client)

    assert [client.get(asked["Location"]).status_code for _time in range(3)] == [200, 200, 200]


def test_somebody_who_closed_their_account_is_not_among_them(client, two, prove):
    from snowdrop.people import closing

    closing.close(two[0])

    assert prove(client)["Location"] == "/you/"
    assert who(client) == two[1]


def test_a_page_is_begun_with_a_shared_address_and_what_was_typed_is_still_there(client, two, post, digits):
    post(client, "/begin/", {"name": "Wren"})
    post(client, "/begin/find-again/", {"email": HOME})
    asked = post(client, "/begin/find-again/", {"code": digits()})
    assert asked["Location"] == "/come-in/which/?next=%2Fbegin%2F"

    back = client.post(WHICH, {"who": two[1].pk, "next": "/begin/"})
    page = client.get(back["Location"])
    assert page.context["form"]["name"].value() == "Wren"
    client.post("/begin/", {"name": "Wren"})

    assert list(Membership.objects.values_list("person", flat=True)) == [two[1].pk]
    assert client.get("/begin/").context["form"]["name"].value() == ""


def test_an_invitation_is_accepted_by_one_who_shares_an_address(client, two, prove, memorial, keeper):
    from snowdrop.memorials import inviting
    from snowdrop.memorials.circles import Circle

    _row, token = inviting.ask_in("Theo", Circle.FRIENDS, by=keeper)
    asked = prove(client, f"/in/{token}/")
    came = client.post(asked["Location"], {"who": two[1].pk, "next": f"/in/{token}/"})
    assert came["Location"] == f"/in/{token}/"

    client.post(came["Location"], {"name": "Theo"})

    assert Membership.objects.filter(memorial=memorial, person=two[1]).exists()
