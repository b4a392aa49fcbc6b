"""A device stays signed in for a year of visits, and no copy of the database opens it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from snowdrop.people.models import Session
from snowdrop.people.sessions import SessionStore, is_live


@pytest.fixture
def cookie(settings):
    return settings.SESSION_COOKIE_NAME


def test_the_database_keeps_only_a_hash_of_the_cookie(client_for, people, cookie):
    key = client_for(people["ines"]).cookies[cookie].value

    assert [row.key_hash for row in Session.objects.filter(key_hash=key)] == []
    assert is_live(key)
    assert not is_live(Session.objects.get(person=people["ines"]).key_hash)


def test_signing_in_gives_the_browser_a_new_key(people):
    store = SessionStore()
    store.create()
    planted = store.session_key

    store.sign_in(people["ines"])

    assert SessionStore(planted).person is None
    assert SessionStore(store.session_key).person == people["ines"]


def test_what_a_browser_was_doing_survives_signing_in(people):
    store = SessionStore()
    store["called"] = "Wren"
    store.save()
    key = store.session_key

    later = SessionStore(key)
    later.sign_in(people["ines"])
    later.save()

    assert SessionStore(later.session_key)["called"] == "Wren"


def test_every_visit_moves_the_end_of_the_year(client_for, people, cookie):
    began = timezone.now()
    with time_machine.travel(began, tick=False):
        client = client_for(people["ines"])
        key = client.cookies[cookie].value

    for days in (300, 600, 900):
        with time_machine.travel(began + timedelta(days=days), tick=False):
            assert client.get(reverse("people:you")).status_code == 200
    with time_machine.travel(began + timedelta(days=900 + 366), tick=False):
        assert client.get(reverse("people:you")).status_code == 302
        assert not is_live(key)


def test_a_second_visit_on_one_day_writes_nothing(client_for, people, django_assert_num_queries):
    client = client_for(people["ines"])
    client.get(reverse("people:you"))
    before = list(Session.objects.order_by("pk").values())

    client.get(reverse("people:you"))

    assert list(Session.objects.order_by("pk").values()) == before


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(people, cookie, settings):
    client = Client()
    client.post(reverse("memorials:begin"), {"name": "Wren"})

    morsel = client.cookies[cookie]
    assert (bool(morsel["httponly"]), morsel["samesite"], morsel["path"]) == (True, "Lax", "/")


def test_a_stranger_who_only_looks_leaves_nothing_behind(client, db):
    for name in ("front", "people:come_in", "memorials:begin"):
        assert client.get(reverse(name)).status_code == 200

    assert list(Session.objects.all()) == []


@pytest.mark.parametrize("key", ["", "x", "\udcff", "a" * 5_000, "'; DROP TABLE people_session; --"])
def test_a_cookie_that_names_nothing_is_nobody(key, people):
    assert SessionStore(key or None).person is None


def test_signing_out_ends_the_session_and_clears_the_browser(client_for, people, cookie):
    client = client_for(people["ines"])
    key = client.cookies[cookie].value

    answer = client.post(reverse("people:sign_out"))

    assert (answer.status_code, answer["Location"], answer["Clear-Site-Data"]) == (302, "/", '"cache", "storage"')
    assert not is_live(key)
    other = Client()
    other.cookies[cookie] = key
    assert other.get(reverse("people:you")).status_code == 302


def test_expired_sessions_are_cleared_away_and_live_ones_stay(client_for, people):
    with time_machine.travel(timezone.now() - timedelta(days=400), tick=False):
        client_for(people["sam"])
    client_for(people["ines"])

    SessionStore.clear_expired()

    assert list(Session.objects.exclude(person=None).values_list("person", flat=True)) == [people["ines"].pk]
