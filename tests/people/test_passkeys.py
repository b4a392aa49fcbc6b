"""Passkeys: kept, used to come in, and everything about them that opens nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from snowdrop.config.models import Bucket, House
from snowdrop.people import passkeys
from snowdrop.people.models import Passkey, Person, SheetCode
from tests.people.authenticator import ADD, COME_IN, Device, asks, comes_in, keeps

TRIED_AGAIN = "This took longer than five minutes, or was sent before. Please try again."
NOT_KNOWN = "This passkey is not known here, or was taken off. Please come in another way."
ELSEWHERE = "This passkey was used at another address than this one. Nothing was opened."
UNREADABLE = "What the device sent could not be read. Please try again."


def signed_in(client: Client) -> Person | None:
    answer = client.get("/you/")
    return answer.context["person"] if answer.status_code == 200 else None


def sentence(answer) -> str:
    assert answer.status_code == 422
    [[said]] = answer.json()["errors"].values()
    return said


@pytest.fixture
def ines(people):
    return people["ines"]


@pytest.fixture
def device(client_for, ines):
    """A device that has a passkey of Ines's."""
    device = Device()
    assert keeps(client_for(ines), device).status_code == 201
    return device


def test_a_passkey_kept_on_a_device_lets_its_person_in_by_one_touch(client, device, ines):
    answer = comes_in(client, device)

    assert (answer.status_code, answer.json()["url"]) == (201, "/you/")
    assert signed_in(client) == ines
    assert [key.last_used_on for key in ines.passkeys.all()] == [timezone.now().date()]


def test_what_the_device_is_asked_names_nothing_but_the_person_and_the_host_s_own_name(client_for, ines):
    House.objects.update_or_create(pk=1, defaults={"name": "Ward 4"})

    asked = asks(client_for(ines), ADD).json()["publicKey"]

    assert asked["rp"] == {"id": "testserver", "name": "Ward 4"}
    assert (asked["user"]["name"], asked["user"]["displayName"]) == ("Ines", "Ines")
    assert asked["authenticatorSelection"] == {
        "residentKey": "required",
        "userVerification": "required",
        "requireResidentKey": True,
    }
    assert (asked["attestation"], asked["timeout"], asked["excludeCredentials"]) == ("none", 300_000, [])
    assert [one["alg"] for one in asked["pubKeyCredParams"]] == [-7, -8, -257]


def test_where_nothing_is_named_the_device_lists_a_text_that_tells_nothing(client_for, db, guest_session):
    asked = asks(client_for(Person.objects.create()), ADD).json()["publicKey"]

    assert (asked["rp"]["name"], asked["user"]["displayName"]) == ("A page", "A page")


def test_coming_in_asks_for_whichever_passkey_the_device_has(client, device):
    asked = asks(client, COME_IN).json()["publicKey"]

    assert (asked["rpId"], asked["userVerification"], "allowCredentials" in asked) == ("testserver", "required", False)


def test_a_device_is_not_asked_to_keep_a_second_one_beside_its_first(client_for, ines, device):
    asked = asks(client_for(ines), ADD).json()["publicKey"]

    assert [one["id"] for one in asked["excludeCredentials"]] == [ines.passkeys.get().credential_id]


def test_a_passkey_from_another_origin_opens_nothing(client, device):
    for origin in (
        "https://evil.example",
        "https://testserver",
        "http://testserver:8000",
        "http://testserver.evil.example",
        "http://evil.testserver",
        "null",
        "",
    ):
        assert sentence(comes_in(client, device, origin=origin)) == ELSEWHERE
    assert sentence(comes_in(client, device, crossOrigin=True)) == ELSEWHERE
    assert sentence(comes_in(client, device, origin=["http://testserver"])) == ELSEWHERE
    assert signed_in(client) is None


def test_the_public_address_counts_where_a_proxy_speaks_http_to_us(client_for, ines, settings):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://house.example", ["house.example"]
    client = client_for(ines)
    client.defaults["HTTP_HOST"] = "house.example"

    assert keeps(client, Device(), origin="https://house.example").status_code == 201
    assert sentence(keeps(client, Device(), origin="https://other.house.example")) == ELSEWHERE


def test_a_passkey_kept_at_another_origin_is_not_kept(client_for, ines):
    assert sentence(keeps(client_for(ines), Device(), origin="https://evil.example")) == ELSEWHERE
    assert list(Passkey.objects.all()) == []


def test_a_device_that_did_not_check_who_holds_it_opens_and_keeps_nothing(client, client_for, device, ines):
    device.verifies = False
    said = "The device did not check that it is you. Set a screen lock or a PIN on it, then try again."

    assert sentence(comes_in(client, device)) == said
    assert sentence(keeps(client_for(ines), Device(verifies=False))) == said
    assert (signed_in(client), Passkey.objects.count()) == (None, 1)


def test_an_answer_sent_twice_opens_once(client, device, ines):
    answer = device.signs(asks(client, COME_IN).json())
    other = Client()
    other.cookies = client.cookies.copy()

    assert asks(client, COME_IN, credential=answer).status_code == 201
    client.post("/sign-out/")
    assert sentence(asks(client, COME_IN, credential=answer)) == TRIED_AGAIN
    assert sentence(asks(other, COME_IN, credential=answer)) == TRIED_AGAIN
    assert (signed_in(client), signed_in(other)) == (None, None)


def test_an_answer_to_another_browser_s_challenge_opens_nothing(client, device):
    other = Client()
    asks(other, COME_IN)

    assert sentence(asks(other, COME_IN, credential=device.signs(asks(client, COME_IN).json()))) == TRIED_AGAIN


def test_a_challenge_asked_for_again_ends_the_one_before(client, device):
    first = asks(client, COME_IN).json()
    asks(client, COME_IN)

    assert sentence(asks(client, COME_IN, credential=device.signs(first))) == TRIED_AGAIN


def test_a_challenge_that_failed_is_used_up(client, device):
    asked = asks(client, COME_IN).json()
    asks(client, COME_IN, credential=device.signs(asked, origin="https://evil.example"))

    assert sentence(asks(client, COME_IN, credential=device.signs(asked))) == TRIED_AGAIN


@pytest.mark.parametrize(
    ("later", "opens"),
    [
        (timedelta(minutes=4, seconds=50), True),
        (timedelta(minutes=5, seconds=1), False),
        (timedelta(seconds=-30), True),  # another machine's clock
        (timedelta(hours=-1), False),  # set back: it would be good for an hour longer
    ],
)
def test_a_challenge_is_good_for_five_minutes_whatever_the_clock_does(client, device, later, opens):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        asked = asks(client, COME_IN).json()

    Bucket.objects.all().delete()  # a clock set back makes everybody wait for some seconds; that has its own tests
    with time_machine.travel(now + later, tick=False):
        answer = asks(client, COME_IN, credential=device.signs(asked))
        assert answer.status_code == 201 if opens else sentence(answer) == TRIED_AGAIN


def test_an_unknown_passkey_is_told_and_opens_nothing(client, device, ines):
    stranger = Device(handle=device.handle)

    assert sentence(comes_in(client, stranger)) == NOT_KNOWN
    assert signed_in(client) is None


def test_another_key_under_a_known_name_opens_nothing(client, device):
    assert sentence(comes_in(client, Device(id=device.id, handle=device.handle))) == NOT_KNOWN


def test_a_known_key_in_another_person_s_name_opens_nothing(client, device, people):
    from fido2.utils import websafe_encode

    device.handle = websafe_encode(people["sam"].uuid.bytes)

    assert sentence(comes_in(client, device)) == NOT_KNOWN


def test_a_passkey_that_was_taken_off_opens_nothing(client, device, ines):
    ines.passkeys.all().delete()

    assert sentence(comes_in(client, device)) == NOT_KNOWN


def test_a_lost_device_is_signed_out_from_another_and_its_passkey_opens_nothing(client_for, device, ines):
    here, lost = client_for(ines), Client()
    assert comes_in(lost, device).status_code == 201
    devices = here.get("/you/devices/")
    assert "Signing a device out works at once, also when it is not in your hands." in devices.content.decode()
    row = lost.get("/you/devices/").context["this"]

    here.post(f"/you/devices/{row.pk}/sign-out/")
    here.post(f"/you/passkeys/{ines.passkeys.get().pk}/remove/")

    next_click = lost.get("/you/", follow=True)
    assert [address for address, _status in next_click.redirect_chain] == ["/come-in/?next=%2Fyou%2F"]
    assert sentence(comes_in(lost, device)) == NOT_KNOWN
    assert (signed_in(lost), signed_in(here)) == (None, ines)


def test_a_counter_that_goes_back_is_a_copy_and_opens_nothing(client, client_for, ines):
    device = Device(count=5)
    keeps(client_for(ines), device)
    said = "This passkey may have been copied, so it opens nothing. Please come in another way and take it off."

    for count in (5, 4, 0):
        device.count = count
        assert sentence(comes_in(Client(), device)) == said
    device.count = 6
    assert comes_in(client, device).status_code == 201
    assert sentence(comes_in(Client(), device)) == said


def test_a_keychain_that_does_not_count_opens_again_and_again(device):
    assert [comes_in(Client(), device).status_code for _time in range(3)] == [201] * 3


@pytest.mark.parametrize(
    "sent",
    [
        "x",
        "{}",
        "[]",
        "null",
        '{"id": 1}',
        '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}',
        '{"id": "a", "rawId": "a", "type": "x", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}',
        "\x00",
        '{"id": "a", "rawId": "a", "type": "public-key", "response": null}',
        '{"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": null, "signature": null}}',
        "9" * 70_000,
        "[" * 60_000,
    ],
)
def test_what_is_no_answer_of_a_device_is_told(client, client_for, ines, sent):
    keeper = client_for(ines)
    asks(client, COME_IN)
    asks(keeper, ADD)

    assert sentence(asks(client, COME_IN, credential=sent)) == UNREADABLE
    assert sentence(asks(keeper, ADD, credential=sent)) == UNREADABLE


def test_every_damaged_byte_of_an_answer_is_refused_in_a_sentence(client, device):
    sound = json.loads(device.signs(asks(client, COME_IN).json()))
    for name in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        text = sound["response"][name]
        for place in range(0, len(text), 7):
            damaged = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
            answer = asks(
                client, COME_IN, credential=json.dumps({**sound, "response": {**sound["response"], name: damaged}})
            )
            assert sentence(answer) in (UNREADABLE, NOT_KNOWN, TRIED_AGAIN, ELSEWHERE)
    assert signed_in(client) is None


def test_the_same_passkey_is_kept_once(client_for, people, device):
    sam = client_for(people["sam"])

    assert sentence(keeps(sam, device)) == "This passkey is kept here already."
    assert Passkey.objects.get().person == people["ines"]


def test_somebody_with_an_address_is_told_by_a_mail_that_says_nothing_private(client_for, ines, committed):
    with committed():
        keeps(client_for(ines), Device())

    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["ines@example.org"], "About your ways in")
    assert letter.body.startswith("A passkey was added: another device, or the same one, can now let you in.")


def test_somebody_whose_passkey_is_taken_off_is_told_also_where_nothing_at_all_is_wanted(client_for, ines, committed):
    client = client_for(ines)
    keeps(client, Device())
    key = ines.passkeys.order_by("pk").last()
    Person.objects.filter(pk=ines.pk).update(mail_rests=True)

    with committed():
        for _press in range(2):
            client.post(f"/you/passkeys/{key.pk}/remove/")

    assert [(letter.to, letter.subject, letter.body) for letter in mail.outbox] == [
        (
            ["ines@example.org"],
            "About your ways in",
            "A passkey was taken off: it lets you in no longer. Your other ways in are as they were.\n\nIf that was "
            "you, you need do nothing. If it was not, come in another way, open “You”, look at your ways in and sign "
            "out everywhere else.\n\n",
        )
    ]


def test_somebody_without_an_address_gets_no_mail(client_for, guest_session, committed):
    with committed():
        keeps(client_for(Person.objects.create()), Device())

    assert (Passkey.objects.count(), mail.outbox) == (1, [])


def test_several_are_listed_by_what_their_person_calls_them(client_for, ines):
    client = client_for(ines)
    for _device in range(2):
        keeps(client, Device())
    first, second = ines.passkeys.order_by("pk")

    assert client.post(f"/you/passkeys/{first.pk}/", {"label": "  My \n phone "}).status_code == 302

    page = client.get("/you/passkeys/")
    assert [key.called for key in page.context["keys"]] == ["My phone", "A passkey"]
    assert second in page.context["keys"]


def test_one_of_two_is_taken_off_and_the_last_way_in_stays(client_for, guest_session):
    person = Person.objects.create()
    client = client_for(person)
    for _device in range(2):
        keeps(client, Device())
    first, second = person.passkeys.order_by("pk")

    assert client.post(f"/you/passkeys/{first.pk}/remove/")["Location"] == "/you/passkeys/"
    refused = client.post(f"/you/passkeys/{second.pk}/remove/")

    assert refused.status_code == 422
    assert (
        "This passkey is your only way in, so it stays. Add an address, another passkey or a sheet first; "
        "then it can be taken off." in refused.content.decode()
    )
    assert list(person.passkeys.all()) == [second]


@pytest.mark.parametrize("has", ["an address", "a sheet"])
def test_the_last_passkey_may_go_where_there_is_another_way_in(client_for, guest_session, has):
    person = Person.objects.create(email="iris@example.org" if has == "an address" else None)
    client = client_for(person)
    keeps(client, Device())
    if has == "a sheet":
        SheetCode.objects.create(person=person, code_hash="0" * 64)

    client.post(f"/you/passkeys/{person.passkeys.get().pk}/remove/")

    assert list(person.passkeys.all()) == []


def test_a_sheet_whose_codes_are_used_up_is_no_way_in(client_for, guest_session):
    person = Person.objects.create()
    keeps(client_for(person), Device())
    SheetCode.objects.create(person=person, code_hash="0" * 64, used_at=timezone.now())

    with pytest.raises(passkeys.LastWayIn):
        passkeys.remove(person.passkeys.get(), by=person)


def test_nobody_takes_off_or_names_another_s(client_for, people, device):
    key = Passkey.objects.get()
    sam = client_for(people["sam"])

    assert sam.get(f"/you/passkeys/{key.pk}/").status_code == 404
    assert sam.post(f"/you/passkeys/{key.pk}/", {"label": "mine"}).status_code == 404
    assert sam.post(f"/you/passkeys/{key.pk}/remove/").status_code == 404
    assert [key.label for key in Passkey.objects.all()] == [""]


@pytest.mark.parametrize("label", ["\x00", "x" * 81])
def test_a_name_that_cannot_be_kept_changes_nothing(client_for, ines, device, label):
    answer = client_for(ines).post(f"/you/passkeys/{ines.passkeys.get().pk}/", {"label": label})

    assert (answer.status_code, ines.passkeys.get().label) == (422, "")


def test_one_passkey_and_three_are_listed_with_as_many_questions(client_for, ines, django_assert_num_queries):
    client = client_for(ines)
    counts = []
    for more in (1, 2):
        for _device in range(more):
            keeps(client, Device())
        with django_assert_num_queries(2):
            counts.append(len(client.get("/you/passkeys/").context["keys"]))

    assert counts == [1, 3]


# Beginning a page


def begins(client: Client) -> dict:
    client.post("/begin/", {"name": "Wren"})
    return asks(client, "/begin/passkey/").json()


def test_a_page_is_begun_with_a_passkey_and_no_mail(client, db):
    device = Device()
    answer = asks(client, "/begin/passkey/", credential=device.keeps(begins(client)))

    assert answer.status_code == 201
    assert b"Wren" in client.get(answer.json()["url"]).content
    person = signed_in(client)
    assert person is not None
    assert (person.email, person.passkeys.count(), mail.outbox) == (None, 1, [])
    client.post("/sign-out/")
    comes_in(client, device)
    assert signed_in(client) == person


def test_the_device_is_not_told_for_whom_the_page_is(client, db):
    assert "Wren" not in json.dumps(begins(client))


def test_an_answer_sent_twice_begins_one_page(client, db):
    answer = Device().keeps(begins(client))
    asks(client, "/begin/passkey/", credential=answer)

    assert sentence(asks(client, "/begin/passkey/", credential=answer)) == (
        "This page was begun somewhere else, or a while ago. Please begin once more."
    )
    assert Person.objects.count() == 1


def test_nobody_begins_by_a_passkey_where_the_house_is_closed(client, db):
    asked = begins(client)
    House.objects.update_or_create(pk=1, defaults={"who_may_begin": "closed"})

    answer = asks(client, "/begin/passkey/", credential=Device().keeps(asked))

    assert (answer.status_code, Person.objects.count(), Passkey.objects.count()) == (422, 0, 0)


def test_a_refused_answer_begins_nothing_and_another_try_does(client, db):
    wrong = asks(client, "/begin/passkey/", credential=Device().keeps(begins(client), origin="https://evil.example"))

    assert (sentence(wrong), Person.objects.count()) == (ELSEWHERE, 0)
    asked = asks(client, "/begin/passkey/").json()
    assert asks(client, "/begin/passkey/", credential=Device().keeps(asked)).status_code == 201
