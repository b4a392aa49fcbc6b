"""The first night: one question, one code, and then a page that asks for nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import TWELVE, begins, comes_in, own_address

pytestmark = pytest.mark.journey


@pytest.mark.postgresql_too
def test_somebody_begins_writes_a_few_words_and_has_enough_for_tonight(somebody):
    parent = somebody()

    parent.goes_to("/")
    parent.follows("Begin a page")
    expect(parent.page.get_by_role("heading", level=1)).to_have_text("What do you call them?")
    parent.types("Name", "Wren")
    parent.presses("Go on")
    comes_in(parent, own_address(), "Open the page")

    expect(parent.page.get_by_role("heading", level=1)).to_have_text("Wren")
    parent.reads("Only you can see this page. Nobody has been told.")
    expect(parent.page.get_by_role("navigation", name="Rooms of this page")).to_have_count(0)
    assert parent.page.title() == "A page"

    parent.types("Write, if you like", "She had long fingers, like my mother.")
    parent.presses("Keep these words")
    parent.reads("Your words are kept.")
    expect(parent.page.get_by_role("link", name="Story")).to_be_visible()

    parent.presses("Enough for tonight")
    expect(parent.page.get_by_role("status")).to_have_text(
        "It is all kept. Nothing will be sent to anybody, and nothing has to be done. "
        "It will be here tomorrow, or in ten years."
    )


def test_it_begins_without_a_name_and_the_address_holds_none(somebody):
    parent = somebody()

    parent.goes_to("/begin/")
    parent.presses("No name, or not now")
    comes_in(parent, own_address(), "Open the page")

    assert re.fullmatch(r"http://localhost:\d+/m/[b-z2-9]{14}/", parent.page.url)
    parent.reads("Only you can see this page. Nobody has been told.")
    parent.types("Write, if you like", "Words.")
    parent.presses("Keep these words")
    parent.reads("Your words are kept.")


def test_wrong_digits_and_a_name_too_long_are_told_kindly_and_nothing_typed_is_gone(somebody):
    parent, address = somebody(), own_address()
    parent.goes_to("/begin/")
    parent.types("Name", "W" * 201)
    parent.presses("Go on")
    parent.reads("A name can have up to 200 characters here; this one has 201.")
    expect(parent.page.get_by_label("Name", exact=True)).to_have_value("W" * 201)
    parent.types("Name", "Wren")
    parent.presses("Go on")

    parent.types("E-mail", address)
    parent.presses("Send me a code")
    right = parent.digits_for(address)
    parent.types("The code from the mail", "0000 0000" if right != "0000 0000" else "1111 1111")
    parent.presses("Open the page")
    parent.reads("These are not the digits we sent, or their time is over.")
    parent.types("The code from the mail", right)
    parent.presses("Open the page")

    expect(parent.page.get_by_role("heading", level=1)).to_have_text("Wren")


def test_whoever_comes_back_another_day_finds_it_by_the_same_address(somebody):
    parent, address = somebody(), own_address()
    begins(parent, "Wren", address)

    elsewhere = somebody()
    elsewhere.goes_to("/")
    elsewhere.follows("Come in")
    comes_in(elsewhere, address, "Come in")

    assert elsewhere.page.url == parent.page.url
    elsewhere.reads("Only you can see this page. Nobody has been told.")


@pytest.mark.postgresql_too
def test_the_whole_first_night_and_photographs_without_javascript(somebody):
    parent = somebody(java_script_enabled=False)
    begins(parent, "Wren", own_address())
    parent.types("Write, if you like", "A first line.")
    parent.presses("Keep these words")
    parent.reads("Your words are kept.")

    parent.follows("Add photographs")
    parent.page.locator('input[type="file"]').set_input_files([str(path) for path in TWELVE[:3]])
    parent.presses("Keep these")
    parent.reads("They are kept")
    parent.page.get_by_label("Only us").check()
    parent.presses("Keep this")

    parent.follows("Story")
    parent.reads("A first line.")
    parent.follows("Photographs")
    expect(parent.page.locator("figure img")).to_have_count(3)
    parent.page.locator("figure a").first.click()
    parent.follows("Next picture")
    parent.follows("Previous picture")
    expect(parent.page.get_by_role("img")).to_be_visible()


def test_the_first_night_by_keyboard_alone(somebody):
    parent, address = somebody(viewport={"width": 1200, "height": 800}), own_address()
    keys = parent.page.keyboard
    parent.goes_to("/begin/")

    keys.press("Tab")
    expect(parent.page.get_by_role("link", name="Go to the text")).to_be_focused()
    keys.press("Enter")
    reach(parent, "textbox", "Name")
    keys.type("Wren")
    keys.press("Enter")
    reach(parent, "textbox", "E-mail")
    keys.type(address)
    keys.press("Enter")
    parent.page.wait_for_url("**/find-again/")
    expect(parent.page.get_by_label("The code from the mail")).to_be_visible()
    reach(parent, "textbox", "The code from the mail")
    keys.type(parent.digits_for(address))
    keys.press("Enter")
    parent.page.wait_for_url("**/m/*/")

    reach(parent, "textbox", "Write, if you like")
    keys.type("Words by keyboard.")
    reach(parent, "button", "Keep these words")
    keys.press("Enter")
    parent.reads("Your words are kept.")
    reach(parent, "button", "Enough for tonight")
    keys.press("Space")
    parent.reads("nothing has to be done")


def reach(visitor, role: str, name: str) -> None:
    """Tab until this control has the focus, which shows where it is."""
    wanted = visitor.page.get_by_role(role, name=name, exact=True)
    for _step in range(40):
        visitor.page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"{name} is not reached by the keyboard")
