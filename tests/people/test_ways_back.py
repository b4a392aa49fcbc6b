"""A way back: made by another, open after three days, told at once, stopped with one button, used once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from snowdrop.people import closing, devices, sheet, ways_back
from snowdrop.people.doors import NotForYou
from snowdrop.people.models import Person, Session, WayBack
from tests.people.authenticator import Device, comes_in, keeps

NOW = datetime(2026, 5, 3, 20, 0, tzinfo=UTC)
OPENS = NOW + timedelta(hours=72)


@pytest.fixture
def at_now():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def ines(people) -> Person:
    return people["ines"]


@pytest.fixture
def token(at_now, people, ines) -> str:
    return ways_back.make(ines, by=people["mara"])[1]


def path(token: str) -> str:
    return reverse("people:way_back", args=[token])


def text(answer) -> str:
    return answer.content.decode()


def who(client: Client) -> Person | None:
    answer = client.get("/you/")
    return answer.context["person"] if answer.status_code == 200 else None


def asks_for_a_code(client: Client, digits, committed) -> str:
    with committed():
        client.post("/come-in/", {"email": "ines@example.org"})
    return digits()


def tries(client: Client, token: str) -> tuple[int, int, Person | None]:
    """Look at the link, press its button if there is one or not; return both answers and who that made of us."""
    looked, pressed = client.get(path(token)), client.post(path(token))
    return looked.status_code, pressed.status_code, who(client)


def test_after_three_days_a_button_signs_in_and_every_other_device_out(at_now, token, ines, client, client_for):
    elsewhere, sams = client_for(ines), client_for(Person.objects.get(name="Sam"))
    at_now.move_to(OPENS)

    page = client.get(path(token))
    assert "Come in again as Ines" in text(page)
    assert who(elsewhere) == ines  # looking changes nothing
    came = client.post(path(token))

    assert (came.status_code, came["Location"]) == (302, "/you/?came=back")
    said = (
        "You are in. Every other device was signed out, and no address, passkey or sheet from before lets anybody in "
        "as you any more."
    )
    assert said in text(client.get(came["Location"]))
    assert [who(browser) for browser in (client, elsewhere, sams)] == [ines, None, Person.objects.get(name="Sam")]


@pytest.mark.parametrize("early", [timedelta(seconds=1), timedelta(hours=71), timedelta(hours=72), timedelta(days=400)])
def test_before_three_days_are_over_it_says_when_it_opens_and_does_nothing(at_now, token, ines, client, early):
    """Also where the clock was set back: an hour, or a year."""
    at_now.move_to(OPENS - early)

    assert tries(client, token) == (200, 409, None)
    assert (
        "This link opens on 6 May 2026, 20:00 (Coordinated Universal Time). Until then it does nothing. Please keep it."
    ) in text(client.get(path(token)))


def test_when_it_opens_is_told_in_the_language_of_whoever_holds_it(at_now, token, client, settings):
    settings.TIME_ZONE = "Europe/Zurich"

    page = text(client.get(path(token), headers={"Accept-Language": "de"}))

    assert "22:00" in page
    assert "(Mitteleuropäische Sommerzeit)" in page


def test_whoever_it_is_for_is_told_by_a_postcard_at_once(at_now, people, ines, committed):
    with committed():
        _way, token = ways_back.make(ines, by=people["mara"])

    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (["ines@example.org"], "About your ways in")
    assert letter.body == (
        "Mara made a link with which you can come in again. Whoever has it can use it from 6 May 2026, 20:00 on, and "
        "is then you here. Once it is used, your address, devices, passkeys and sheet let nobody in as you any more."
        "\n\nIf you wanted this, nothing has to be done. If not, come in before then and press “Stop "
        "this”. You find it on the page “You”.\n\n"
    )
    assert token not in letter.message().as_string()


@pytest.mark.parametrize("place", ["/you/", "/pages/"])
def test_every_device_that_is_signed_in_shows_it_with_a_button_to_stop_it(
    token, ines, client_for, client, at_now, place
):
    devices = [client_for(ines), client_for(ines)]
    line = "On 3 May 2026 <bdi>Mara</bdi> made a link with which somebody can come in as you."
    assert [line in text(device.get(place)) for device in devices] == [True, True]

    stopped = devices[0].post("/you/stop-way-back/")

    assert "It is stopped. That link opens nothing any more." in text(devices[0].get(stopped["Location"]))
    assert [line in text(device.get(place)) for device in devices] == [False, False]
    at_now.move_to(OPENS)
    assert tries(client, token) == (410, 410, None)
    assert "It was stopped, or another was made in its place." in text(client.get(path(token)))


def test_a_person_with_one_page_is_led_to_where_it_can_be_stopped(token, ines, memorial, client_for):
    client = client_for(ines)
    assert client.get("/")["Location"] == "/pages/"

    ways_back.stop(by=ines)

    assert client.get("/")["Location"] == f"/m/{memorial.slug}/"


def test_nobody_else_meets_it_and_nobody_else_stops_it(token, people, client_for):
    sam = client_for(people["sam"])

    sam.post("/you/stop-way-back/")

    assert "made a link" not in text(sam.get("/you/"))
    assert WayBack.objects.get().stopped_at is None


def test_it_works_once(at_now, token, ines, client):
    at_now.move_to(OPENS)
    assert tries(client, token) == (200, 302, ines)

    assert tries(Client(), token) == (410, 410, None)
    assert "It was used already; it works once." in text(client.get(path(token)))
    assert who(client) == ines


def test_two_weeks_after_it_opened_it_opens_nothing(at_now, token, client):
    at_now.move_to(OPENS + timedelta(days=14))

    assert tries(client, token) == (410, 410, None)
    assert "It was made too long ago. Whoever made it can make another." in text(client.get(path(token)))


@pytest.mark.parametrize("mangle", [lambda token: token[:-1], lambda token: token + "A", lambda token: token.lower()])
def test_a_mangled_link_opens_nothing_and_names_nobody(at_now, token, client, mangle):
    at_now.move_to(OPENS)

    assert tries(client, mangle(token)) == (410, 410, None)
    page = text(client.get(path(mangle(token))))
    assert "Perhaps a part of the address is missing. Please copy all of it." in page
    assert "Ines" not in page


def test_of_two_the_later_one_counts_and_waits_anew(at_now, token, people, ines, client):
    at_now.move_to(OPENS)
    _way, second = ways_back.make(ines, by=people["theo"])

    assert tries(client, token) == (410, 410, None)
    assert tries(client, second) == (200, 409, None)
    at_now.move_to(OPENS + timedelta(hours=72))
    assert tries(client, second) == (200, 302, ines)


def test_once_stopped_only_the_host_makes_another_within_a_month(at_now, token, people, ines):
    Person.objects.filter(pk=people["host"].pk).update(is_host=True)
    ways_back.stop(by=ines)

    with pytest.raises(ways_back.WasStopped) as refused:
        ways_back.make(ines, by=people["mara"])
    assert refused.value.until == NOW + timedelta(days=30)
    assert ways_back.make(ines, by=Person.objects.get(pk=people["host"].pk), as_host=True)

    at_now.move_to(NOW + timedelta(days=30))
    ways_back.make(ines, by=people["mara"])


def test_nobody_speaks_as_the_host_who_is_none_and_no_keeper_comes_in_as_the_host(people, ines):
    Person.objects.filter(pk=ines.pk).update(is_host=True)

    with pytest.raises(NotForYou):
        ways_back.make(people["sam"], by=people["mara"], as_host=True)
    with pytest.raises(ways_back.OnlyByHost):
        ways_back.make(ines, by=people["mara"])
    assert list(WayBack.objects.all()) == []


@pytest.mark.parametrize("mail_rests", [False, True])
def test_the_address_from_before_is_told_once_that_it_lets_them_in_no_longer(
    at_now, token, ines, client, committed, mail_rests
):
    Person.objects.filter(pk=ines.pk).update(mail_rests=mail_rests)
    at_now.move_to(OPENS)

    with committed():
        client.post(path(token))
        client.post(path(token))

    assert [(letter.to, letter.subject, letter.body) for letter in mail.outbox] == [
        (
            ["ines@example.org"],
            "About your ways in",
            "The link that was made so that you can come in again was used on 6 May 2026, 20:00. Every other device "
            "was signed out, and earlier passkeys and sheets open nothing any more. This address does not let you in "
            "any more either.\n\nIf it was you, nothing has to be done; on the page “You” you can give this address "
            "again, or another one. If it was not you, please tell whoever looks after the place where you come in."
            "\n\n",
        )
    ]


def test_where_there_was_no_address_nobody_is_told(at_now, token, ines, client, committed):
    Person.objects.filter(pk=ines.pk).update(email=None)
    at_now.move_to(OPENS)

    with committed():
        assert client.post(path(token)).status_code == 302

    assert mail.outbox == []


@pytest.mark.parametrize("asked", ["before it was used", "afterwards"])
def test_whoever_reads_the_address_from_before_comes_in_as_somebody_new(
    at_now, token, ines, client, digits, committed, asked
):
    at_now.move_to(OPENS)
    reader = Client()
    if asked == "before it was used":
        code = asks_for_a_code(reader, digits, committed)
    client.post(path(token))
    if asked == "afterwards":
        code = asks_for_a_code(reader, digits, committed)

    reader.post("/come-in/", {"code": code})

    new = Person.objects.get(email="ines@example.org")
    assert (new == ines, who(reader), who(client)) == (False, new, ines)


def test_of_two_who_share_an_address_only_this_one_loses_it(at_now, token, ines, people, client, digits, committed):
    Person.objects.filter(name="Sam").update(email="ines@example.org")
    at_now.move_to(OPENS)
    reader = Client()
    proved = reader.post("/come-in/", {"code": asks_for_a_code(reader, digits, committed)})
    assert proved["Location"].startswith("/come-in/which/")
    assert "Ines" in text(reader.get(proved["Location"]))

    client.post(path(token))

    assert "Ines" not in text(reader.get(proved["Location"]))
    assert reader.post("/come-in/which/", {"who": ines.pk}).status_code == 422
    assert who(reader) is None
    reader.post("/come-in/which/", {"who": people["sam"].pk})
    assert (who(reader), who(client)) == (people["sam"], ines)
    assert dict(Person.objects.filter(name__in=["Ines", "Sam"]).values_list("name", "email")) == {
        "Ines": None,
        "Sam": "ines@example.org",
    }


def test_the_page_one_comes_to_asks_for_an_address_and_offers_a_passkey_and_a_sheet(at_now, token, client):
    at_now.move_to(OPENS)
    assert "you can give it here" not in text(client.get("/you/"))

    page = text(client.get(client.post(path(token))["Location"]))

    assert (
        "If you use an e-mail address now, you can give it here. It may also wait, or be a passkey or a sheet to print "
        "instead: they stand below."
    ) in page
    assert '<form method="post" action="/you/address/"' in page
    assert [place in page for place in ("/you/passkeys/", "/you/sheet/")] == [True, True]
    assert "you can give it here" not in text(client.get("/you/"))  # it is asked once


def test_digits_that_were_asked_for_at_the_address_from_before_are_not_asked_for_any_more(
    at_now, token, client, digits, committed
):
    at_now.move_to(OPENS)
    asks_for_a_code(client, digits, committed)
    assert "We sent eight digits to" in text(client.get("/come-in/"))

    client.post(path(token))

    assert "We sent eight digits to" not in text(client.get("/you/?came=back"))


def test_what_may_be_in_other_hands_lets_nobody_in_any_more_once_it_was_used(at_now, people, ines, client, client_for):
    device, browser = Device(), client_for(ines)
    assert keeps(browser, device).status_code == 201
    codes, shown = sheet.make(by=ines), devices.bring_in(by=ines)
    others = [Device(), sheet.make(by=people["sam"]), devices.bring_in(by=people["sam"])]
    assert keeps(client_for(people["sam"]), others[0]).status_code == 201
    _way, token = ways_back.make(ines, by=people["mara"])
    at_now.move_to(OPENS - timedelta(minutes=1))
    shown, others[2] = devices.bring_in(by=ines), devices.bring_in(by=people["sam"])
    at_now.move_to(OPENS)

    assert tries(client, token) == (200, 302, ines)

    assert comes_in(Client(), device).status_code == 422
    with pytest.raises(sheet.WrongSheetCode):
        sheet.use(codes[0])
    with pytest.raises(devices.WrongDeviceCode):
        devices.typed(shown)
    assert comes_in(Client(), others[0]).status_code == 201
    assert [sheet.use(others[1][0]), devices.typed(others[2])] == [people["sam"]] * 2


@pytest.mark.parametrize("address", ["new@example.org", "ines@example.org"])
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=20)])
def test_whoever_came_back_gives_an_address_at_once_or_later_and_nothing_is_asked_of_the_old_one(
    at_now, token, client, digits, committed, address, later
):
    at_now.move_to(OPENS)
    client.post(path(token))
    at_now.shift(later)

    with committed():
        client.post("/you/address/", {"email": address})
    with committed():
        answer = client.post("/you/address/", {"code": digits()})

    assert (answer.status_code, answer["Location"]) == (302, "/you/")
    assert Person.objects.get(name="Ines").email == address
    assert [letter.to for letter in mail.outbox] == [[address]]  # the code, and nothing else
    assert "you can give it here" not in text(client.get("/you/?came=back"))


def test_somebody_who_came_as_another_person_comes_back_as_this_one(at_now, token, ines, people, client_for):
    at_now.move_to(OPENS)
    sams = client_for(people["sam"])

    sams.post(path(token))

    assert who(sams) == ines


def test_an_account_that_was_closed_is_not_opened_by_it(at_now, token, ines, client):
    closing.close(ines)
    at_now.move_to(OPENS)

    assert tries(client, token) == (410, 410, None)
    with pytest.raises(NotForYou):
        ways_back.make(ines, by=Person.objects.get(name="Mara"))


def test_the_database_does_not_know_the_token(token):
    assert token not in str(list(WayBack.objects.values()))
    assert token not in str(list(Session.objects.values()))
