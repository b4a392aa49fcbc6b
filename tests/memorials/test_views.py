"""The pages of a memorial as a browser meets them: who sees this, what was taken off, what waits, whose eyes."""

from __future__ import annotations

import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from snowdrop.memorials import about, beginning, inviting, keepings, knocking
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Invitation, Kin, Knock, Membership, Memorial, Reader
from snowdrop.people.models import Person
from tests.web.page import parts


@pytest.fixture
def at(memorial):
    def address(name: str, *more) -> str:
        return reverse(f"memorials:{name}", args=[memorial.slug, *more])

    return address


@pytest.fixture
def mara(client_for, keeper):
    return client_for(keeper)


@pytest.fixture
def theo(client_for, second_keeper):
    return client_for(second_keeper)


def audience_of(row) -> int:
    return type(row).objects.get(pk=row.pk).audience


def test_opening_something_says_that_nobody_has_been_told(mara, at, kin, memorial):
    row = kin()

    answer = mara.post(at("who", row.pk), {"audience": "20"})

    assert (answer.status_code, answer["Location"]) == (302, at("opened"))
    assert audience_of(row) == Circle.FRIENDS
    assert "Nobody has been told." in mara.get(at("opened")).content.decode()
    assert mail.outbox == []


def test_narrowing_leads_back_to_the_thing(mara, at, kin):
    row = kin(audience=Circle.FRIENDS)

    assert mara.post(at("who", row.pk), {"audience": "40"})["Location"] == at("change_about")
    assert audience_of(row) == Circle.KEEPERS


def test_a_keeper_who_would_open_another_s_is_told_and_nothing_changes(theo, at, kin):
    row = kin()

    answer = theo.post(at("who", row.pk), {"audience": "20"})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "audience": ["Only whoever added it may show it to more people. You may show it to fewer."]
    }
    assert audience_of(row) == Circle.KEEPERS


def test_only_me_and_somebody_i_choose(mara, at, kin, people, memorial):
    row = kin()
    ines = Membership.objects.get(memorial=memorial, person=people["ines"])

    mara.post(at("who", row.pk), {"audience": "50", "readers": [ines.pk]})

    assert audience_of(row) == Circle.SELF
    assert list(Reader.objects.values_list("keeping", "person")) == [(row.pk, people["ines"].pk)]
    assert mara.get(at("who", row.pk)).context["form"].initial == {"audience": "50", "readers": [ines.pk]}


@pytest.mark.parametrize("audience", ["", "0", "10", "99", "-1", "keepers", "40.0"])
def test_a_friend_opens_to_no_circle_that_is_not_offered(client_for, friend, at, kin, audience):
    row = kin(by=friend, audience=Circle.FRIENDS)

    answer = client_for(friend).post(at("who", row.pk), {"audience": audience})

    assert answer.status_code == 422
    assert audience_of(row) == Circle.FRIENDS


def test_somebody_who_does_not_belong_here_is_named_as_no_reader(mara, at, kin, other_memorial):
    theirs = Membership.objects.get(memorial=other_memorial)
    row = kin()

    assert mara.post(at("who", row.pk), {"audience": "50", "readers": [theirs.pk]}).status_code == 422
    assert list(Reader.objects.all()) == []


def test_many_are_opened_at_once(mara, at, kin):
    rows = [kin(name) for name in ("Ada", "Eve")]
    ids = [str(row.pk) for row in rows]

    asked = mara.post(at("who_many"), {"ids": ids})
    assert (asked.status_code, [audience_of(row) for row in rows]) == (200, [40, 40])
    answer = mara.post(at("who_many"), {"ids": ids, "audience": "20"})

    assert answer["Location"] == at("opened")
    assert [audience_of(row) for row in rows] == [20, 20]


@pytest.mark.parametrize("ids", [["x"], [""], ["\x00"], [str(uuid.uuid4())]])
def test_of_many_one_that_is_not_there_makes_all_of_it_not_there(mara, at, kin, ids):
    row = kin()

    answer = mara.post(at("who_many"), {"ids": [str(row.pk), *ids], "audience": "20"})

    assert (answer.status_code, audience_of(row)) == (404, Circle.KEEPERS)


def test_what_was_taken_off_is_listed_and_comes_back(mara, at, kin):
    row = kin("Ada")

    assert mara.post(at("put_away", row.pk))["Location"] == at("put_away_list")
    assert "Ada" in mara.get(at("put_away_list")).content.decode()
    assert mara.post(at("bring_back", row.pk))["Location"] == at("change_about")

    assert "Nothing was taken off." in mara.get(at("put_away_list")).content.decode()


def test_deleting_for_good_is_asked_once_more_and_says_until_when_it_comes_back(mara, theo, at, kin):
    row = kin("Ada")
    assert mara.get(at("let_go", row.pk)).status_code == 404  # first it is taken off the page
    mara.post(at("put_away", row.pk))

    asked = mara.get(at("let_go", row.pk)).content.decode()
    assert "you can bring it back. After that it is deleted here." in asked
    assert "Copies that the host made before may hold it for a while." in asked
    mara.post(at("let_go", row.pk))
    assert Kin.objects.get(pk=row.pk).let_go_at is None  # it takes two where there are two
    theo.post(at("let_go", row.pk))

    assert "Will be deleted for good." in mara.get(at("put_away_list")).content.decode()
    mara.post(at("bring_back", row.pk))
    assert Kin.objects.get(pk=row.pk).let_go_at is None


def test_what_waits_is_read_by_a_keeper_and_let_show(mara, at, kin, friend, family):
    row = kin("From Sam", by=friend, audience=Circle.FRIENDS)
    assert "Something was added for you to read first" in mara.get(at("page")).content.decode()
    listed = mara.get(at("waiting")).content.decode()
    assert "Sam" in listed  # who offers something, and what kind of thing it is
    assert "From Sam" not in listed  # what it says, a keeper meets once they look

    mara.post(at("let_show", row.pk))

    assert list(Kin.objects.visible_to(family)) == [row]
    assert "Nothing waits." in mara.get(at("waiting")).content.decode()


def test_the_link_of_an_invitation_is_shown_once_and_stands_in_no_address_of_ours(mara, at):
    answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20"})

    link = answer.context["paper"].link
    assert answer.status_code == 201
    assert link.startswith("http://testserver/in/")
    assert link not in mara.get(at("people")).content.decode()
    assert "Lena" in mara.get(at("people")).content.decode()
    assert mail.outbox == []


def test_whoever_is_asked_in_comes_in_with_a_button_and_reads(mara, at, client, memorial):
    link = mara.post(at("ask_in"), {"called": "Lena", "circle": "20"}).context["paper"].link
    assert client.get(link).status_code == 200
    assert Invitation.objects.get().used == 0  # looking uses nothing up

    came = client.post(link, {"name": " Lena \n Maria "})

    assert came["Location"] == at("came_in")
    assert Membership.objects.get(person__name="Lena Maria").circle == Circle.FRIENDS
    assert client.get(at("page"), follow=True).status_code == 200


def test_letting_know_writes_one_mail_without_content(mara, at, memorial, people, committed):
    ines = Membership.objects.get(memorial=memorial, person=people["ines"])
    Person.objects.filter(pk=people["ines"].pk).update(wants_let_know=True)

    with committed():
        answer = mara.post(at("let_know"), {"members": [ines.pk]})

    assert answer.status_code == 302
    told = '<p class="said" role="status">A mail goes to each whom you chose, if they want such mail.</p>'
    assert told in mara.get(answer["Location"]).content.decode()
    assert [letter.to for letter in mail.outbox] == [["ines@example.org"]]
    assert "Wren" not in mail.outbox[0].message().as_string()


def test_letting_know_answers_alike_whether_they_want_mail_or_not(mara, at, memorial, people, committed):
    ines = Membership.objects.get(memorial=memorial, person=people["ines"])
    answers = []
    for wants in (True, False):
        Person.objects.filter(pk=people["ines"].pk).update(wants_let_know=wants)
        page = mara.get(at("let_know")).content.decode()
        with committed():
            answer = mara.post(at("let_know"), {"members": [ines.pk]})
        answers.append(
            ("Ines" in page, answer.status_code, answer["Location"], mara.get(answer["Location"]).status_code)
        )

    assert answers[0] == answers[1]
    assert len(mail.outbox) == 1


def test_choosing_nobody_is_fine_too(mara, at):
    answer = mara.post(at("let_know"), {})

    assert answer.context["form"].errors == {"members": ["Nobody is chosen. That is fine too: nothing was sent."]}


def test_whoever_has_one_page_comes_to_it_and_whoever_has_more_to_a_list(mara, at, memorial, people, keeper):
    assert mara.get("/")["Location"] == at("page")
    beginning.begin(by=people["mara"], name="Robin")

    assert mara.get("/")["Location"] == "/pages/"
    assert [page["name"] for page in mara.get("/pages/").context["pages"]] == ["Wren", "Robin"]


def test_a_page_that_closed_to_a_member_is_not_in_their_list(client_for, friend, memorial):
    assert [page["name"] for page in client_for(friend).get("/pages/").context["pages"]] == ["Wren"]
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.KEEPERS)

    assert client_for(friend).get("/pages/").context["pages"] == []


def test_while_a_keeper_looks_as_others_do_the_way_back_stands_above(mara, at, keeper):
    about.kin("Ada", by=keeper, audience=Circle.FRIENDS)

    page = mara.get(at("about"), {"as": "friends"})

    assert page.context["head"]["as_end_url"] == at("page")
    assert f'href="{at("page")}"' in page.content.decode()
    assert page.context["as_suffix"] == "?as=friends"


@pytest.mark.parametrize(
    "name", ["about", "change_about", "people", "waiting", "put_away_list", "page", "let_know", "ask_in", "log"]
)
def test_a_page_asks_the_database_as_often_for_three_things_as_for_one(
    name, mara, at, keeper, friend, kin, fact, memorial, beloved
):
    def one_more(number: int) -> None:
        person = Person.objects.create(name=f"Person {number}", email=f"person{number}@example.org")
        Membership.objects.create(memorial=memorial, person=person, circle=Circle.FRIENDS)
        inviting.ask_in(f"Guest {number}", Circle.FRIENDS, by=keeper)
        inviting.make_link(f"Link {number}", by=keeper)
        kin(f"Kin {number}")
        fact("other", f"a day {number}")
        about.name(f"Name {number}", of=beloved, by=keeper, is_chief=False)
        about.another(by=keeper, name_text=f"Twin {number}")
        kin(f"Waits {number}", by=friend, audience=Circle.FRIENDS)
        keepings.put_away(kin(f"Away {number}"), by=keeper)
        for again in range(2):
            asks = Person.objects.create(name=f"Asks {number} {again}")
            knocking.knock(memorial.slug, "Me", by=asks)
        knocking.not_now(Knock.objects.get(person=asks), by=keeper)

    counts = []
    for number in range(3):
        one_more(number)
        mara.get(at(name))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert mara.get(at(name)).status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[2]


def test_the_list_of_pages_asks_as_often_for_three_as_for_one(client_for, people):
    noor, counts = client_for(people["noor"]), []
    for name in ("Wren", "Robin", "Lark"):
        beginning.begin(by=people["noor"], name=name)
        noor.get("/pages/")
        with CaptureQueriesContext(connection) as asked:
            noor.get("/pages/")
        counts.append(len(asked))

    assert counts[0] == counts[2]


def test_where_there_are_no_pictures_no_page_speaks_of_any(mara, at, memorial):
    assert "Add photographs" in mara.get(at("page")).content.decode()

    mara.post(at("rest"), {"no_pictures": "on"})

    assert "hotograph" not in mara.get(at("page")).content.decode()
    assert mara.get(f"/m/{memorial.slug}/photographs/").status_code == 404
    assert mara.get(f"/m/{memorial.slug}/photographs/add/").status_code == 404


def test_pictures_that_rest_are_shown_nowhere_and_come_back(mara, at, memorial):
    mara.post(at("rest"), {"pictures_rest": "on"})
    assert mara.get(f"/m/{memorial.slug}/photographs/").status_code == 404

    mara.post(at("rest"), {})
    assert mara.get(f"/m/{memorial.slug}/photographs/").status_code == 200


@pytest.mark.parametrize(
    ("name", "says"),
    [("waiting", "Nothing waits."), ("read_as", "Nobody but those who look after it can open this page now.")],
)
def test_a_page_with_nothing_on_it_leads_back(mara, at, memorial, name, says):
    Memorial.objects.update(audience=Circle.KEEPERS)

    page = parts(mara.get(at(name)).content.decode())

    assert says in page.root.words
    back = [link["href"] for link in page.find("a") if page.text(link) == "Back to the page"]
    assert back == [f"/m/{memorial.slug}/"]


@pytest.mark.parametrize("circle", ["self", "SELF", "nobody", "keeper", "40"])
def test_a_keeper_looks_through_the_eyes_of_a_circle_and_of_nobody_in_particular(circle, mara, at):
    """Only me is no circle: through its eyes one would read what others keep for themselves."""
    assert mara.get(at("about"), {"as": circle}).status_code == 404
    assert mara.get(at("about"), {"as": "Friends"}).status_code == 200
