"""One album, two people: one chose to have it open, the other has not looked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import TWELVE, begins, own_address
from tests.journeys.test_asking_in import asks_in

pytestmark = pytest.mark.journey

# Of each picture: does it fit on a sheet across and down (11 cm), and how does it fill its frame?
ON_PAPER = """pictures => pictures.map(one => [one.offsetWidth <= innerWidth, one.offsetHeight <= 11 / 2.54 * 96 + 1,
  getComputedStyle(one).objectFit])"""


def test_two_people_meet_the_same_album_one_open_and_one_with_its_cover(somebody):
    mara, theo = somebody(), somebody(java_script_enabled=False)
    path = begins(mara, "Wren", own_address())
    theo.goes_to(asks_in(mara, path, "Theo", "Another parent, who looks after this page with you"))
    theo.presses("Come in")
    theo.reads("Only you and")
    mara.goes_to(f"{path}photographs/add/")
    mara.page.locator('input[type="file"]').set_input_files([str(file) for file in TWELVE[:3]])
    mara.presses("Keep these")
    expect(mara.page.get_by_role("heading", name="They are kept")).to_be_visible(timeout=90_000)
    mara.goes_to(f"{path}photographs/choose/")
    expect(mara.page.get_by_role("checkbox")).to_have_count(3)
    for tick in mara.page.get_by_role("checkbox").all():
        tick.check()
    mara.presses("Put them into an album")
    mara.types("What is it called?", "The first days")
    mara.page.get_by_label("From the gentlest on").check()
    mara.page.get_by_label("Close it: each person chooses when to look").check()
    mara.presses("Keep this")

    mara.page.wait_for_url("**/albums/*-*/")
    album = mara.page.url
    for keeper in (mara, theo):
        keeper.goes_to(f"{path}photographs/")
        keeper.reads("A closed album")
        keeper.goes_to(album)
        keeper.does_not_read("The first days")
        keeper.page.get_by_role("link", name="Look").click()
        keeper.reads("Passing by is an answer too.")
    mara.opens("Other choices")
    mara.presses("Leave it open for me")
    mara.goes_to(album)
    theo.goes_to(album)

    mara.reads("The first days")
    mara.reads("You can stop anywhere.")
    expect(mara.page.locator("figure img")).to_have_count(3)
    mara.page.emulate_media(media="print")
    assert mara.page.locator("figure img").evaluate_all(ON_PAPER) == [[True, True, "contain"]] * 3
    expect(mara.page.locator(".ways").first).to_be_hidden()
    mara.page.emulate_media(media="screen")
    theo.does_not_read("The first days")
    expect(theo.page.locator("main img")).to_have_count(0)
    expect(theo.page.locator(".closed")).to_have_count(1)

    theo.page.get_by_role("link", name="Look").click()
    theo.presses("Look")
    theo.reads("The first days")
    theo.follows("One after another")
    expect(theo.page.locator("main img")).to_have_count(1)
    theo.follows("Next picture")
    theo.follows("The whole album")
    theo.page.get_by_role("button", name="Close it again").first.click()
    theo.does_not_read("The first days")
    theo.page.go_back()
    theo.does_not_read("The first days")
    mara.follows("One after another")
    mara.page.wait_for_load_state("networkidle")  # a key counts once the script is there
    mara.page.keyboard.press("ArrowRight")
    expect(mara.page.get_by_role("link", name="Previous picture")).to_be_visible()
