"""What a device needs to keep pages, and what has it forget them."""

from __future__ import annotations

import json

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from snowdrop.people import devices, ways_back
from snowdrop.people.sessions import SessionStore

FORGET = '"cache", "storage"'


def test_the_worker_asks_nobody_but_this_house_and_is_looked_for_anew_each_time(client):
    answer = client.get("/without-a-connection.js")

    policy = sorted(answer["Content-Security-Policy"].split("; "))
    assert policy == ["connect-src 'self'", "default-src 'none'"]
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-cache")


def test_the_worker_knows_the_pages_that_only_a_stranger_gets(client, client_for, people):
    first = client.get(reverse("people:without_a_connection_worker")).content.decode().splitlines()[0]
    house = json.loads(first.removeprefix("const HOUSE = ").removesuffix(";"))

    for path in house["onlyForStrangers"]:
        assert (client.get(path).status_code, client_for(people["ines"]).get(path).status_code) == (200, 302)
    assert house["page"] == reverse("people:without_a_connection")


@pytest.mark.parametrize(("language", "words"), [("en", "There is no connection just now"), ("de", '<html lang="de"')])
def test_the_page_for_what_is_not_kept_speaks_the_readers_language_and_names_nobody(
    client, client_for, people, language, words
):
    people["ines"].language = language
    people["ines"].save(update_fields=["language"])

    answer = client_for(people["ines"]).get(reverse("people:without_a_connection"))

    assert f'<html lang="{language}"' in answer.content.decode()
    stranger = client.get(reverse("people:without_a_connection"), headers={"Accept-Language": language})
    assert answer.content == stranger.content


def test_only_one_page_of_the_house_has_the_script_that_chooses(client_for, people):
    client = client_for(people["ines"])

    pages = {name: b"keep-pages" in client.get(reverse(name)).content for name in ("people:you", "people:devices")}

    assert pages == {"people:you": False, "people:devices": True}


def test_a_device_forgets_once_it_hears_that_it_was_signed_out(client_for, people):
    client = client_for(people["ines"])
    store = SessionStore()
    store.create()
    devices.sign_out_elsewhere(by=people["ines"], here=store.row)

    first, second = (client.get("/m/nothing-here/story/") for _time in range(2))

    assert (first.status_code, first["Clear-Site-Data"]) == (404, FORGET)
    assert "Clear-Site-Data" not in second, "it brings no session any more"


def test_a_device_forgets_where_somebody_else_comes_in(client_for, people):
    client = client_for(people["mara"])
    way, token = ways_back.make(people["ines"], by=people["mara"])

    with time_machine.travel(way.opens_at, tick=False):
        stayed = client.get(reverse("people:you"))
        came = client.post(reverse("people:way_back", args=[token]))
        there = client.get(reverse("people:you"))

    assert there.context["person"] == people["ines"]
    assert ("Clear-Site-Data" in stayed, came["Clear-Site-Data"], "Clear-Site-Data" in there) == (False, FORGET, False)


def test_a_stranger_and_a_guest_forget_nothing(db):
    client = Client()
    client.post(reverse("memorials:begin"), {"name": "Wren"})

    assert "Clear-Site-Data" not in client.get("/")
