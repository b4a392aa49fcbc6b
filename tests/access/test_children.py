"""A keeper's phone in a child's hands: every address is asked, and shows what was ticked and nothing else."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse

from snowdrop.memorials import children, veil
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.models import Kin
from snowdrop.people import proof, sheet
from snowdrop.people.models import Session
from snowdrop.people.tokens import digest
from tests.access import addresses
from tests.access.bodies import body
from tests.access.town import Town

pytestmark = pytest.mark.django_db

TICKED = ("canary-moment-friends", "canary-photograph-keepers", "canary-recording-friends")
# Ticked too, and not for their eyes: closed, waiting, taken off, and somebody's own.
NEVER = ("canary-photograph-family", "canary-moment-sam-waits", "canary-photograph-away", "canary-moment-mara-own")
SAID = (*TICKED, "canary-new-words", "canary-name-chief", "Mara Canaryname")  # the moment was written anew
QUESTIONS = ("people:prove", "people:prove_by_passkey")


@pytest.fixture
def given(town) -> Town:
    """The town, and Mara's phone with the children."""
    for canary in (*TICKED, *NEVER):
        thing = town.find(canary)
        thing.kind.objects.filter(pk=thing.row.pk).update(for_children=True)
    veil.close([town.find("canary-photograph-family").row], by=town.stands("mara"))
    page = reverse("memorials:with_children", args=[town.memorial.slug])
    answer = town.clients["keeper"].post(page)
    assert (answer.status_code, answer["Location"]) == (302, start(town))
    assert answer["Clear-Site-Data"] == '"cache", "storage"', (
        "what the device kept to read without a connection is more"
    )
    return town


def start(town: Town) -> str:
    return reverse("memorials:page", args=[town.memorial.slug])


def session_of(town: Town) -> Session:
    return Session.objects.get(key_hash=digest(town.clients["keeper"].cookies[settings.SESSION_COOKIE_NAME].value))


def test_every_address_shows_what_was_ticked_and_nothing_else(given):
    canaries = {thing.canary for thing in given.things} | set(given.more)
    seen, wrong = set(), []
    for address in addresses.every_address():
        for thing in [None, *[t for t in addresses.about_things(address, given) if t and t.canary in TICKED + NEVER]]:
            path = addresses.path(address, given, thing)
            for method in ("GET", "POST", "PATCH", "DELETE"):
                answer = given.ask("keeper", method, path, body(address.name, given))
                data = b"".join(answer.streaming_content) if answer.streaming else answer.content
                text = data.decode("utf-8", "replace") + str(answer.headers)
                said = {canary for canary in canaries if canary in text}
                leads = answer.headers.get("Location", "")
                if address.name in QUESTIONS:
                    said -= {"canarymail-mara@"}
                elif method != "GET" and (answer.status_code, leads) not in ((302, start(given)), (405, "")):
                    wrong.append(f"{method} {address.name}: {answer.status_code} {leads}")
                elif method == "GET" and answer.status_code == 200 and not path.startswith(start(given)):
                    wrong.append(f"GET {address.name}: 200")
                elif leads and not leads.startswith(start(given)):
                    wrong.append(f"{method} {address.name}: leads to {leads}")
                seen |= said
                wrong += [f"{method} {address.name} says {canary}" for canary in said - set(SAID)]

    assert wrong == []
    assert seen == set(SAID), "and what was ticked is really there"


def test_a_page_says_how_to_come_back_and_nothing_that_one_could_do(given):
    page = given.clients["keeper"].get(start(given), follow=True).content.decode()

    assert "With the children" in page
    assert f'href="/prove/?next={start(given)}"' in page
    assert "<form" not in page
    assert "Add photographs" not in page


def test_no_picture_that_was_not_ticked_comes_in_any_size(given):
    keeper = given.clients["keeper"]

    def asked(canary: str) -> list[int]:
        row = given.find(canary).row
        at = f"{start(given)}photographs/{row.pk}/"
        return [keeper.get(path).status_code for path in (at, f"{at}480.jpg", f"{at}480.avif")]

    assert asked("canary-photograph-keepers") == [200, 200, 200]
    for canary in ("canary-photograph-friends", *[name for name in NEVER if "photograph" in name]):
        assert asked(canary) == [404, 404, 404]


def test_what_was_shown_a_moment_ago_does_not_bring_it_back_and_a_line_of_the_sheet_does(given):
    keeper, mara = given.clients["keeper"], given.people["mara"]
    lines = sheet.make(by=mara)
    before = session_of(given)
    assert (before.proved_at, before.self_until) == (None, None)
    hidden = f"{start(given)}people/"
    assert keeper.get(hidden).status_code == 404
    wrong = keeper.post("/prove/", {"way": "sheet", "line": "CDF-HJK-LMN-PQR-TVW-XY3", "next": hidden})
    assert (wrong.status_code, keeper.get(hidden).status_code) == (422, 404)

    answer = keeper.post("/prove/", {"way": "sheet", "line": lines[0], "next": hidden})

    assert (answer.status_code, answer["Location"]) == (302, hidden)
    assert keeper.get(hidden).status_code == 200
    assert proof.is_recent(session_of(given), session_of(given).proved_at)


def test_another_device_of_the_same_keeper_and_the_other_keeper_are_as_they_were(given):
    assert given.clients["second"].get(f"{start(given)}people/").status_code == 200


def test_whoever_looks_after_it_no_longer_shows_nothing(given):
    given.memorial.memberships.filter(person=given.people["mara"]).update(circle=20)

    assert given.clients["keeper"].get(f"{start(given)}story/").status_code == 404


def test_only_keepers_tick_and_only_what_knows_a_tick(town):
    moment, kin = town.find("canary-moment-friends").row, Kin.objects.filter(memorial=town.memorial).first()
    with pytest.raises(NotForYou):
        children.tick([moment], yes=True, by=town.stands("sam"))
    with pytest.raises(NotForYou):
        children.tick([moment, kin], yes=True, by=town.stands("mara"))
    moment.refresh_from_db()
    assert not moment.for_children

    assert children.tick([moment], yes=True, by=town.stands("mara")) == 1
    assert children.tick([moment], yes=True, by=town.stands("mara")) == 0
    assert children.ticked(town.stands("mara")) == 1
    assert children.tick([moment], yes=False, by=town.stands("mara")) == 1
