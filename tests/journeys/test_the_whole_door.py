"""The whole door in one evening: begun with a passkey, somebody asked in, let in, and shut out again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.test_asking_in import asks_in, writes
from tests.journeys.test_passkeys import begins_by_passkey, with_a_screen_lock

pytestmark = pytest.mark.journey


@pytest.mark.postgresql_too
def test_whoever_was_let_in_and_taken_out_meets_at_the_next_click_a_page_that_is_not_there(somebody):
    keeper, friend = with_a_screen_lock(somebody()), somebody()
    path = begins_by_passkey(keeper, "Wren")
    link = asks_in(keeper, path, "Sam", "A friend or relative")
    writes(keeper, path, "She slept through the rain.", "People we asked in")

    friend.goes_to(link)
    friend.presses("Come in")
    friend.follows("Read on")
    expect(friend.page.get_by_role("heading", level=1)).to_have_text("Wren")
    friend.reads("She slept through the rain.")

    keeper.goes_to(f"{path}people/")
    keeper.page.get_by_role("link", name="Change").filter(has_text="Sam").click()
    keeper.follows("Take Sam out of this page")
    keeper.presses("Take them out")
    keeper.reads("Sam was taken out of this page.")

    with friend.page.expect_navigation() as clicked:
        friend.page.locator("main a[href*='/story/']").first.click()
    assert clicked.value.status == 404
    expect(friend.page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")
    friend.reads("It may have been typed differently, or it may not be open to you.")
    friend.does_not_read("Wren")
    friend.does_not_read("She slept through the rain.")
