"""Pages made before, for strangers: what was chosen for everyone, and each choice at the next request."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from snowdrop.memorials import announced, composition, keepings
from snowdrop.memorials.circles import Circle
from tests.access.test_canaries import words_in
from tests.access.test_public import CHOSEN, choose_some, go_public, ticks
from tests.reading.conftest import Visit, body_of, reading_paths


@pytest.fixture
def town(town):
    go_public(town)
    town.args["chosen"] = choose_some(town)
    return town


def words_of(visit: Visit, path: str) -> set[str]:
    answered = visit.ask("stranger", path)
    if answered is None:
        return set()
    page = type("Page", (), {"streaming": False, "content": body_of(answered), "headers": dict(answered.headers)})
    return words_in(page)  # type: ignore[arg-type]


def test_made_pages_hold_what_was_chosen_and_no_other_word(town, visit):
    met: set[str] = set()
    for path in reading_paths(town):
        met |= words_of(visit, path)

    assert met == CHOSEN
    assert len(visit.made) > 5


def test_the_largest_picture_is_not_answered_to_strangers(town, visit):
    row = town.args["chosen"]["photograph"]

    def asked(size: int) -> bool:
        return visit.ask("stranger", reverse("keepsakes:rendition", args=[town.memorial.slug, row.pk, size])) is None

    assert [asked(size) for size in (480, 1280, 2400)] == [False, False, True]


@pytest.mark.parametrize("tick", ["names_people", "may_be_found", "has_preview", "has_feed"])
def test_each_tick_is_another_page_at_the_next_request_and_so_is_taking_it_away(tick, town, visit):
    path, mara = reverse("story:room", args=[town.memorial.slug]), town.stands("mara")

    def now() -> tuple[Any, bytes]:
        answered = visit.ask("stranger", path)
        return dict(answered.headers)["X-Robots-Tag"], body_of(answered)

    before = now()
    composition.choose(by=mara, **ticks(**{tick: True}))
    ticked = now()
    composition.choose(by=mara, **ticks())

    assert ticked != before
    assert now() == before


def test_closing_and_leaving_out_are_so_at_the_next_request(town, visit):
    path, mara = reverse("story:room", args=[town.memorial.slug]), town.stands("mara")
    assert b"canary-public-moment" in body_of(visit.ask("stranger", path))

    keepings.open_to([town.args["chosen"]["moment"]], Circle.LINK, by=mara)
    assert b"canary-public-moment" not in body_of(visit.ask("stranger", path))

    announced.close(by=mara)
    assert visit.ask("stranger", path) is None
