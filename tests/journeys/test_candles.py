"""Candles, by what people see: chosen by the family, lit by a stranger, read first, and the evening of 15 October."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.host.conftest import Server
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.journey

# Mara looks after a page that everyone can open, and Ines reads first.
SETTLE = """
from django.conf import settings
from snowdrop.memorials import beginning
from snowdrop.memorials.access import stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.people.models import Person
from snowdrop.people.sessions import SessionStore
from snowdrop.words import book
from snowdrop.words.models import Book

def comes(person):
    store = SessionStore()
    store.create()
    store.sign_in(person)
    return store.session_key

mara, ines = (Person.objects.create(name=name) for name in ("Mara", "Ines"))
memorial = beginning.begin(by=mara, name="Wren")
Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.PUBLIC)
memorial.refresh_from_db()
first = Membership.objects.create(memorial=memorial, person=ines, circle=Circle.FRIENDS)
keeper = stand(memorial, mara)
book.answer(Book.FirstReader.PERSON, by=keeper, person=first)
book.show_to(Circle.PUBLIC, by=keeper)
book.take_words_from(Circle.PUBLIC, by=keeper)
cookie = settings.SESSION_COOKIE_NAME
answer = {"slug": memorial.slug, "cookie": cookie, "mara": comes(mara), "ines": comes(ines)}
"""
ELSE = "On 15 October a wave of light goes around the world."
NOW = "It is past seven in the evening where you are, on 15 October."


@pytest.fixture(scope="module")
def settled(place: Server) -> dict[str, Any]:
    return place.house.ask(SETTLE)


@pytest.fixture
def comes(somebody: Callable[..., Visitor], settled: dict[str, Any]) -> Callable[..., Visitor]:
    def come(name: str = "", **options: Any) -> Visitor:
        visitor = somebody(**options)
        if name:
            cookie = {"name": settled["cookie"], "value": settled[name], "url": visitor.home}
            visitor.context.add_cookies([cookie])
        return visitor

    return come


def choose(mara: Visitor, here: str, sign: str, *, wave: bool) -> None:
    mara.goes_to(f"{here}candles/sign/")
    mara.page.get_by_role("radio", name=sign).check()
    mara.page.get_by_label("Keep the Wave of Light on 15 October here").set_checked(wave)
    mara.presses("Keep it like this")
    mara.reads("It is kept like this.")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_stranger_lights_a_candle_and_a_cruel_line_is_never_met(script, comes, settled):
    here = f"/m/{settled['slug']}/"
    mara, ines, stranger = comes("mara"), comes("ines"), comes(java_script_enabled=script)
    choose(mara, here, "A candle", wave=False)

    stranger.goes_to(f"{here}words/")
    stranger.follows("Light a candle")
    stranger.presses("Light a candle")
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text("Your candle is lit")
    stranger.reads("It is on the page now, and it stays.")
    stranger.follows("All candles")
    expect(stranger.page.get_by_role("img", name="Candles without a name")).to_be_visible()
    assert not stranger.overflows()

    said = "Sleep well" if script else "Sleep well, little one"
    for name, line in (("A cruel one", "Your own fault"), ("Ada", said)):
        stranger.goes_to(f"{here}candles/light/")
        stranger.types("Your name, if you want to say it", name)
        stranger.types("A line, if you want to write one", line)
        stranger.presses("Light a candle")
        stranger.reads("Somebody reads what you wrote first.")
    link = stranger.page.locator("a.address").inner_text()

    ines.goes_to(f"{here}words/door/")
    ines.reads("Your own fault")
    ines.presses("Do not show it")
    ines.reads(said)
    ines.presses("Show it")
    ines.reads("Nothing waits.")

    for path in ("candles/", "words/", "", "words/asked/", "find/?q=fault", "put-away/"):
        mara.goes_to(here + path)
        mara.does_not_read("Your own fault")
        mara.does_not_read("A cruel one")
    mara.goes_to(f"{here}candles/")
    mara.reads(said)

    stranger.goes_to(link)
    stranger.presses("Take it back")
    stranger.reads("You took it back.")
    mara.goes_to(f"{here}candles/")
    mara.does_not_read(said)


@pytest.mark.parametrize(
    ("zone", "now", "is_tonight"),
    [
        ("Pacific/Auckland", datetime(2026, 10, 15, 18, 59), False),
        ("Pacific/Auckland", datetime(2026, 10, 15, 19, 0), True),
        ("Asia/Kathmandu", datetime(2026, 10, 15, 19, 1), True),
        ("America/Los_Angeles", datetime(2026, 10, 15, 23, 59), True),
        ("America/Los_Angeles", datetime(2026, 10, 16, 0, 0), False),
        ("America/Los_Angeles", datetime(2026, 10, 14, 21, 0), False),
        ("Europe/Zurich", datetime(2027, 10, 15, 20, 0), True),
        ("Europe/Zurich", datetime(2026, 12, 15, 20, 0), False),
    ],
)
def test_the_wave_of_light_comes_by_at_seven_by_each_visitor_s_own_clock(zone, now, is_tonight, comes, settled):
    here = f"/m/{settled['slug']}/"
    choose(comes("mara"), here, "A candle", wave=True)
    visitor = comes(timezone_id=zone)
    visitor.page.clock.set_fixed_time(now.replace(tzinfo=ZoneInfo(zone)))

    visitor.goes_to(f"{here}candles/")

    expect(visitor.page.get_by_text(NOW)).to_be_visible(visible=is_tonight)
    expect(visitor.page.get_by_text(ELSE)).to_be_visible(visible=not is_tonight)
    expect(visitor.page.locator("main[data-wave-of-light]")).to_have_count(int(is_tonight))


def test_an_open_page_changes_at_seven_and_at_midnight(comes, settled):
    here, zone = f"/m/{settled['slug']}/", ZoneInfo("Europe/Zurich")
    choose(comes("mara"), here, "A candle", wave=True)
    visitor = comes(timezone_id="Europe/Zurich")
    visitor.page.clock.install(time=datetime(2026, 10, 15, 17, 58, tzinfo=zone))
    visitor.goes_to(f"{here}candles/")
    expect(visitor.page.get_by_text(ELSE)).to_be_visible()

    visitor.page.clock.run_for("01:03:00")
    expect(visitor.page.get_by_text(NOW)).to_be_visible()

    visitor.page.clock.run_for("05:00:00")
    expect(visitor.page.get_by_text(NOW)).to_be_hidden()
    expect(visitor.page.get_by_text(ELSE)).to_be_visible()


def test_without_script_a_sentence_says_on_what_evening_it_is_and_where_it_was_not_chosen_nothing_does(comes, settled):
    here, mara, visitor = f"/m/{settled['slug']}/", comes("mara"), comes(java_script_enabled=False)
    choose(mara, here, "A stone", wave=True)
    visitor.goes_to(f"{here}candles/")
    expect(visitor.page.get_by_text(ELSE)).to_be_visible()
    expect(visitor.page.get_by_text(NOW)).to_be_hidden()
    expect(visitor.page.get_by_role("heading", name="Stones", exact=True)).to_be_visible()
    visitor.follows("Lay a stone")

    choose(mara, here, "A stone", wave=False)
    visitor.goes_to(f"{here}candles/")
    visitor.does_not_read("wave of light")
