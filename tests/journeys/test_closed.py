"""One story, two people: one chose to have it open, the other has not looked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import begins, own_address
from tests.journeys.test_asking_in import asks_in

pytestmark = pytest.mark.journey


def test_two_people_meet_the_same_story_one_open_and_one_with_its_cover(somebody):
    mara, theo = somebody(), somebody(java_script_enabled=False)
    path = begins(mara, "Wren", own_address())
    theo.goes_to(asks_in(mara, path, "Theo", "Another parent, who looks after this page with you"))
    theo.presses("Come in")
    theo.reads("Only you and")
    mara.goes_to(f"{path}story/write/")
    mara.types("Write, if you like", "They put a lamp in the room.")
    mara.opens("Close it")
    mara.page.get_by_label("Close it: each person chooses when to look").check()
    mara.types("A few words on its cover", "The morning he was born")
    mara.presses("Keep these words")
    mara.reads("The morning he was born")
    mara.does_not_read("They put a lamp in the room.")

    for keeper in (mara, theo):
        keeper.goes_to(f"{path}story/")
        keeper.does_not_read("They put a lamp in the room.")
        keeper.page.get_by_role("link", name="Look").click()
        keeper.reads("Passing by is an answer too.")
    theo.presses("Look")
    theo.reads("They put a lamp in the room.")
    theo.page.get_by_role("button", name="Close it again").first.click()
    theo.does_not_read("They put a lamp in the room.")
    theo.page.go_back()
    theo.does_not_read("They put a lamp in the room.")
    mara.opens("Other choices")
    mara.presses("Leave it open for me")

    mara.goes_to(f"{path}story/")
    theo.goes_to(f"{path}story/")
    mara.reads("They put a lamp in the room.")
    theo.does_not_read("They put a lamp in the room.")
    expect(theo.page.locator("article.moment .closed")).to_have_count(1)
