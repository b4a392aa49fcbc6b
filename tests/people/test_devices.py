"""The devices somebody is signed in on: brought in, listed, signed out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import segno
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from snowdrop.people import devices, tokens
from snowdrop.people.models import DeviceCode, Person, Session

WRONG = (
    "No device shows this code now. It is good for ten minutes and for one device: "
    "look once more, or let the other device show a new one."
)


@pytest.fixture
def ines(people):
    return people["ines"]


def types(client: Client, code: str):
    return client.post("/come-in/device/", {"letters": code, "next": "/you/"})


def signed_in(client: Client) -> Person | None:
    answer = client.get("/you/")
    return answer.context["person"] if answer.status_code == 200 else None


def test_a_code_shown_on_one_device_brings_in_another_and_both_are_listed(client_for, ines, committed):
    first, second = client_for(ines), Client(headers={"User-Agent": "Firefox/140.0 Android"})
    shown = first.post("/you/devices/bring-in/")
    assert shown.status_code == 201

    with committed():
        answer = types(second, shown.context["code"].lower())

    assert (answer.status_code, answer["Location"], signed_in(second)) == (302, "/you/", ines)
    for client in (first, second):
        assert sorted(device.called for device in client.get("/you/devices/").context["devices"]) == [
            "A device",
            "Firefox, Android",
        ]
    assert [letter.to for letter in mail.outbox] == [["ines@example.org"]]


def test_the_picture_holds_the_address_and_never_the_code(client_for, ines):
    page = client_for(ines).post("/you/devices/bring-in/")

    expected = segno.make("http://testserver/come-in/device/", micro=False, error="m")
    drawn = expected.svg_inline(border=4, light="#fff", omitsize=True, svgclass="paper__square", lineclass=None)
    assert page.context["picture"] == drawn
    assert page.context["picture"] in page.content.decode()
    assert " style=" not in page.context["picture"]


def test_looking_makes_no_code(client_for, ines):
    client_for(ines).get("/you/devices/bring-in/")

    assert list(DeviceCode.objects.all()) == []


def test_a_code_works_once(ines):
    code = devices.bring_in(by=ines)

    assert devices.typed(code) == ines
    with pytest.raises(devices.WrongDeviceCode):
        devices.typed(code)


def test_a_new_code_ends_the_one_before(ines):
    first, second = devices.bring_in(by=ines), devices.bring_in(by=ines)

    with pytest.raises(devices.WrongDeviceCode):
        devices.typed(first)
    assert devices.typed(second) == ines


@pytest.mark.parametrize(
    ("later", "opens"),
    [
        (timedelta(minutes=9, seconds=50), True),
        (timedelta(minutes=10, seconds=1), False),
        (timedelta(seconds=-30), True),  # another machine's clock
        (timedelta(hours=-1), False),  # set back: it would be good for an hour longer
    ],
)
def test_a_code_is_good_for_ten_minutes_whatever_the_clock_does(ines, later, opens):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        code = devices.bring_in(by=ines)

    with time_machine.travel(now + later, tick=False):
        if opens:
            assert devices.typed(code) == ines
            return
        client = Client()
        answer = types(client, code)
        assert (answer.status_code, answer.context["form"].errors["letters"]) == (422, [WRONG])
        assert signed_in(client) is None


@pytest.mark.parametrize("typed", ["CDF-HJK-LMN-PQR", "", "\x00", "x" * 41])
def test_what_no_device_shows_opens_nothing(ines, typed):
    devices.bring_in(by=ines)
    client = Client()

    answer = types(client, typed)

    assert (answer.status_code, len(answer.context["form"].errors["letters"])) == (422, 1)
    assert signed_in(client) is None


def test_the_database_does_not_know_the_code(ines):
    code = devices.bring_in(by=ines)

    row = str(DeviceCode.objects.values().get())
    assert code not in row
    assert tokens.as_typed(code) not in row
    assert tokens.digest(tokens.as_typed(code)) not in row


def test_a_device_out_of_one_s_hands_is_signed_out_from_another(client_for, ines, people):
    here, gone, sam = client_for(ines), client_for(ines), client_for(people["sam"])
    row = gone.get("/you/devices/").context["this"]

    assert here.post(f"/you/devices/{row.pk}/sign-out/")["Location"] == "/you/devices/"

    assert (signed_in(here), signed_in(gone), signed_in(sam)) == (ines, None, people["sam"])


def test_signing_this_device_out_in_the_list_is_signing_out_here(client_for, ines):
    client = client_for(ines)
    row = client.get("/you/devices/").context["this"]

    answer = client.post(f"/you/devices/{row.pk}/sign-out/")

    assert (answer["Location"], answer["Clear-Site-Data"]) == ("/", '"cache", "storage"')
    assert signed_in(client) is None


def test_signing_out_everywhere_else_leaves_this_device_and_ends_a_code_that_waits(client_for, ines, people):
    here, gone, sam = client_for(ines), client_for(ines), client_for(people["sam"])
    code = devices.bring_in(by=ines)

    here.post("/you/devices/sign-out-elsewhere/")

    assert (signed_in(here), signed_in(gone), signed_in(sam)) == (ines, None, people["sam"])
    with pytest.raises(devices.WrongDeviceCode):
        devices.typed(code)


def test_signing_out_everywhere_leaves_none(client_for, ines):
    here, gone = client_for(ines), client_for(ines)

    answer = here.post("/you/devices/sign-out-everywhere/")

    assert (answer["Location"], answer["Clear-Site-Data"]) == ("/", '"cache", "storage"')
    assert (signed_in(here), signed_in(gone)) == (None, None)
    assert list(Session.objects.filter(person=ines)) == []


def test_nobody_signs_out_another_s_device(client_for, ines, people):
    theirs = client_for(ines)
    row = theirs.get("/you/devices/").context["this"]

    assert client_for(people["sam"]).post(f"/you/devices/{row.pk}/sign-out/").status_code == 404
    assert signed_in(theirs) == ines


def test_a_device_whose_year_is_over_is_not_listed(client_for, ines):
    with time_machine.travel(timezone.now() - timedelta(days=400), tick=False):
        client_for(ines)
    here = client_for(ines)

    page = here.get("/you/devices/")
    assert list(page.context["devices"]) == [page.context["this"]]


def test_one_device_and_three_are_listed_with_as_many_questions(client_for, ines, django_assert_num_queries):
    here = client_for(ines)
    counts = []
    for more in (0, 2):
        for _device in range(more):
            client_for(ines)
        with django_assert_num_queries(4):
            counts.append(len(here.get("/you/devices/").context["devices"]))

    assert counts == [1, 3]
