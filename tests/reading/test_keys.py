"""Equal keys mean equal bytes, whatever anybody does in between."""

from __future__ import annotations

from collections.abc import Container

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction

from snowdrop.memorials import glance
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.people.models import Person
from snowdrop.reading import addresses as reading_addresses
from snowdrop.reading import baked, baking, keys
from snowdrop.reading.baked import Baked
from tests.access import addresses
from tests.access.bodies import body
from tests.reading.conftest import reading_paths

CIRCLES = (Circle.LINK, Circle.FRIENDS, Circle.KEEPERS)
# Posting these signs somebody out or starts something elsewhere; they change no memorial.
ROLES = ("keeper", "second", "friend")


class Pages:
    """Every reading page for every circle, by key."""

    def __init__(self, town) -> None:
        self._respond = WSGIHandler().get_response
        self._addresses = [reading_addresses.find(path, "") for path in reading_paths(town)]
        assert None not in self._addresses

    def bake(self, only: Container[str] | None = None) -> dict[str, bytes]:
        """Make every page, or only those whose key is one of `only`: of two pages with two keys nothing is said."""
        made = {}
        for address in self._addresses:
            memorial = Memorial.objects.filter(slug=address.slug).first()
            if memorial is None:
                continue
            revisions = glance.revisions(memorial, address.parts)
            for circle in CIRCLES:
                language = "" if address.page.is_file else "en"
                if only is not None and keys.key_of(address, circle, language, revisions) not in only:
                    continue
                found = baking.bake(self._respond, address, circle, language)
                if found is not None:
                    key, page = found
                    made[key] = page.plain or str(page.file).encode()
        return made


@pytest.fixture
def town(town, monkeypatch):
    # What is compared is what would be compressed; a hundred posts would compress ten thousand pages.
    monkeypatch.setattr(baked, "compressed", lambda body, headers: Baked(headers, etag='"-"', plain=body))
    # A few of each kind are enough.
    keep = {"friends", "keepers", "away", "sam-waits", "waits"}
    town.things = [thing for thing in town.things if thing.canary.split("-", 2)[2] in keep or "draft" in thing.canary]
    return town


def changed_without_a_new_key(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    return [" ".join(key.split("\n")[:3]) for key in before if after.get(key, before[key]) != before[key]]


POSTED = sorted({address.name for address in addresses.every_address()})


@pytest.mark.parametrize("part", sorted({name.partition(":")[0] for name in POSTED}))
def test_nothing_that_can_be_posted_changes_a_page_under_its_old_key(part, town):
    pages = Pages(town)
    before = pages.bake()
    assert len(before) > 15
    wrong, changes = [], 0
    for address in addresses.every_address():
        if address.name.partition(":")[0] != part:
            continue
        for role in ROLES:
            cookies = town.clients[role].cookies.copy()
            with transaction.atomic():
                answer = town.clients[role].post(addresses.path(address, town), body(address.name, town))
                if answer.status_code in (200, 201, 302):
                    after = pages.bake(only=before)
                    changes += after != before
                    wrong += [f"{address.name} as {role}: {page}" for page in changed_without_a_new_key(before, after)]
                transaction.set_rollback(True)
            town.clients[role].cookies = cookies
            if answer.status_code in (200, 201, 302):
                break

    assert wrong == []
    assert changes or part not in ("story", "keepsakes", "memorials")


def test_what_is_done_elsewhere_changes_no_page_under_its_old_key(town):
    """A person's name stands on pages of memorials that know nothing of the change."""
    pages = Pages(town)
    before = pages.bake()

    def rename() -> None:
        town.clients["keeper"].post("/you/", {"name": "Somebody Else"})

    def close_the_account() -> None:
        town.clients["keeper"].post("/you/close/", {"words": "stay"})

    for change in (rename, close_the_account):
        cookies = town.clients["keeper"].cookies.copy()
        with transaction.atomic():
            change()
            after = pages.bake(only=before)
            assert after != before, change.__name__
            assert changed_without_a_new_key(before, after) == [], change.__name__
            transaction.set_rollback(True)
        town.clients["keeper"].cookies = cookies


def test_a_key_names_all_that_may_differ(town):
    address = reading_addresses.find(f"/m/{town.memorial.slug}/story/", "after=x")
    assert address is not None
    here = keys.key_of(address, Circle.LINK, "en", (1, 2, 3, 4, 5, 6))

    assert here.split("\n") == [
        f"/m/{town.memorial.slug}/story/",
        "after=x",
        "LINK",
        "en",
        keys.release(),
        "candles=1 handover=2 keepsakes=3 memorials=4 story=5 words=6",
    ]


def test_two_memorials_never_share_a_key(town):
    paths = [f"/m/{memorial.slug}/story/" for memorial in Memorial.objects.all()]

    found = {keys.key_of(reading_addresses.find(path, ""), Circle.LINK, "en", (1, 1, 1, 1, 1, 1)) for path in paths}  # type: ignore[arg-type]

    assert len(found) == len(paths) == 2


def test_every_reading_view_is_declared_and_no_other(town):
    """The rooms say which addresses are read alike; the views say it too. They have to say the same."""
    by_view = {a.name for a in addresses.every_address() if getattr(a.view, "kind", "") == "reading"}
    found = set()
    for address in addresses.every_address():
        for thing in addresses.about_things(address, town):
            if reading_addresses.find(addresses.path(address, town, thing), "") is not None:
                found.add(address.name)

    assert found == by_view
    assert Person.objects.exists() and Membership.objects.exists()
