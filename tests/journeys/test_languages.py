"""The first night in another language, from the first page to the last word."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import own_address

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("locale", "language", "direction"), [("de-DE", "de", "ltr"), ("ar-EG", "ar", "rtl")])
def test_somebody_begins_in_their_own_language(locale, language, direction, somebody):
    parent, address = somebody(locale=locale), own_address()

    def page_is_in_it() -> None:
        html = parent.page.locator("html")
        assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language, direction)
        assert not parent.overflows()

    parent.goes_to("/")
    page_is_in_it()
    parent.page.locator('a[href="/begin/"]').click()
    page_is_in_it()
    parent.page.locator("#id_name").fill("نور" if language == "ar" else "Jürgen")
    parent.page.locator("form .button:not(.button--link)").click()
    page_is_in_it()
    parent.page.locator("#id_email").fill(address)
    parent.page.locator("form .button").first.click()
    digits = parent.digits_for(address)
    if language == "ar":
        digits = digits.translate(dict(zip(range(48, 58), "٠١٢٣٤٥٦٧٨٩", strict=True)))
    parent.page.locator("#id_code").fill(digits)
    parent.page.locator("form .button").first.click()
    parent.page.wait_for_url("**/m/*/")

    page_is_in_it()
    expect(parent.page.get_by_role("heading", level=1)).to_have_text("نور" if language == "ar" else "Jürgen")
    parent.page.locator("#words").fill("كلمات" if language == "ar" else "Ein paar Worte.")
    parent.page.locator("form .button").first.click()
    expect(parent.page.get_by_role("status")).to_be_visible()
    page_is_in_it()


def test_a_stranger_chooses_another_language_on_the_first_page(somebody):
    stranger = somebody()
    stranger.goes_to("/")

    stranger.page.get_by_role("button", name="Deutsch").click()
    stranger.page.wait_for_load_state()

    assert stranger.page.locator("html").get_attribute("lang") == "de"
    stranger.page.locator('a[href="/begin/"]').click()
    assert stranger.page.locator("html").get_attribute("lang") == "de"
