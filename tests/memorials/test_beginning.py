"""Beginning: one question, one code; open to anyone, by a card, or to nobody the host did not ask."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from snowdrop.config.models import House, WhoMayBegin
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership, Memorial, Name
from snowdrop.people import cards
from snowdrop.people.models import Card, Person

BEGIN, FIND_AGAIN = "/begin/", "/begin/find-again/"


@pytest.fixture
def post(committed):
    def posted(client: Client, path: str, **data: str):
        with committed():
            return client.post(path, data)

    return posted


@pytest.fixture
def begins(post):
    """Go through the three screens; return the answer that opens the page."""

    def through(client: Client, address: str = "new@example.org", **said: str):
        asked = post(client, BEGIN, **said)
        assert (asked.status_code, asked["Location"]) == (302, FIND_AGAIN)
        post(client, FIND_AGAIN, email=address)
        digits = re.search(r"\d{4} \d{4}", mail.outbox[-1].body)
        assert digits
        return post(client, FIND_AGAIN, code=digits.group())

    return through


def opened_to(who: WhoMayBegin) -> None:
    House.objects.update_or_create(pk=1, defaults={"who_may_begin": who})


def names() -> list[str]:
    return list(Name.objects.values_list("text", flat=True))


def test_three_screens_and_the_page_stands_and_is_seen_by_its_keeper_alone(client, db, begins):
    answer = begins(client, name="Wren")

    memorial = Memorial.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/m/{memorial.slug}/")
    assert memorial.audience == Circle.KEEPERS
    assert list(Membership.objects.values_list("person__email", "circle")) == [("new@example.org", Circle.KEEPERS)]
    assert names() == ["Wren"]
    assert client.get(answer["Location"]).status_code == 200
    assert Client().get(answer["Location"]).status_code == 404
    assert len(mail.outbox) == 1


def test_the_address_of_a_page_never_holds_a_name(client, db, begins):
    begins(client, name="Wren")

    assert re.fullmatch(r"[bcdfghjkmnpqrstvwxz2-9]{14}", Memorial.objects.get().slug)


@pytest.mark.parametrize(
    "said", [{"name": ""}, {"name": " \t "}, {"no_name": "yes"}, {"name": "Wren", "no_name": "yes"}]
)
def test_the_name_may_stay_empty(client, db, begins, said):
    page = client.get(begins(client, **said)["Location"])

    assert names() == []
    assert page.status_code == 200
    assert "Only you can see this page. Nobody has been told." in page.content.decode()


def test_no_name_is_no_name_whatever_stands_in_the_field(client, db, begins):
    assert begins(client, name="x" * 10_000, no_name="yes").status_code == 302
    assert names() == []


@pytest.mark.parametrize("name", ["نور", "Zoë 🕊️", "Þórður", "小鳥", "Jean-Luc O'Neill", "<i>W</i>"])
def test_a_name_in_any_script_is_kept_as_it_was_typed(client, db, begins, name):
    page = client.get(begins(client, name=f"  {name} ")["Location"])

    assert names() == [name]
    assert page.context["head"]["name"] == name
    assert b"<i>W</i>" not in page.content


def test_a_name_of_ten_thousand_characters_is_told_with_the_limit_and_still_there(client, db):
    answer = client.post(BEGIN, {"name": "ä" * 10_000})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "name": ["A name can have up to 200 characters here; this one has 10,000."]
    }
    assert answer.context["form"]["name"].value() == "ä" * 10_000


def test_a_character_that_no_database_keeps_is_told(client, db):
    assert client.post(BEGIN, {"name": "W\x00ren"}).context["form"].errors == {
        "name": ["Null characters are not allowed."]
    }


def test_going_back_to_the_first_screen_finds_the_name_still_there(client, db, post):
    post(client, BEGIN, name="Wren")

    assert client.get(BEGIN).context["form"]["name"].value() == "Wren"


def test_the_second_screen_without_the_first_leads_to_it(client, db):
    assert client.get(FIND_AGAIN)["Location"] == BEGIN


def test_whoever_is_signed_in_needs_no_code(client_for, people, post):
    answer = post(client_for(people["ines"]), BEGIN, name="Wren")

    memorial = Memorial.objects.get(began_by=people["ines"])
    assert answer["Location"] == f"/m/{memorial.slug}/"
    assert mail.outbox == []


def test_pressing_back_after_the_code_and_sending_it_again_begins_no_second_page(client, db, begins, post):
    begins(client, name="Wren")

    again = post(client, FIND_AGAIN, code="1234 5678")

    assert again["Location"] == BEGIN
    assert Memorial.objects.count() == 1


@pytest.mark.parametrize("who", [WhoMayBegin.CODE, WhoMayBegin.CLOSED])
def test_where_it_is_not_open_a_stranger_reads_how_to_come_in_and_begins_nothing(client, db, who):
    opened_to(who)

    for answer in (client.get(BEGIN), client.post(BEGIN, {"name": "Wren"}), client.get("/")):
        assert b'name="name"' not in answer.content
    assert client.post(BEGIN, {"name": "Wren"}).status_code == 403
    assert list(Memorial.objects.all()) == []


@pytest.mark.parametrize(("who", "opens"), [(WhoMayBegin.CODE, 200), (WhoMayBegin.CLOSED, 403)])
def test_whoever_belongs_to_a_page_begins_another_only_where_that_is_enough(client_for, memorial, people, who, opens):
    opened_to(who)

    assert client_for(people["mara"]).get(BEGIN).status_code == opens


def test_a_card_begins_a_page_also_where_only_those_asked_in_may(client, db, post):
    opened_to(WhoMayBegin.CLOSED)
    post(client, f"/card/{cards.make(Card.For.BEGINNING)}/")

    assert client.get(BEGIN).status_code == 200


def test_closing_in_the_middle_of_beginning_ends_it(client, db, post):
    post(client, BEGIN, name="Wren")
    opened_to(WhoMayBegin.CLOSED)

    assert client.get(FIND_AGAIN)["Location"] == BEGIN
    assert client.get(BEGIN).status_code == 403


def test_a_card_lets_one_person_begin_without_a_mail_address(client, db, post):
    opened_to(WhoMayBegin.CODE)
    token = cards.make(Card.For.BEGINNING)
    assert client.get(f"/card/{token}/").status_code == 200
    assert Person.objects.count() == 0  # looking uses nothing up

    assert post(client, f"/card/{token}/")["Location"] == BEGIN
    answer = post(client, BEGIN, name="Wren")

    assert (answer.status_code, mail.outbox) == (302, [])
    assert client.get(answer["Location"]).status_code == 200
    other = Client()
    assert other.get(f"/card/{token}/").status_code == 410


def test_of_two_who_opened_the_same_card_one_begins(db, post):
    opened_to(WhoMayBegin.CODE)
    token = cards.make(Card.For.BEGINNING)
    first, second = Client(), Client()
    for browser in (first, second):
        post(browser, f"/card/{token}/")

    assert post(first, BEGIN, name="Wren").status_code == 302
    assert post(second, BEGIN, name="Robin").status_code in (403, 410)
    assert names() == ["Wren"]


def test_the_first_host_comes_in_by_the_link_once(client, db, post):
    token = cards.for_the_first_host()
    assert client.get(f"/card/{token}/").status_code == 200

    assert post(client, f"/card/{token}/", name="  Ward \n 4 ")["Location"] == "/house/"

    assert list(Person.objects.values_list("name", "is_host")) == [("Ward 4", True)]
    assert client.get("/house/").status_code == 200
    assert Client().post(f"/card/{token}/", {"name": "Eve"}).status_code == 410


def test_a_link_that_never_was_is_answered_calmly(client, db):
    for path in ("/card/x/", "/in/x/", "/by/x/"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "This link does not open anything now" in answer.content.decode()
