"""Pages of one's own on a device that several people use: after a pause they show to nobody who is not asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode

from snowdrop.memorials.access import stand
from snowdrop.memorials.kinds import all_kinds
from snowdrop.people.models import Passkey, Person, Session
from tests.access import addresses
from tests.access.town import Town

CLOSED = "What only you see is closed on this device, because nobody was here for a while. It is all kept."


@pytest.fixture
def after() -> Callable[..., time_machine.travel]:
    return lambda **pause: time_machine.travel(timezone.now() + timedelta(**pause), tick=False)


def own_canaries(town: Town, name: str) -> set[str]:
    return {
        thing.canary
        for thing in town.things
        if thing.seen_by <= {"keeper"} and thing.row.audience == 50 and thing.row.writer == town.people[name]
    }


def everything_read(town: Town, client: Client) -> str:
    """Every page of the memorial that answers this browser, about every thing, one after the other."""
    pages = []
    for address in addresses.every_address():
        if "slug" not in address.takes:
            continue
        for thing in addresses.about_things(address, town):
            answer = client.get(addresses.path(address, town, thing))
            if answer.status_code == 200 and not answer.streaming:
                pages.append(answer.content.decode("utf-8", "replace"))
    return "\n".join(pages)


def test_after_a_pause_no_page_shows_what_is_one_s_own(town, after):
    own, mara = own_canaries(town, "mara"), town.clients["keeper"]
    before = everything_read(town, mara)
    assert len(own) > 4
    assert {canary for canary in own if canary not in before} == set()

    with after(hours=4, minutes=1):
        closed = everything_read(town, mara)

    assert {canary for canary in own if canary in closed} == set()
    assert CLOSED in closed
    assert "canary-moment-keepers" in closed  # what keepers see stays open


def test_every_kind_keeps_it_closed_in_every_question(town):
    open_to_her = stand(town.memorial, town.people["mara"])
    closed = stand(town.memorial, town.people["mara"], self_is_open=False)
    found = []
    for kind in all_kinds():
        for ask in ("visible_to", "changeable_by", "put_away_for", "own_of", "waiting_for"):
            rows = getattr(kind._default_manager, ask)
            own = {row.pk for row in rows(open_to_her) if row.audience == 50}
            found += [(kind.__name__, ask)] if {row.pk for row in rows(closed)} & own else []
            assert {row.pk for row in rows(closed)} == {row.pk for row in rows(open_to_her)} - own

    assert found == []


def test_visits_keep_it_open(town, after):
    page, mara = f"/m/{town.memorial.slug}/", town.clients["keeper"]
    start = timezone.now()
    for hours in (3, 6, 9):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            assert CLOSED not in mara.get(page).content.decode()


def test_a_page_of_one_s_own_leads_to_the_question_and_back(town, after):
    own = town.find("canary-moment-mara-own").row
    path, mara = f"/m/{town.memorial.slug}/story/{own.pk}/", town.clients["keeper"]

    with after(hours=5):
        asked = mara.get(path)
        assert asked["Location"] == f"/prove/?{urlencode({'next': path})}"
        # What is not there at all leads there too: nobody learns by asking whether there is something.
        nothing = mara.get(path.replace(str(own.pk), "00000000-0000-4000-8000-000000000000"))
        assert nothing.status_code == 302
        Session.objects.filter(person=town.people["mara"]).update(
            proved_at=timezone.now(), self_until=timezone.now() + timedelta(hours=4)
        )
        assert "canary-moment-mara-own" in mara.get(path).content.decode()


def test_words_typed_before_the_pause_are_kept_after_it(town, after):
    own = town.find("canary-moment-mara-own").row

    with after(hours=5):
        answer = town.clients["keeper"].post(
            f"/m/{town.memorial.slug}/story/{own.pk}/change/", {"text": "words typed all night"}
        )

    own.refresh_from_db()
    assert (answer.status_code, own.text) == (302, "words typed all night")


def test_whoever_has_nothing_to_show_is_never_closed_out(town, after):
    Person.objects.filter(pk=town.people["mara"].pk).update(email=None)
    Passkey.objects.filter(person=town.people["mara"]).delete()
    own = town.find("canary-moment-mara-own").row

    with after(days=30):
        answer = town.clients["keeper"].get(f"/m/{town.memorial.slug}/story/{own.pk}/")

    assert "canary-moment-mara-own" in answer.content.decode()


def test_a_reader_whom_somebody_named_reads_it_after_the_question_too(town, after):
    named = town.find("canary-moment-theo-and-ines").row

    with after(hours=5):
        answer = town.clients["family"].get(f"/m/{town.memorial.slug}/story/{named.pk}/")

    assert answer.status_code == 302
