"""The host's own pages: the first page, what is chosen for this place, cards, and whether all is well."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from PIL import Image

from snowdrop.config import limits
from snowdrop.config.models import House, Mark, WhoMayBegin
from snowdrop.memorials import beginning, inviting
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.people.models import Card, Person, WayBack
from snowdrop.storage.models import Original
from snowdrop.web.squares import square
from tests.access.town import build
from tests.web.page import parts


@pytest.fixture
def ward(db, client_for):
    """Somebody who looks after this place and has no page of their own."""
    return client_for(Person.objects.create(name="Ward 4", is_host=True))


def test_a_stranger_meets_one_calm_page(client, db):
    page = client.get("/")

    assert (page.status_code, page.context["may_begin"]) == (200, True)
    assert "It is seen by nobody until you choose." in page.content.decode()


def test_the_first_page_says_what_the_host_says(client, ward):
    said = {"name": "Ward 4", "welcome": "You are\nwelcome.", "contact": "room 12", "who_may_begin": "code"}
    assert ward.post("/house/", said).status_code == 302

    page = client.get("/").content.decode()

    assert [text in page for text in ("Ward 4", "You are<br>welcome.", "room 12", "Kept with Snowdrop")] == [
        True,
        True,
        True,
        False,  # the mark was not ticked
    ]
    assert 'href="/begin/"' not in page


def test_a_host_without_pages_comes_to_the_house_and_one_with_a_page_to_that(ward, memorial, client_for, people):
    assert ward.get("/")["Location"] == "/house/"

    Person.objects.filter(pk=people["mara"].pk).update(is_host=True)
    people["mara"].refresh_from_db()
    assert client_for(people["mara"]).get("/")["Location"] == f"/m/{memorial.slug}/"


def test_whoever_belongs_nowhere_any_more_reads_so(client_for, people, memorial, keeper):
    inviting.remove(Membership.objects.get(memorial=memorial, person=people["sam"]), by=keeper)

    assert client_for(people["sam"]).get("/")["Location"] == "/pages/"
    assert "There is no page here that you belong to." in client_for(people["sam"]).get("/pages/").content.decode()


def test_a_host_sees_no_family_s_page(ward, memorial):
    assert ward.get(f"/m/{memorial.slug}/").status_code == 404


def test_the_house_s_choices_are_one_row(ward):
    for who in ("code", "closed", "open"):
        ward.post("/house/", {"who_may_begin": who})

    assert list(House.objects.values_list("pk", "who_may_begin")) == [(1, WhoMayBegin.OPEN)]


def test_the_first_page_says_how_to_reach_the_host_and_which_languages_nobody_native_read(client, db):
    House.objects.update_or_create(pk=1, defaults={"contact": "ward4@example.org"})

    page = parts(client.get("/").content.decode())

    assert "Reach us: ward4@example.org" in [page.text(line) for line in page.find("p")]
    [foot] = page.find("footer")
    assert [page.text(link) for link in page.find("a", within=foot)] == ["Someone to talk to", "Privacy"]
    assert [page.text(name) for name in page.find("button", name="language")] == ["English", "Deutsch", "العربية"]
    assert "Not yet read by a native reader: Deutsch, العربية" in [page.text(line) for line in page.find("p")]


def test_the_tab_of_the_first_page_gives_away_no_name_of_the_host_s(client, db):
    House.objects.update_or_create(pk=1, defaults={"name": "Ward 4"})

    page = parts(client.get("/").content.decode())

    assert [page.text(element) for tag in ("title", "h1") for element in page.find(tag)] == ["A page", "Ward 4"]


def test_who_sees_what_is_said_without_a_word_of_ours(client, db):
    assert (
        "Each thing on a page is seen by the people chosen by those who look after the page, and by nobody else in "
        "this place."
    ) in client.get("/privacy/").content.decode()


def test_what_the_host_keeps_is_answered(ward):
    answer = ward.post("/house/", {"who_may_begin": "code"}, follow=True)

    assert '<p class="said" role="status">It is kept.</p>' in answer.content.decode()


def test_a_choice_that_there_is_not_changes_nothing(ward):
    ward.post("/house/", {"who_may_begin": "closed"})

    assert ward.post("/house/", {"who_may_begin": "everyone", "name": "x"}).status_code == 422
    assert House.here().who_may_begin == WhoMayBegin.CLOSED


def test_a_card_is_shown_once_and_opens_the_beginning_for_one_person(ward, client):
    ward.post("/house/", {"who_may_begin": "code"})

    made = ward.post("/house/card/", {"note": "ward 4"})

    assert made.status_code == 201
    path = made.context["link"].removeprefix("http://testserver")
    assert Card.objects.get().note == "ward 4"
    assert client.post(path)["Location"] == "/begin/"
    assert client.post("/begin/", {"name": "Wren"}).status_code == 302
    assert Client().get(path).status_code == 410


def test_a_card_may_be_printed_with_a_square_for_a_camera_and_without_the_host_s_note(ward):
    made = ward.post("/house/card/", {"note": "ward 4"})

    page, link = parts(made.content.decode()), made.context["link"]
    [paper] = page.find("article", **{"class": "paper"})
    day = date_format(timezone.localdate(Card.objects.get().expires_at))
    assert page.text(paper) == (
        "With this card you can begin a page of your own. Point the camera of a phone at the square, or type the "
        f"address. {link} It works once, until {day}."
    )
    assert made.context["square"] == square(link)
    assert len(page.find("svg", within=paper)) == 1
    assert [page.text(button) for button in page.find("button", **{"data-print": ""})] == ["Print"]


@pytest.mark.parametrize("note", ["\x00", "x" * 121])
def test_a_note_that_cannot_be_kept_is_told_and_makes_no_card(ward, note):
    answer = ward.post("/house/card/", {"note": note})

    assert answer.status_code == 422
    assert len(answer.context["card_form"].errors["note"]) == 1
    assert list(Card.objects.all()) == []


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_balancer_hears_that_all_is_well(client, db, method):
    answer = getattr(client, method)("/health")

    assert answer.status_code == 200
    assert method == "head" or answer.json() == {"status": "ok"}
    assert answer["Cache-Control"] == "no-store"


@pytest.fixture
def logo(tmp_path):
    """A mark as hosts have them: a PNG, transparent around, larger than it is shown, with words of a camera inside."""

    def made(format: str = "PNG", size: tuple[int, int] = (900, 300), **more):
        file = BytesIO()
        Image.new("RGBA" if format == "PNG" else "RGB", size, "#36523f").save(file, format, **more)
        return SimpleUploadedFile("canary name.png", file.getvalue(), "image/png")

    return made


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_mark_is_shown_to_everybody_as_a_small_copy(ward, client, logo, format, data_folder):
    assert ward.post("/house/mark/", {"file": logo(format)})["Location"] == "/house/"

    assert b'<img src="/mark.jpg" width="576" height="192" alt=""' in client.get("/").content
    answer = client.get("/mark.jpg")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/jpeg", "no-cache")
    assert Image.open(BytesIO(answer.content)).size == (576, 192)
    assert client.get("/mark.jpg", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    # What was sent is not kept.
    assert [path for path in data_folder.rglob("*") if path.is_file()] == []
    assert list(Original.objects.all()) == []


def test_another_mark_takes_the_place_of_the_first_and_one_taken_off_is_gone(ward, client, logo):
    ward.post("/house/mark/", {"file": logo()})
    first = client.get("/mark.jpg")
    ward.post("/house/mark/", {"file": logo(size=(100, 100))})
    assert client.get("/mark.jpg", headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert Mark.objects.count() == 1

    ward.post("/house/mark/", {"take_off": ""})

    assert client.get("/mark.jpg").status_code == 404
    assert b"/mark.jpg" not in client.get("/").content


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (None, "No picture was chosen yet."),
        (("mark.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None),
        (("mark.png", b""), "This file is empty."),
        (("mark.gif", "gif"), "A mark can be a PNG, JPEG or WebP picture."),
        (("mark.jpg", b"\xff\xd8\xff" + b"x" * 6 * 2**20), "This file is larger than 5 MB."),
    ],
)
def test_what_can_be_no_mark_is_told_and_the_old_one_stays(ward, client, logo, file, said):
    ward.post("/house/mark/", {"file": logo()})
    before = client.get("/mark.jpg").content
    if file and file[1] == "gif":
        file = (file[0], logo("GIF").read())

    answer = ward.post("/house/mark/", {"file": SimpleUploadedFile(*file)} if file else {})

    assert answer.status_code == 422
    (sentence,) = answer.context["mark_form"].errors["file"]
    assert said is None or sentence.startswith(said)
    assert client.get("/mark.jpg").content == before


def test_the_page_on_privacy_says_what_the_software_does_until_the_host_says_more(ward, client):
    ours = client.get("/privacy/").content.decode()
    assert [text in ours for text in ("up to three cookies", "within seven days", "thirty days", "come to harm")] == [
        True,
        True,
        True,
        False,
    ]

    said = {
        "safeguarding": "Room 12, +1 555 0100",
        "privacy": "*Ours* <script>x</script>",
        "keeping": "",
        "erasure": "",
    }
    assert ward.post("/house/texts/", said)["Location"] == "/privacy/"

    page = client.get("/privacy/").content.decode()
    assert [text in page for text in ("up to three cookies", "<em>Ours</em>", "<script>x", "thirty days")] == [
        False,
        True,
        False,
        True,
    ]
    assert "By something on a page, or because of it: please tell <bdi>Room 12, +1 555 0100</bdi>" in page


def test_the_page_on_privacy_says_what_is_counted_by_whom_it_is_told_apart_and_for_how_long(client, db):
    page = client.get("/privacy/").content.decode()

    assert (
        "So that a machine cannot try without end, we count for some hours how many codes, links and mails come from "
        "one connection, one browser, one mail address or one person; which one that is stands there in a scrambled "
        "form."
    ) in page
    assert "there are no advertisements and no statistics of visits." in page
    assert {one.name for one in limits.By} == {"NETWORK", "BROWSER", "ADDRESS", "PERSON"}
    assert max(one.fills_in for one in limits.LIMITS.values()) <= timedelta(hours=12)


def test_words_on_privacy_and_the_name_of_the_house_do_not_undo_each_other(ward):
    ward.post("/house/", {"name": "Ward 4", "who_may_begin": "code"})
    ward.post("/house/texts/", {"erasure": "Ask room 12."})
    ward.post("/house/", {"name": "Ward 5", "who_may_begin": "code"})

    house = House.here()
    assert (house.name, house.erasure, house.who_may_begin) == ("Ward 5", "Ask room 12.", "code")


def test_the_page_on_privacy_is_one_step_from_where_a_stranger_gives_something(client, db):
    for path in ("/", "/come-in/", "/begin/"):
        assert b'<a href="/privacy/">Privacy</a>' in client.get(path).content


def test_a_host_reads_numbers_and_nothing_of_what_is_kept(db):
    town = build()
    Person.objects.create(closed_at=timezone.now())  # a row on which words hang is nobody who signs in
    page = town.ask("host", "GET", "/house/").content.decode()

    pages, people = Memorial.objects.count(), Person.objects.filter(closed_at=None).count()
    assert (pages, people) > (1, 5)
    assert [f"{pages} pages" in page, f"{people} people who sign in" in page, "originals," in page] == [True] * 3
    assert "anary" not in page


def test_the_numbers_take_as_long_for_three_pages_as_for_one(
    ward, memorial, django_assert_num_queries, other_memorial, people
):
    with CaptureQueriesContext(connection) as once:
        ward.get("/house/")
    for _more in range(3):
        beginning.begin(by=people["noor"], name="More")

    with django_assert_num_queries(len(once)):
        ward.get("/house/")


def test_snowdrop_s_own_name_stands_in_the_foot_until_the_host_takes_it_off(ward, client):
    assert "Kept with Snowdrop" in client.get("/").content.decode()

    ward.post("/house/", {"who_may_begin": "open"})

    for path in ("/", "/privacy/", "/come-in/", "/begin/"):
        assert "Snowdrop" not in client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/", "/privacy/", "/come-in/", "/health", "/nothing/", "/you/", "/sign-out/"])
def test_head_is_answered_as_get_is_without_the_body(client, db, path):
    got, head = client.get(path), client.head(path)

    own = ("Content-Length", "Set-Cookie")
    assert head.status_code == got.status_code
    assert {k: v for k, v in head.items() if k not in own} == {k: v for k, v in got.items() if k not in own}
    assert head.content == b""


def test_nobody_else_opens_the_house(client, client_for, people):
    for browser in (client, client_for(people["mara"])):
        assert browser.get("/house/").status_code == 404
        assert browser.post("/house/", {"who_may_begin": "closed"}).status_code == 404
        assert browser.post("/house/card/", {"note": ""}).status_code == 404
        assert browser.get("/house/texts/").status_code == 404
        assert browser.post("/house/mark/", {"take_off": ""}).status_code == 404
    assert list(Card.objects.all()) == []


def test_a_host_helps_somebody_back_in_whom_they_look_for_by_the_whole_name(ward, client, people):
    way_back = "/house/way-back/"
    page = ward.get(way_back).content.decode()
    assert [name for name in ("Ines", "Sam", "ines@example.org") if name in page] == []

    looked = ward.post(way_back, {"who": " ines "})
    assert [one.name for one in looked.context["found"]] == ["Ines"]
    assert "ines@example.org" not in looked.content.decode()
    assert list(WayBack.objects.all()) == []
    made = ward.post(way_back, {"who": "ines", "person": people["ines"].pk})

    assert made.status_code == 201
    way = WayBack.objects.get()
    assert (way.person, way.by_host) == (people["ines"], True)
    link = re.search(r'value="http://testserver(/back/[^"]+/)"', made.content.decode())
    assert link
    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        client.post(link.group(1))
        assert client.get("/you/").context["person"] == people["ines"]


@pytest.mark.parametrize(
    ("who", "found"), [("INES@example.org", ["Ines"]), ("ine", []), ("", None), ("%", []), ("example.org", [])]
)
def test_a_host_finds_nobody_by_a_part_of_a_name_or_an_address(ward, people, who, found):
    answer = ward.post("/house/way-back/", {"who": who})

    if found is None:
        assert (answer.status_code, answer.context["form"].errors) == (
            422,
            {"who": ["Please type the name or the address."]},
        )
    else:
        assert [one.name for one in answer.context["found"]] == found
        assert ("Nobody here has this name or this address." in answer.content.decode()) == (found == [])


def test_a_host_is_asked_again_whether_it_is_them_before_a_way_back(ward, people):
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        answers = [ward.get("/house/way-back/"), ward.post("/house/way-back/", {"who": "ines"})]

    asked = "/prove/?next=%2Fhouse%2Fway-back%2F"
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, asked)] * 2


def test_a_host_makes_no_way_back_for_somebody_they_did_not_look_for(ward, people):
    answer = ward.post("/house/way-back/", {"who": "Ines", "person": people["sam"].pk})

    assert answer.status_code == 200
    assert list(WayBack.objects.all()) == []
