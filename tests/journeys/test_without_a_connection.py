"""Reading without a connection, on a device where somebody chose it, and what ends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import MATERIAL, Visitor, begins, own_address
from tests.journeys.test_asking_in import asks_in, writes

pytestmark = pytest.mark.journey

CHOICE = "Keep pages I have opened, to read without a connection"
# What this device keeps: the paths of pages and pictures, without what every page needs.
KEPT = """async () => {
  const paths = [];
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
  }
  return paths.filter((path) => path.startsWith("/m/"));
}"""
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"


def chooses(visitor: Visitor) -> None:
    visitor.goes_to("/you/devices/")
    visitor.page.get_by_label(CHOICE).check()
    visitor.reads("Pages that you open from now on are kept on this device.")


def keeps(page: Page, path: str) -> None:
    """Wait until this page is kept: that is done while it is being read."""
    page.wait_for_function(f"async (path) => (await ({KEPT})()).includes(path)", arg=path)


def keeps_nothing(page: Page) -> None:
    page.wait_for_function(f"async () => !(await ({WORKERS})()) && !(await caches.keys()).length")


def loses_the_line(visitor: Visitor) -> None:
    visitor.context.set_offline(True)


def without_its_failures(visitor: Visitor) -> None:
    """The browser's console says of each request without a connection that it failed. That is no stray."""
    visitor.strays[:] = [said for said in visitor.strays if "ERR_INTERNET_DISCONNECTED" not in said]


def test_what_was_opened_is_read_without_a_connection_where_it_was_chosen_and_only_there(somebody):
    keeper = somebody()
    path = begins(keeper, "Wren", own_address())
    writes(keeper, path, "She slept through the rain.", "Only us")
    writes(keeper, path, "Nobody but me.", "Only me")
    keeper.goes_to(f"{path}photographs/add/")
    keeper.page.get_by_label("Photographs").set_input_files(MATERIAL / "family" / "IMG_0106.JPG")
    keeper.presses("Keep these")
    keeper.page.wait_for_url("**/added/**")
    keeper.goes_to(f"{path}photographs/")
    assert (keeper.page.evaluate(WORKERS), keeper.page.evaluate(KEPT)) == (0, []), "nobody chose it"

    chooses(keeper)
    keeper.goes_to(f"{path}story/")
    keeper.reads("Nobody but me.")
    keeps(keeper.page, f"{path}story/")
    keeper.goes_to(f"{path}photographs/")
    keeps(keeper.page, f"{path}photographs/")
    keeper.goes_to(f"{path}people/")  # a page to act on

    loses_the_line(keeper)
    keeper.goes_to(f"{path}photographs/")
    picture = keeper.page.locator("main img").first
    picture.evaluate("(img) => img.decode()")
    assert picture.evaluate("(img) => img.naturalWidth") > 100
    assert keeper.page.locator("body").evaluate("(body) => getComputedStyle(body).fontFamily").startswith("Newsreader")
    keeper.goes_to("/")
    expect(keeper.page).to_have_url(f"{keeper.home}{path}story/")
    keeper.reads("She slept through the rain.")
    keeper.does_not_read("Nobody but me.")
    keeper.goes_to(f"{path}people/")
    keeper.reads("There is no connection just now")
    without_its_failures(keeper)

    keeper.context.set_offline(False)
    keeper.goes_to("/you/devices/")
    keeper.page.get_by_label(CHOICE).uncheck()
    keeper.reads("No page is kept on this device.")
    keeps_nothing(keeper.page)
    keeper.page.get_by_label(CHOICE).check()  # on the very page that the worker still answers for
    keeper.reads("Pages that you open from now on are kept on this device.")
    keeper.goes_to(f"{path}story/")
    keeps(keeper.page, f"{path}story/")
    keeper.context.clear_cookies()  # nobody tells the browser to forget; what a stranger gets tells the worker
    keeper.goes_to("/")
    keeps_nothing(keeper.page)


def test_what_is_narrowed_leaves_the_device_and_so_does_everything_once_somebody_signs_out(somebody):
    keeper, friend = somebody(), somebody()
    path = begins(keeper, "Wren", own_address())
    link = asks_in(keeper, path, "Sam", "A friend or relative")
    writes(keeper, path, "He sang to her.", "People we asked in")
    writes(keeper, path, "She slept through the rain.", "People we asked in")
    friend.goes_to(link)
    friend.presses("Come in")
    chooses(friend)
    keeper.goes_to(f"{path}story/")
    change = keeper.page.locator(".moment a[href*='/story/']").last.get_attribute("href")
    moment = change[: change.index("/story/") + len("/story/") + 37]
    friend.goes_to(f"{path}story/")
    friend.goes_to(moment)
    friend.reads("She slept through the rain.")
    keeps(friend.page, moment)
    keeps(friend.page, f"{path}story/")

    keeper.goes_to(moment)
    keeper.opens("Change this")
    keeper.follows("Who will see this?")
    keeper.page.get_by_label("Only us").check()
    keeper.presses("Keep this")
    keeper.reads("Only us")
    friend.goes_to(f"{path}story/")
    friend.does_not_read("She slept through the rain.")
    friend.page.wait_for_function(f"async (path) => !(await ({KEPT})()).includes(path)", arg=moment)
    assert f"{path}story/" in friend.page.evaluate(KEPT)

    friend.goes_to("/you/")
    friend.presses("Sign out here")
    keeps_nothing(friend.page)


def test_a_device_signed_out_from_another_keeps_nothing_once_it_hears_of_it(somebody):
    keeper = somebody()
    path = begins(keeper, "Wren", own_address())
    writes(keeper, path, "She slept through the rain.", "Only us")
    chooses(keeper)
    keeper.goes_to(f"{path}story/")
    keeps(keeper.page, f"{path}story/")

    cookies = keeper.context.cookies()
    other = somebody()
    other.context.add_cookies(cookies)
    other.goes_to("/you/")
    other.presses("Sign out here")
    keeper.goes_to(f"{path}story/")
    keeper.reads("There is nothing at this address")
    keeps_nothing(keeper.page)
