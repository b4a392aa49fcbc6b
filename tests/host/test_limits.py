"""What somebody meets who comes too often, and that the others meet nothing."""

from __future__ import annotations

import json

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from snowdrop.config import limits
from snowdrop.memorials import inviting, successors, telling
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import GuestLink, Invitation, Knock, Membership
from snowdrop.people import cards, ways_back
from snowdrop.people.models import Card, Person
from tests.access.addresses import every_address

HERE = "127.0.0.0/24"
WAIT = "Nothing is gone. Please wait 1 minute, then try again."


@pytest.fixture
def links(keeper) -> list[str]:
    """One of each link that somebody may open."""
    _row, keeps_after = successors.name_by_link("Ruth", by=keeper)
    _invitation, asked = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    _link, reads = inviting.make_link("A neighbour", by=keeper)
    _way, back = ways_back.make(Person.objects.get(name="Sam"), by=keeper.person)
    return [
        f"/in/{asked}/",
        f"/by/{reads}/",
        f"/card/{cards.make(Card.For.BEGINNING)}/",
        f"/back/{back}/",
        f"/keep-after/{keeps_after}/",
    ]


def empty(what: str, whose: object) -> None:
    limits.take(what, whose, count=limits.LIMITS[what].at_once)


def test_a_network_that_opens_links_without_end_waits_before_every_kind_of_them(client, links):
    assert [client.get(link).status_code for link in links] == [200] * 5
    limits.take("opening links", HERE, count=limits.LIMITS["opening links"].at_once - 5)

    answers = [getattr(client, method)(link) for link in links for method in ("get", "head", "post")]

    assert [(answer.status_code, answer["Retry-After"]) for answer in answers] == [(429, "1")] * 15
    assert [WAIT in answer.content.decode() for answer in answers] == [True, False, True] * 5
    assert Membership.objects.filter(person__name="Lena").count() == 0
    assert [Client(REMOTE_ADDR="192.0.2.7").get(link).status_code for link in links] == [200] * 5
    assert client.get("/").status_code == 200


def test_no_address_with_a_token_opens_without_the_limit_of_links(client, db):
    """Read from the URL table, so that one that comes later is not forgotten."""
    empty("opening links", HERE)
    by_token = [address.name for address in every_address() if "token" in address.takes]

    answers = {
        (name, method): client.generic(method, reverse(name, args=["x"]))
        for name in by_token
        for method in ("GET", "POST")
    }

    assert {
        where: answer.status_code for where, answer in answers.items() if answer.status_code not in (405, 429)
    } == {}
    assert {name for (name, method), answer in answers.items() if answer.status_code == 429} == set(by_token)
    assert set(by_token) >= {
        "memorials:card",
        "memorials:enter",
        "memorials:invitation",
        "memorials:succeed",
        "people:way_back",
    }


# What a stranger may post to that tries no secret of anybody's and sends no mail.
TRIES_NOTHING = {
    "handover:giving",
    "memorials:begin",
    "memorials:begin_by_passkey",
    "people:begin_again",
    "people:language",
    "people:which",
}


def test_nothing_that_a_stranger_types_is_tried_without_a_limit(client, db):
    for what in ("opening links", "typing codes", "codes to a network"):
        empty(what, HERE)
    open_to_strangers = [one for one in every_address() if getattr(one.view, "needs", "") == "anyone"]
    said = {"email": "ines@example.org", "letters": "CDF-HJK-LMN-PQR", "line": "CDF-HJK-LMN-PQR-TVW-XY3"}

    tried = {}
    for address in open_to_strangers:
        taken = {"token": "x"} if "token" in address.takes else {}
        tried[address.name] = client.post(reverse(address.name, kwargs=taken), said).status_code

    assert {name for name, status in tried.items() if status not in (405, 429)} == TRIES_NOTHING
    assert {"people:come_in", "people:come_in_by_sheet", "people:come_in_by_device", "people:come_in_by_passkey"} <= {
        name for name, status in tried.items() if status == 429
    }


@pytest.mark.parametrize("what", ["knocks of a person", "knocks of a network"])
def test_whoever_asks_to_come_in_without_end_waits_whether_there_is_a_page_or_not(
    what, client_for, people, memorial, keeper
):
    noor, host = client_for(people["noor"]), client_for(people["host"])
    empty(what, people["noor"].pk if what == "knocks of a person" else HERE)

    pages = [
        noor.post("/may-i-come-in/", {"where": f"/m/{slug}/", "says": "Noor"}) for slug in (memorial.slug, "z" * 14)
    ]

    assert [page.status_code for page in pages] == [429, 429]
    assert ["Nothing is gone. Please wait" in page.content.decode() for page in pages] == [True, True]
    assert list(Knock.objects.all()) == []
    assert noor.get("/may-i-come-in/").status_code == 200
    other = host.post("/may-i-come-in/", {"where": f"/m/{memorial.slug}/", "says": "Host"})
    assert other.status_code == (302 if what == "knocks of a person" else 429)


def test_a_client_that_asks_for_json_is_told_in_json(client, links):
    empty("opening links", HERE)

    answer = client.get(links[0], headers={"Accept": "application/json"})

    assert (answer.status_code, answer["Retry-After"], json.loads(answer.content)) == (
        429,
        "1",
        {"errors": {"": [WAIT]}},
    )


def test_a_keeper_who_asks_in_without_end_waits_and_the_other_keeper_does_not(
    client_for, keeper, second_keeper, memorial
):
    empty("asking in", keeper.person.pk)
    said, path = {"called": "Lena", "circle": "20"}, f"/m/{memorial.slug}/ask-in/"

    answer = client_for(keeper).post(path, said)

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert list(Invitation.objects.all()) == []
    assert client_for(keeper).get(path).status_code == 200
    assert client_for(second_keeper).post(path, said).status_code == 201


@time_machine.travel("2026-05-03 10:00", tick=False)
@pytest.mark.parametrize("circle", ["20", "link"])
def test_a_keeper_who_mailed_without_end_is_told_at_the_address_and_asks_in_without_a_mail(
    circle, client_for, keeper, memorial, django_capture_on_commit_callbacks
):
    limits.take("sending mails", keeper.person.pk, count=limits.LIMITS["sending mails"].at_once - 1)
    mara, path = client_for(keeper), f"/m/{memorial.slug}/ask-in/"
    said = {"called": "Lena", "circle": circle, "email": "lena@example.org"}
    sentence = (
        "Many mails went out already. Please wait 2 minutes, or leave this empty and give them the link yourself."
    )

    with django_capture_on_commit_callbacks(execute=True):
        first, page = mara.post(path, said), mara.post(path, said)
        answer = mara.post(path, said, headers={"Accept": "application/json"})

    assert [letter.to for letter in mail.outbox] == [["lena@example.org"]]
    assert (first.status_code, page.status_code, page["Retry-After"]) == (201, 429, "120")
    assert page.context["form"].errors == {"email": [sentence]}
    assert page.context["form"]["called"].value() == "Lena"
    assert (answer.status_code, answer.json()) == (429, {"errors": {"email": [sentence]}})
    assert len([*Invitation.objects.all(), *GuestLink.objects.filter(called="Lena")]) == 1
    assert mara.post(path, said | {"email": ""}).status_code == 201


@time_machine.travel("2026-05-03 10:00", tick=False)
def test_a_keeper_who_mailed_without_end_lets_nobody_know_and_is_told_to_wait(
    client_for, keeper, memorial, people, django_capture_on_commit_callbacks
):
    Person.objects.filter(name="Sam").update(wants_let_know=True)
    empty("sending mails", keeper.person.pk)
    sam = Membership.objects.get(person=people["sam"], memorial=memorial)

    with django_capture_on_commit_callbacks(execute=True):
        answer = client_for(keeper).post(f"/m/{memorial.slug}/let-know/", {"members": [sam.pk]})

    assert (answer.status_code, answer["Retry-After"]) == (429, "120")
    assert "Nothing is gone. Please wait 2 minutes, then try again." in answer.content.decode()
    assert mail.outbox == []


def test_whoever_may_not_ask_in_takes_no_token(client_for, friend, memorial, stranger):
    for who in (friend, stranger):
        assert client_for(who).post(f"/m/{memorial.slug}/ask-in/", {"called": "x"}).status_code == 404
    assert list(limits.Bucket.objects.all()) == []
    assert GuestLink.objects.filter(called="x").count() == 0


def test_mails_to_a_family_go_out_once_however_large_it_is_and_then_they_wait(
    keeper, people, django_capture_on_commit_callbacks
):
    sam, ines = (Membership.objects.get(person=people[name], memorial=keeper.memorial) for name in ("sam", "ines"))
    Person.objects.filter(name="Sam").update(wants_let_know=True)  # Ines wants none, and counts all the same
    sam.person.refresh_from_db()
    limits.take("sending mails", keeper.person.pk, count=limits.LIMITS["sending mails"].at_once - 1)

    with pytest.raises(limits.TooMany), django_capture_on_commit_callbacks(execute=True):
        telling.let_know([sam, ines], by=keeper, address="https://pages.example.org/")
    assert mail.outbox == []
    assert Membership.objects.filter(let_know_at=None).count() == Membership.objects.count()

    with django_capture_on_commit_callbacks(execute=True):
        telling.let_know([sam], by=keeper, address="https://pages.example.org/")
    assert [letter.to for letter in mail.outbox] == [["sam@example.org"]]


PRESS = """
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from django.core.management import call_command
from django.db import connection
from snowdrop.config import limits

call_command("migrate", verbosity=0, interactive=False)
noon = datetime(2026, 5, 3, 12, tzinfo=UTC)

def press(number):
    try:
        # Somebody sweeps meanwhile: it takes away only what is full.
        if number % 5 == 0:
            limits.sweep(now=noon)
        limits.take("codes to an address", "ines@example.org", now=noon)
        return True
    except limits.TooMany:
        return False
    finally:
        connection.close()

with ThreadPoolExecutor(20) as pool:
    answer = sum(pool.map(press, range(100)))
"""


def test_of_twenty_who_press_together_eight_get_a_token(house):
    """In a house with a database as it is lived with: the one of the other tests is kept in memory."""
    house.data.mkdir(mode=0o700)

    assert house.ask(PRESS) == 8
