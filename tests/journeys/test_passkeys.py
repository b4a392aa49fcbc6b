"""Coming in by what opens the telephone, with nothing typed and no mail."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import begins, own_address
from tests.journeys.test_asking_in import asks_in
from tests.journeys.test_every_page import what_is_wrong

pytestmark = pytest.mark.journey


def with_a_screen_lock(visitor, *, opens: bool = True):
    """Give this visitor's device a screen lock that keeps passkeys."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": opens,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return visitor


def begins_by_passkey(visitor, name: str) -> str:
    visitor.goes_to("/begin/")
    visitor.types("Name", name)
    visitor.presses("Go on")
    visitor.presses("Keep a passkey on this device instead")
    visitor.page.wait_for_url("**/m/*/**")
    return urlsplit(visitor.page.url).path


def signs_out(visitor) -> None:
    visitor.goes_to("/you/")
    visitor.presses("Sign out here")
    visitor.page.wait_for_url(visitor.home + "/")


def comes_in_by_passkey(visitor) -> None:
    visitor.goes_to("/come-in/")
    visitor.presses("Come in with a passkey")
    visitor.page.wait_for_url(lambda url: "/come-in/" not in url)


@pytest.mark.postgresql_too
def test_a_page_is_begun_and_found_again_by_a_passkey_and_another_is_asked_in(somebody):
    keeper, other = with_a_screen_lock(somebody()), with_a_screen_lock(somebody())
    path = begins_by_passkey(keeper, "Wren")
    expect(keeper.page.get_by_role("heading", level=1)).to_have_text("Wren")
    signs_out(keeper)
    assert keeper.page.goto(keeper.home + path).status == 404
    comes_in_by_passkey(keeper)
    keeper.goes_to(path)
    keeper.reads("Wren")

    other.goes_to(asks_in(keeper, path, "Sam", "A friend or relative"))
    other.presses("Come in")
    other.reads("Wren")
    other.goes_to("/you/")
    other.reads("At the moment this device is the only one that knows you.")
    other.follows("Keep a passkey")
    other.presses("Keep a passkey on this device")
    other.reads("only on that device")
    signs_out(other)
    comes_in_by_passkey(other)
    other.goes_to(path)
    other.reads("Wren")


def test_a_screen_lock_that_does_not_open_opens_nothing_and_says_what_else_there_is(somebody):
    visitor = with_a_screen_lock(somebody(), opens=False)
    visitor.goes_to("/come-in/")
    visitor.presses("Come in with a passkey")

    visitor.reads("Nothing was done. You can try again, or use another way.")
    assert visitor.page.goto(visitor.home + "/you/").url.startswith(visitor.home + "/come-in/")


def test_without_its_script_the_page_offers_what_works_without_it(somebody):
    visitor = somebody(java_script_enabled=False)
    visitor.goes_to("/come-in/")

    expect(visitor.page.get_by_role("button", name="Send me a code")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Come in with a passkey")).not_to_be_visible()


def test_another_device_comes_in_by_a_code_and_is_signed_out_from_the_first(somebody):
    first, second = somebody(reduced_motion="reduce"), somebody()  # colours that stand still while axe reads them
    path = begins(first, "Wren", own_address())
    first.goes_to("/you/devices/bring-in/")
    first.presses("Show a code")
    code = first.page.locator(".shown-code").inner_text()
    assert what_is_wrong(first) == []
    second.goes_to("/come-in/device/")
    second.types("The code from the other device", code.lower().replace("-", " "))
    second.presses("Come in")
    second.goes_to(path)
    second.reads("Wren")

    first.goes_to("/you/devices/")
    expect(first.page.locator(".list__item")).to_have_count(2)
    first.presses("Sign out everywhere else")
    expect(first.page.locator(".list__item")).to_have_count(1)
    assert second.page.goto(second.home + path).status == 404


def test_a_sheet_is_made_seen_once_and_lets_its_owner_in(somebody):
    first, second = somebody(reduced_motion="reduce"), somebody()  # colours that stand still while axe reads them
    path = begins(first, "Wren", own_address())
    first.goes_to("/you/sheet/")
    first.presses("Make a sheet")
    codes = first.page.locator(".sheet__line").all_inner_texts()
    assert what_is_wrong(first) == []
    assert len(set(codes)) == 8
    second.goes_to("/come-in/sheet/")
    second.types("A code from your sheet", codes[3])
    second.presses("Come in")
    second.goes_to(path)
    second.reads("Wren")

    first.goes_to("/you/sheet/")
    first.reads("You have a sheet; 7 codes on it have not been used.")


A_WHILE_AGO = """
from snowdrop.people.models import Person, Session

for session in Session.objects.filter(person=Person.objects.latest("pk")):
    session.proved_at = session.self_until = None
    session.save()
answer = {}
"""


def test_who_came_in_a_while_ago_shows_by_the_passkey_that_it_is_still_them(somebody, place):
    keeper = with_a_screen_lock(somebody(reduced_motion="reduce"))
    begins_by_passkey(keeper, "Wren")
    place.house.ask(A_WHILE_AGO)

    keeper.goes_to("/you/sheet/")
    keeper.reads("Is it you?")
    assert what_is_wrong(keeper) == []
    keeper.presses("With your passkey")
    expect(keeper.page.get_by_role("heading", level=1)).to_have_text("A sheet to print")


def test_who_has_an_address_shows_it_by_a_code_to_it(somebody, place):
    keeper, address = somebody(reduced_motion="reduce"), own_address()
    begins(keeper, "Wren", address)
    place.house.ask(A_WHILE_AGO)

    keeper.goes_to("/you/sheet/")
    keeper.does_not_read(address)
    keeper.presses(f"Send a code to {address[0]}…@example.org")
    keeper.types("The code from the mail", keeper.digits_for(address))
    assert what_is_wrong(keeper) == []
    keeper.presses("Go on")
    expect(keeper.page.get_by_role("heading", level=1)).to_have_text("A sheet to print")
