"""Recent proof: asked again before what weighs more, by what a person has, and never of who has nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from snowdrop.people import codes, proof, sheet
from snowdrop.people.models import Person, Session
from snowdrop.people.sessions import SessionStore
from tests.people.authenticator import Device
from tests.people.conftest import new_browser
from tests.web.page import Page

LATER = timedelta(minutes=16)
SHEET = "/you/sheet/"  # one of the pages that ask


@pytest.fixture
def ines(people):
    return people["ines"]


@pytest.fixture
def post(committed):
    def posted(client: Client, data, path: str = "/prove/"):
        with committed():
            return client.post(path, {"next": SHEET, **data})

    return posted


@pytest.fixture
def later():
    """Let a quarter of an hour pass for whatever follows."""
    with time_machine.travel(timezone.now() + LATER, tick=False) as clock:
        yield clock


@pytest.fixture
def client(client_for, ines, request):
    """Ines's browser; she came in a quarter of an hour before the clock of the test, where it asks for `later`."""
    client = client_for(ines)
    if "later" in request.fixturenames:
        request.getfixturevalue("later")
    return client


def is_shown(client: Client) -> bool:
    return client.get(SHEET).status_code == 200


def test_who_came_in_just_now_is_not_asked(client):
    assert is_shown(client)


def test_who_came_in_a_while_ago_is_asked_and_comes_back_to_the_page(client, later):
    for answer in (client.get(SHEET), client.post(SHEET)):
        assert (answer.status_code, answer["Location"]) == (302, "/prove/?next=%2Fyou%2Fsheet%2F")
    assert "Is it you?" in client.get("/prove/?next=%2Fyou%2Fsheet%2F").content.decode()


def test_what_is_only_posted_to_comes_back_to_the_form_s_own_page(client, later):
    assert client.post("/you/passkeys/1/remove/", {"next": "/you/passkeys/1/"})["Location"] == (
        "/prove/?next=%2Fyou%2Fpasskeys%2F1%2F"
    )


def test_a_script_is_told_in_a_sentence(client, later):
    answer = client.post("/you/passkeys/add/", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()) == (
        403,
        {"errors": {"": ["It has been a while. Load the page anew and show that it is you."]}},
    )


def test_a_method_that_the_page_does_not_answer_is_still_not_answered(client, later):
    assert client.delete(SHEET).status_code == 405


def test_a_code_to_one_s_own_address_proves_it_and_the_address_is_not_shown_whole(client, later, post, digits):
    assert "ines@example.org" not in client.get("/prove/").content.decode()
    sent = post(client, {"way": "send"})
    assert (sent.status_code, sent.context["address"]) == (200, "i…@example.org")
    assert "ines@example.org" not in sent.content.decode()

    answer = post(client, {"way": "code", "code": digits()})

    assert (answer.status_code, answer["Location"], is_shown(client)) == (302, SHEET, True)


def test_new_digits_are_told_of(client, later, post):
    new = "We sent new digits to i…@example.org. Those from before let nobody in any more."
    answers = [post(client, {"way": "send"}).content.decode() for _press in range(2)]

    assert [new in Page(answer).root.words for answer in answers] == [False, True]


def test_wrong_digits_prove_nothing_and_are_told(client, later, post, digits):
    post(client, {"way": "send"})

    answer = post(client, {"way": "code", "code": "0000 0000" if digits() != "0000 0000" else "1111 1111"})

    assert answer.status_code == 422
    assert answer.context["code"].errors["code"] == [
        "These are not the digits we sent, or their time is over. Look again, or let us send new ones."
    ]
    assert not is_shown(client)


def test_a_code_to_a_new_address_proves_nothing(client_for, ines, post, digits, committed):
    """Whoever holds the device could name an address of their own."""
    client = client_for(ines)
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=14), tick=False), committed():
        client.post("/you/address/", {"email": "evil@example.org"})

    with time_machine.travel(now + LATER, tick=False):
        assert post(client, {"way": "code", "code": digits()}).status_code == 422
        assert not is_shown(client)


@pytest.mark.parametrize(
    "path", ["/you/address/", "/you/passkeys/", "/you/sheet/", "/you/devices/bring-in/"], ids=lambda path: path[5:-1]
)
def test_another_way_in_is_added_only_by_who_proved_it_and_the_first_one_by_anybody(
    path, client_for, ines, guest_session
):
    known, unknown = client_for(ines), client_for(Person.objects.create())
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert known.get(path)["Location"].startswith("/prove/")
        assert unknown.get(path).status_code == 200


def test_many_codes_are_told_in_a_sentence(client, later, post):
    with time_machine.travel(timezone.now(), tick=False):
        for _code in range(8):
            post(client, {"way": "send"})

        answer = post(client, {"way": "send"})

    assert (answer.status_code, answer.context["why_not"]) == (
        422,
        "Several codes went out already. Please wait 8 minutes, then try again.",
    )


def test_a_line_of_one_s_own_sheet_proves_it_once_and_another_s_does_not(client, later, ines, people, post):
    theirs, mine = sheet.make(by=people["sam"]), sheet.make(by=ines)
    said = "No sheet has this code, or it was used already. Look once more, or take the next one."

    refused = post(client, {"way": "sheet", "line": theirs[0]})
    assert (refused.status_code, refused.context["line"].errors["line"]) == (422, [said])
    assert post(client, {"way": "sheet", "line": mine[0]})["Location"] == SHEET

    assert is_shown(client)
    with pytest.raises(sheet.WrongSheetCode):
        sheet.use(mine[0])


def test_one_s_own_passkey_proves_it_and_another_s_does_not(client_for, ines, people):
    json = {"headers": {"Accept": "application/json"}}
    mine, theirs = Device(), Device()
    clients = {"ines": client_for(ines), "sam": client_for(people["sam"])}
    for name, device in (("ines", mine), ("sam", theirs)):
        asked = clients[name].post("/you/passkeys/add/", **json).json()
        clients[name].post("/you/passkeys/add/", {"credential": device.keeps(asked)}, **json)
    client = clients["ines"]

    with time_machine.travel(timezone.now() + LATER, tick=False):
        asked = client.post("/prove/passkey/", **json).json()
        assert [one["id"] for one in asked["publicKey"]["allowCredentials"]] == [ines.passkeys.get().credential_id]
        refused = client.post("/prove/passkey/", {"credential": theirs.signs(asked)}, **json)
        assert (refused.status_code, is_shown(client)) == (422, False)

        asked = client.post("/prove/passkey/", **json).json()
        answer = client.post("/prove/passkey/", {"credential": mine.signs(asked), "next": SHEET}, **json)
        assert (answer.status_code, answer.json()["url"], is_shown(client)) == (201, SHEET, True)


def test_who_has_no_means_is_told_so_and_a_button_goes_on(client_for, guest_session, post):
    person = Person.objects.create()
    client = client_for(person)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert (
            "You have no address, passkey or sheet here yet, so there is nothing to ask for: "
            "whoever holds this device can go on." in client.get("/prove/").content.decode()
        )

        assert post(client, {"way": "none"})["Location"] == SHEET
        assert proof.is_recent(row_of(person), timezone.now())


def test_who_has_means_does_not_go_on_by_that_button(client, later, post):
    assert post(client, {"way": "none"}).status_code == 422
    assert not is_shown(client)


@pytest.mark.parametrize("way", ["", "send", "code", "sheet", "none", "\x00", "x" * 10_000])
@pytest.mark.parametrize("typed", ["", "\x00", "x" * 10_000, "٠١٢٣٤٥٦٧"])
def test_whatever_is_typed_proves_nothing(client, later, way, typed, post):
    answer = post(client, {"way": way, "code": typed, "line": typed})

    assert answer.status_code == (200 if way == "send" else 422)
    assert not is_shown(client)


def test_who_is_not_asked_goes_straight_on_and_never_to_another_house(client):
    assert client.get("/prove/", {"next": "/you/"})["Location"] == "/you/"
    assert client.get("/prove/", {"next": "//evil.example/"})["Location"] == "/"


def test_a_proof_on_one_device_is_none_on_another(client_for, client, ines, later):
    client_for(ines)

    assert not is_shown(client)


@pytest.mark.parametrize(
    ("later", "recent"),
    [
        (timedelta(minutes=14, seconds=59), True),
        (timedelta(minutes=15), False),
        (timedelta(seconds=-30), True),  # another machine's clock
        (timedelta(hours=-1), False),  # set back: it would be good for an hour longer
    ],
)
def test_a_proof_is_good_for_a_quarter_of_an_hour_whatever_the_clock_does(later, recent):
    now = timezone.now()

    assert proof.is_recent(Session(proved_at=now), now + later) == recent
    assert not proof.is_recent(Session(), now)


def test_a_mailed_code_does_not_live_longer_because_the_clock_was_set_back(browser, digits, committed):
    with committed():
        codes.send("ines@example.org", session=browser)

    with (
        time_machine.travel(timezone.now() - timedelta(hours=1), tick=False),
        pytest.raises(codes.WrongCode),
    ):
        codes.proven(digits(), session=browser)


def test_the_mark_stands_directly_above_the_methods():
    with pytest.raises(ImproperlyConfigured, match=r"asked_again stands directly above require_http_methods\."):
        proof.asked_again(lambda request: HttpResponse())

    assert proof.asked_again(require_http_methods(["GET"])(lambda request: HttpResponse()))


def test_what_weighs_most_asks_those_without_means_too_and_lets_nobody_s_request_through_unasked(rf, guest_session):
    """Whether a stranger may come at all is asked further up."""
    view = proof.asked_again(require_http_methods(["GET"])(lambda request: HttpResponse("open")))
    request = rf.get("/a/page/", {"as": "friends"})
    statuses = []
    for row in (
        Session(person=Person(), proved_at=None),
        Session(person=Person(), proved_at=timezone.now()),
        Session(),
        None,
    ):
        request.session = SessionStore()
        request.session.row = row
        statuses.append(view(request).status_code)

    assert statuses == [302, 200, 200, 200]


@pytest.mark.parametrize(
    ("address", "shown"), [("nora@example.org", "n…@example.org"), ("n@x.org", "n…@x.org"), ("ن@x.org", "ن…@x.org")]
)
def test_an_address_is_shown_by_its_first_letter_and_its_house(address, shown):
    assert proof.veiled_address(address) == shown


# "Only me"


def row_of(person: Person) -> Session:
    return Session.objects.get(person=person)


@pytest.fixture
def signed_in(client_for, ines):
    client_for(ines)
    return row_of(ines)


@pytest.mark.parametrize(
    ("later", "is_open"),
    [
        (timedelta(), True),
        (timedelta(hours=3, minutes=59), True),
        (timedelta(hours=4, minutes=1), False),
        (timedelta(hours=-1), False),  # the clock was set back: asked again rather than open for longer
    ],
)
def test_only_me_is_open_for_four_hours_after_coming_in(signed_in, later, is_open):
    assert proof.self_is_open(signed_in, timezone.now() + later) == is_open


def test_each_visit_moves_the_four_hours_on(signed_in, ines):
    now = timezone.now()
    for hours in (3, 6, 9):
        proof.keep_self_open(signed_in, now + timedelta(hours=hours))

    assert proof.self_is_open(row_of(ines), now + timedelta(hours=12))
    assert not proof.self_is_open(row_of(ines), now + timedelta(hours=14))


def test_a_visit_after_it_closed_does_not_open_it(signed_in, ines):
    later = timezone.now() + timedelta(hours=5)

    proof.keep_self_open(signed_in, later)

    assert not proof.self_is_open(row_of(ines), later)


def test_a_hundred_visits_within_ten_minutes_write_nothing(signed_in, django_assert_num_queries):
    now = signed_in.proved_at
    with django_assert_num_queries(0):
        for second in range(100):
            proof.keep_self_open(signed_in, now + timedelta(seconds=5 * second))
            assert proof.self_is_open(signed_in, now + timedelta(seconds=5 * second))

    with django_assert_num_queries(1):
        for second in range(600, 700):
            proof.keep_self_open(signed_in, now + timedelta(seconds=second))


def test_a_device_signed_out_meanwhile_is_not_opened_again(signed_in):
    Session.objects.filter(pk=signed_in.pk).update(self_until=None)

    proof.keep_self_open(signed_in, timezone.now() + timedelta(hours=1))

    assert Session.objects.get(pk=signed_in.pk).self_until is None


def test_a_proof_opens_it_again(client_for, ines, post, digits):
    client = client_for(ines)
    later = timezone.now() + timedelta(hours=5)
    with time_machine.travel(later, tick=False):
        assert not proof.self_is_open(row_of(ines), later)
        post(client, {"way": "send"})
        post(client, {"way": "code", "code": digits()})

        assert proof.self_is_open(row_of(ines), later)


def test_who_has_no_means_is_never_shut_out(client_for, guest_session):
    person = Person.objects.create()
    client_for(person)
    later = timezone.now() + timedelta(days=30)
    assert proof.self_is_open(row_of(person), later)

    sheet.make(by=person)

    assert not proof.self_is_open(row_of(person), later)


def test_a_browser_that_nobody_is_signed_in_with_has_no_area_of_its_own(db):
    assert not proof.self_is_open(new_browser(), timezone.now())
