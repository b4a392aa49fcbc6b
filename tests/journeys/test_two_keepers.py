"""Two who look after one page: equals, each with something that is theirs alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import begins, own_address
from tests.journeys.test_asking_in import asks_in, writes

pytestmark = pytest.mark.journey


@pytest.mark.postgresql_too
def test_each_of_two_keepers_has_words_that_the_other_cannot_see_or_count(somebody):
    mara, theo = somebody(), somebody()
    path = begins(mara, "Wren", own_address())
    theo.goes_to(asks_in(mara, path, "Theo", "Another parent, who looks after this page with you"))
    theo.presses("Come in")
    theo.reads("Only you and")
    writes(mara, path, "I was angry with everybody that week.", "Only me")
    theo.goes_to(f"{path}story/")
    expect(theo.page.locator("article.moment")).to_have_count(0)
    theo.reads("There is nothing to read here yet.")

    writes(theo, path, "I sat in the car and could not drive.", "Only me")
    writes(theo, path, "The midwife's name was Ada.", "Only us")

    for keeper, own, other in (
        (mara, "I was angry with everybody that week.", "I sat in the car and could not drive."),
        (theo, "I sat in the car and could not drive.", "I was angry with everybody that week."),
    ):
        keeper.goes_to(f"{path}story/")
        expect(keeper.page.locator("article.moment")).to_have_count(2)
        keeper.reads(own)
        keeper.reads("The midwife's name was Ada.")
        keeper.does_not_read(other)


def test_either_keeper_can_take_off_the_page_and_bring_back_what_the_other_wrote(somebody):
    mara, theo = somebody(), somebody()
    path = begins(mara, "Wren", own_address())
    theo.goes_to(asks_in(mara, path, "Theo", "Another parent, who looks after this page with you"))
    theo.presses("Come in")
    writes(mara, path, "The garden in the snow.", "Only us")

    theo.goes_to(f"{path}story/")
    moment = theo.page.locator("article.moment").first.get_attribute("id").removeprefix("moment-")
    theo.goes_to(f"{path}story/{moment}/")
    theo.opens("Change this")
    theo.presses("Take off the page")
    mara.goes_to(f"{path}story/")
    mara.does_not_read("The garden in the snow.")

    mara.goes_to(path)
    mara.opens("Look after this page")
    mara.follows("What was taken off the page")
    mara.page.get_by_role("button", name="Bring back").click()
    theo.goes_to(f"{path}story/")
    theo.reads("The garden in the snow.")
