"""From a ward's tablet into two parents' hands: handed over once, opened by one of them, closed for the other."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import TWELVE, begins, own_address
from tests.journeys.test_asking_in import asks_in

pytestmark = pytest.mark.journey


def makes_link(keeper, path: str, called: str) -> str:
    keeper.goes_to(f"{path}photographs/add/")
    keeper.follows("Let someone else put them in")
    keeper.types("Who is it for?", called)
    keeper.presses("Make the link")
    return keeper.page.get_by_label("Copy it and send it as you like").input_value()


@pytest.mark.postgresql_too
def test_an_envelope_handed_over_from_a_second_browser_is_opened_by_one_keeper_and_stays_closed_for_the_other(somebody):
    mara, theo = somebody(), somebody(java_script_enabled=False)
    path = begins(mara, "Wren", own_address())
    theo.goes_to(asks_in(mara, path, "Theo", "Another parent, who looks after this page with you"))
    theo.presses("Come in")
    link = makes_link(mara, path, "The midwives of ward 4")

    tablet = somebody()
    tablet.goes_to(link)
    tablet.does_not_read("Wren")
    began = time.monotonic()
    tablet.presses("Begin")
    tablet.page.get_by_label("Photographs, films or sound recordings").set_input_files([*TWELVE])
    tablet.presses("Put these in")
    expect(tablet.page.locator("ol.list > li")).to_have_count(12)
    assert time.monotonic() - began < 120
    expect(tablet.page.locator("main img")).to_have_count(0)
    tablet.follows("Go on")
    tablet.page.get_by_label("What did you see?").fill("His hands were warm.")
    tablet.page.get_by_label("A note on the envelope").fill("Take your time.")
    tablet.presses("Close it and hand it over")
    tablet.reads("This envelope is closed and handed over")
    assert tablet.context.cookies() == []
    tablet.page.go_back()
    tablet.does_not_read("IMG_0106")
    tablet.goes_to(link)
    tablet.reads("nobody can look into it by this link")

    for keeper in (mara, theo):
        keeper.goes_to(path)
        keeper.reads("A sealed envelope from The midwives of ward 4 is kept here for you.")
        keeper.follows("Look at the envelope")
        keeper.reads("12 things")
        keeper.reads("Take your time.")
        keeper.does_not_read("His hands were warm.")
    mara.presses("Open it")
    mara.reads("You opened it")
    expect(mara.page.locator("ul.list > li")).to_have_count(13)
    mara.does_not_read("His hands were warm.")
    mara.goes_to(f"{path}told/")
    mara.page.get_by_role("link", name="Look").click()
    mara.presses("Look")
    mara.reads("His hands were warm.")

    theo.goes_to(path)
    theo.reads("A sealed envelope from The midwives of ward 4 is kept here for you.")
    for room in ("photographs/", "recordings/", "told/", "story/"):
        theo.goes_to(path + room)
        expect(theo.page.locator("main .closed, main img")).to_have_count(0)
    theo.goes_to(path)
    theo.follows("Look at the envelope")
    theo.presses("Not now")
    theo.goes_to(path)
    theo.does_not_read("A sealed envelope")
