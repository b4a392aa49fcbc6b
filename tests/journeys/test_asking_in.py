"""Asking people in, and what each of them meets."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import TWELVE, begins, own_address

pytestmark = pytest.mark.journey


def asks_in(keeper, path: str, called: str, who: str) -> str:
    """Ask somebody in; return the link that the keeper gives them."""
    keeper.goes_to(path)
    keeper.follows("Ask someone in")
    keeper.types("Who is it?", called)
    keeper.page.get_by_label(who).check()
    keeper.presses("Make the link")
    return keeper.page.get_by_label("Copy it and send it as you like").input_value()


def writes(keeper, path: str, words: str, circle: str) -> None:
    keeper.goes_to(f"{path}story/write/")
    keeper.page.get_by_label("Write, if you like", exact=True).fill(words)
    keeper.opens("Who will see this?")
    if circle == "Anyone with the link":
        keeper.opens("Choose more exactly")
    keeper.page.get_by_label(circle).check()
    keeper.presses("Keep these words")
    keeper.reads(words if circle.startswith("Only") else "Nobody has been told")


@pytest.mark.postgresql_too
def test_a_friend_comes_in_reads_what_was_opened_and_adds_words_that_wait(somebody):
    keeper, friend = somebody(), somebody()
    path = begins(keeper, "Wren", own_address())
    link = asks_in(keeper, path, "Sam", "A friend or relative")
    writes(keeper, path, "For the two of us.", "Only us")
    writes(keeper, path, "For everyone we asked.", "People we asked in")

    friend.goes_to(link)
    expect(friend.page.get_by_role("button", name="Come in")).to_be_visible()
    friend.does_not_read("Wren")
    friend.presses("Come in")
    expect(friend.page.get_by_role("heading", level=1)).to_have_text("Wren")
    friend.reads("So that you find it again on another device: add an address, a passkey or a sheet")
    friend.follows("Read on")
    friend.reads("For everyone we asked.")
    friend.does_not_read("For the two of us.")

    friend.goes_to(f"{path}story/write/")
    friend.page.get_by_label("Write, if you like", exact=True).fill("He sang to her in the garden.")
    friend.presses("Keep these words")
    keeper.goes_to(path)
    keeper.follows("Something was added for you to read first")
    keeper.reads("Sam offers a text")
    keeper.does_not_read("He sang to her in the garden.")
    keeper.page.get_by_role("button", name="Show it").first.click()
    friend.goes_to(f"{path}story/")
    friend.reads("He sang to her in the garden.")

    friend.goes_to(link)
    friend.reads("For everyone we asked.")
    stranger = somebody()
    stranger.goes_to(link)
    stranger.reads("This link does not open anything now")


def test_a_guest_reads_by_a_link_until_it_is_ended(somebody):
    keeper, guest = somebody(), somebody()
    path = begins(keeper, "Wren", own_address())
    link = asks_in(keeper, path, "The neighbours", "Someone who only reads, without signing in")
    writes(keeper, path, "Whoever has the link may read this.", "Anyone with the link")
    writes(keeper, path, "For people we asked in.", "People we asked in")

    guest.goes_to(link)
    guest.reads("Nothing happens until you press the button.")
    guest.does_not_read("Wren")
    guest.presses("Open the page")
    expect(guest.page.get_by_role("heading", level=1)).to_have_text("Wren")
    guest.reads("Whoever has the link may read this.")
    guest.does_not_read("For people we asked in.")

    keeper.goes_to(f"{path}people/")
    keeper.page.get_by_role("link", name="End this link").click()
    keeper.presses("End this link")
    keeper.page.wait_for_load_state()
    assert guest.page.reload().status == 404


def test_a_keeper_sees_who_will_see_something_opens_it_and_takes_it_back(somebody):
    keeper, friend = somebody(), somebody()
    path = begins(keeper, "Wren", own_address())
    friend.goes_to(asks_in(keeper, path, "Sam", "A friend or relative"))
    friend.presses("Come in")
    keeper.goes_to(path)
    keeper.types("Write, if you like", "A long day.")
    keeper.presses("Keep these words")
    friend.goes_to(path)
    friend.does_not_read("A long day.")

    keeper.goes_to(f"{path}story/")
    moment = keeper.page.locator("article.moment").first.get_attribute("id").removeprefix("moment-")
    keeper.goes_to(f"{path}story/{moment}/")
    keeper.opens("Change this")
    keeper.follows("Who will see this?")
    keeper.reads("Sam. Nobody is told; they find it when they come.")
    keeper.page.get_by_label("People we asked in").check()
    keeper.presses("Keep this")
    keeper.reads("Nobody has been told.")
    friend.goes_to(f"{path}story/")
    friend.reads("A long day.")

    keeper.goes_to(f"{path}kept/{moment}/who-will-see-this/")
    keeper.page.get_by_label("Only us").check()
    keeper.presses("Keep this")
    friend.page.reload()
    friend.does_not_read("A long day.")


def test_a_keeper_reads_the_page_as_a_friend_does_and_finds_the_way_back(somebody):
    keeper, friend = somebody(), somebody()
    path = begins(keeper, "Wren", own_address())
    friend.goes_to(asks_in(keeper, path, "Sam", "A friend or relative"))
    friend.presses("Come in")
    writes(keeper, path, "For everyone we asked.", "People we asked in")
    writes(keeper, path, "For the two of us.", "Only us")

    keeper.goes_to(path)
    keeper.opens("Look after this page")
    keeper.follows("Read it as others see it")
    keeper.follows("People we asked in")
    keeper.reads("What you see now is what this circle sees: People we asked in.")
    keeper.reads("For everyone we asked.")
    keeper.does_not_read("For the two of us.")
    keeper.follows("Back to the whole page")

    assert urlsplit(keeper.page.url).path == path
    assert urlsplit(keeper.page.url).query == ""


@pytest.mark.postgresql_too
def test_twelve_photographs_are_added_opened_and_looked_at_by_a_friend(somebody):
    keeper, friend = somebody(), somebody()
    path = begins(keeper, "Wren", own_address())
    friend.goes_to(asks_in(keeper, path, "Sam", "A friend or relative"))
    friend.presses("Come in")

    keeper.goes_to(path)
    keeper.follows("Add photographs")
    keeper.page.locator('input[type="file"]').set_input_files([str(file) for file in TWELVE])
    keeper.presses("Keep these")
    expect(keeper.page.get_by_role("heading", name="They are kept")).to_be_visible(timeout=90_000)
    keeper.page.get_by_label("People we asked in").check()
    keeper.presses("Keep this")
    keeper.reads("Nobody has been told.")

    friend.goes_to(f"{path}photographs/")
    pictures = friend.page.locator("figure img")
    expect(pictures).to_have_count(12)
    for number in range(12):
        pictures.nth(number).scroll_into_view_if_needed()
    friend.page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert not friend.overflows()
    friend.page.locator("figure a").first.click()
    friend.page.wait_for_url("**/photographs/*-*/")  # loaded, its script with it
    friend.page.keyboard.press("ArrowRight")
    expect(friend.page.get_by_role("link", name="Previous picture")).to_be_visible()


def test_on_a_shared_tablet_somebody_else_comes_in_by_the_same_link(somebody):
    tablet = somebody()
    path = begins(tablet, "Wren", own_address())
    link = asks_in(tablet, path, "Grandmother", "Someone close")

    tablet.goes_to(link)
    tablet.reads("is signed in")
    tablet.opens("Not you?")
    tablet.presses("Come in as somebody else")
    tablet.does_not_read("is signed in")
    expect(tablet.page).to_have_url(link)
    tablet.types("What may we call you?", "Ruth")
    tablet.page.get_by_label("You may write to me when there is something new").check()
    tablet.presses("Come in")

    expect(tablet.page.get_by_role("heading", level=1)).to_have_text("Wren")
    tablet.goes_to("/you/")
    expect(tablet.page.get_by_label("What may we call you?")).to_have_value("Ruth")
    tablet.goes_to("/you/quiet/")
    expect(tablet.page.get_by_label("Somebody wants me to know that there is something new")).to_be_checked()


def test_without_script_somebody_else_comes_in_by_the_same_link_too(somebody):
    mara, tablet = somebody(), somebody(java_script_enabled=False)
    path = begins(mara, "Wren", own_address())
    for called in ("Sam", "Grandmother"):
        link = asks_in(mara, path, called, "Someone close")
        tablet.goes_to(link)
        if called == "Grandmother":
            tablet.reads("On this device Sam is signed in, and would come in.")
            tablet.opens("Not you?")
            tablet.presses("Come in as somebody else")
        tablet.presses("Come in")
        expect(tablet.page.get_by_role("heading", level=1)).to_have_text("Wren")

    tablet.goes_to("/you/")
    expect(tablet.page.get_by_label("What may we call you?")).to_have_value("Grandmother")
