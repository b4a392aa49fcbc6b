"""Every page that somebody can open, looked at by axe: on a phone by day and by night, and at a desk.

Pages whose markup is the same (another friend's, the same form about another thing) are looked at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from snowdrop.web import stylesheet
from tests.access.test_matrix import table
from tests.access.town import ROLES
from tests.host.conftest import Server
from tests.journeys.conftest import PHONE, Visitor

pytestmark = pytest.mark.journey

DESK = {"width": 1200, "height": 900}
SERIOUS = ("serious", "critical")
NO_PAGES = {
    "feed_by_token",
    "health",
    "house_mark",
    "keepsakes:aac",
    "keepsakes:avif",
    "keepsakes:captions",
    "keepsakes:film",
    "keepsakes:moving_file",
    "keepsakes:opus",
    "keepsakes:original",
    "keepsakes:poster",
    "keepsakes:rendition",
    "keepsakes:sheet",
    "keepsakes:taken",
    "keepsakes:upload",
    "keepsakes:uploads",
    "keepsakes:waveform",
    "people:without_a_connection_worker",
    "words:evidence_file",
    "words:picture",
    "words:voice",
    "words:voice_aac",
}
# Two rules that axe leaves off: the larger contrast that text has here, and the size of what a finger taps.
ALL_RULES = {
    "resultTypes": ["violations"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
# At night the colours differ and nothing else.
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]},
}
LOOKS = (("light", PHONE, ALL_RULES), ("dark", PHONE, COLOURS), ("light", DESK, ALL_RULES))

# Settles the family of tests/access in the running house, adds what is hard to lay out (words without an end, a
# line from right to left, a picture as wide as a wall), and says where each page is and who comes how.
SETTLE = """
from io import BytesIO
from django.conf import settings
from PIL import Image
from snowdrop.keepsakes import adding, changing
from snowdrop.memorials import about
from snowdrop.memorials.circles import Circle
from snowdrop.storage import originals
from snowdrop.story import writing
from tests.access import addresses
from tests.access.town import build

town = build()
addresses.parcel(town)
mara = town.stands("mara")
file = BytesIO()
Image.new("RGB", (4000, 90), "#7a8b6f").save(file, "JPEG")
received = originals.receive([file.getvalue()])
wall = adding.add(received, by=mara, came_as="W" * 120 + ".jpg", audience=Circle.LINK).photograph
wall = changing.change(wall, {"caption": "Unendlichlangeswort" * 12, "alt": "A wall"}, by=mara)
long = "Unendlichlangeswort" * 30
writing.write(long, by=mara, title="W" * 180, audience=Circle.LINK, photographs=[wall])
arabic = "\u0643\u0644\u0645\u0627\u062a \u0642\u0644\u064a\u0644\u0629, https://example.org/"
writing.write(arabic + "a" * 200, by=mara, audience=Circle.LINK, is_letter=True)
about.kin("K" * 150, by=mara, relation="Gro\u00dftante" * 9, audience=Circle.LINK)
about.name("N" * 190, of=town.args["beloved"], by=mara, is_chief=False)
name = settings.SESSION_COOKIE_NAME
answer = {
    "cookie": name,
    "cookies": {role: client.cookies[name].value for role, client in town.clients.items() if name in client.cookies},
    "paths": {address.name: addresses.path(address, town) for address in addresses.every_address()},
}
"""


@pytest.fixture(scope="module")
def settled(place: Server) -> dict[str, Any]:
    return place.house.ask(SETTLE)


@pytest.fixture
def comes_as(somebody: Callable[..., Visitor], settled: dict[str, Any]) -> Callable[[str], Visitor]:
    def come(role: str) -> Visitor:
        # Colours that still change while axe reads them would be neither the day's nor the night's.
        visitor = somebody(reduced_motion="reduce")
        if role in settled["cookies"]:
            cookie = {"name": settled["cookie"], "value": settled["cookies"][role], "url": visitor.home}
            visitor.context.add_cookies([cookie])
        return visitor

    return come


class Shape(HTMLParser):
    """What a page is made of, without what it says: elements, classes, roles, and which labels there are."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {
            name: value for name, value in attrs if name in ("class", "type", "name", "role", "dir", "lang", "open")
        }
        self.parts.append(f"{tag}{sorted(said.items(), key=str)}")

    @classmethod
    def of(cls, page: bytes) -> str:
        shape = cls()
        shape.feed(page.decode())
        # Twelve of a kind look like three of a kind.
        once = dict.fromkeys(shape.parts)
        return hashlib.sha256("".join(once).encode()).hexdigest()


def pages(place: Server, settled: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, role and path of every page that answers 200, each shape of it once."""
    found, seen = [], set()
    for (method, name), cells in table().items():
        for role in ROLES:
            if method != "GET" or cells[role] != 200 or name in NO_PAGES:
                continue
            path = settled["paths"][name]
            cookie = settled["cookies"].get(role)
            status, body = place.get(path, **({"Cookie": f"{settled['cookie']}={cookie}"} if cookie else {}))
            assert status == 200, (name, role, status)
            shape = (name, Shape.of(body))
            if shape not in seen:
                seen.add(shape)
                found.append((name, role, path))
    return found


def what_is_wrong(visitor: Visitor) -> list[str]:
    """Look at the page that is open, everything on it unfolded; return what keeps somebody out."""
    page, wrong = visitor.page, []
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.evaluate(AXE_SCRIPT)
    for scheme, size, options in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        for violation in page.evaluate("options => axe.run(document, options)", options)["violations"]:
            if violation["impact"] in SERIOUS:
                where = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
                wrong.append(f"{scheme} {size['width']}: {violation['id']}: {where}")
        if visitor.overflows():
            wrong.append(f"{scheme} {size['width']}: it is wider than the window")
    page.set_viewport_size({"width": 320, "height": 640})
    if visitor.overflows():
        wrong.append("320: it is wider than the window")
    page.set_viewport_size(PHONE)
    return wrong


def test_no_page_shuts_anybody_out(place, settled, comes_as):
    visitors: dict[str, Visitor] = {}
    wrong = {}
    looked_at = pages(place, settled)
    for name, role, path in looked_at:
        if role not in visitors:
            visitors[role] = comes_as(role)
        visitors[role].goes_to(path)
        if found := what_is_wrong(visitors[role]):
            wrong[f"{name} as {role}"] = found

    assert wrong == {}
    assert {name for name, _role, _path in looked_at} == {
        name for (method, name), cells in table().items() if method == "GET" and 200 in cells.values()
    } - NO_PAGES


def test_neither_does_a_form_that_comes_back_unfilled(settled, comes_as):
    keeper, wrong = comes_as("keeper"), {}
    for name in (
        "memorials:ask",
        "memorials:ask_in",
        "memorials:fact",
        "memorials:kin",
        "memorials:make_links",
        "keepsakes:add",
        "story:write",
    ):
        keeper.goes_to(settled["paths"][name])
        # Sent as a browser sends it that knows neither our modules nor `required`.
        with keeper.page.expect_navigation() as sent:
            keeper.page.evaluate("document.querySelector('main form[method=post]').submit()")
        assert sent.value.status == 422, name
        if found := what_is_wrong(keeper):
            wrong[name] = found

    assert wrong == {}


@pytest.mark.parametrize("path", ["/nothing-here/", "/by/never-a-link/"])
def test_neither_do_the_pages_for_what_is_not_there(path, somebody):
    visitor = somebody(reduced_motion="reduce")
    visitor.goes_to(path)

    assert what_is_wrong(visitor) == []


@pytest.mark.parametrize("locale", ["de-DE", "ar-EG"])
def test_long_words_and_the_other_direction_fit_too(locale, somebody):
    visitor = somebody(locale=locale, reduced_motion="reduce")
    wrong = {}
    for path in ("/", "/begin/", "/come-in/", "/someone-to-talk-to/"):
        visitor.goes_to(path)
        if found := what_is_wrong(visitor):
            wrong[path] = found

    assert wrong == {}


LOOK_AT = (
    "memorials:about",
    "memorials:ask_in",
    "memorials:change_about",
    "memorials:page",
    "memorials:people",
    "memorials:who",
    "keepsakes:photograph",
    "keepsakes:room",
    "people:you",
    "story:moment",
    "story:room",
    "story:write",
)
STYLES_OF_ALL = """async () => {
    for (const image of document.images) image.loading = "eager";
    await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
    return [...document.querySelectorAll("*")].map(element => {
        const style = getComputedStyle(element);
        return [element.tagName + "." + element.className, ...[...style].map(name => name + ":" + style[name])];
    });
}"""


def wear(visitor: Visitor, css: str) -> None:
    """Let this visitor's pages come with another stylesheet, in the letters of the machine."""
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    visitor.page.unroute("**/snowdrop*.css")
    visitor.page.route("**/snowdrop*.css", lambda route: route.fulfill(body=css, content_type="text/css"))


def test_the_stylesheet_that_is_sent_says_what_its_layers_say(settled, comes_as):
    """Without layers and with plain widths, for browsers that know neither; to others it has to be the same."""
    keeper, differ = comes_as("keeper"), []
    for name in LOOK_AT:
        found = []
        for css in (stylesheet.layered(), stylesheet.build()):
            wear(keeper, css)
            keeper.goes_to(settled["paths"][name])
            found.append(keeper.page.evaluate(STYLES_OF_ALL))
        assert len(found[0]) > 20
        for layered, built in zip(*found, strict=True):
            differ += [
                f"{name} {layered[0]}: {one} / {two}" for one, two in zip(layered, built, strict=True) if one != two
            ]

    assert differ == []


# What no browser of autumn 2016 knew; docs/understand/browsers.md says what becomes of each.
YOUNGER = re.compile(
    r"(?:text-wrap|inset|inset-[a-z-]+|aspect-ratio|accent-color|gap|row-gap|(?:margin|padding|border)-inline[a-z-]*|"
    r"(?:margin|padding)-block|grid[a-z-]*|font-palette|overflow-wrap)\s*:[^;}]*|"
    r"[a-z-]+\s*:[^;{}]*(?:\b(?:min|max|clamp|color-mix|minmax)\(|\d[sdl]vh|\bgrid\b|\banywhere\b)[^;}]*"
)
YOUNGER_RULES = re.compile(r"[^{}]*:(?:is|where|has|focus-visible)\b[^{}]*\{[^{}]*\}")


def as_ten_years_ago(css: str) -> str:
    css = re.sub(r"@media[^{]*prefers-[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    css = YOUNGER_RULES.sub("", css)
    return YOUNGER.sub("", css)


def test_a_browser_of_ten_years_ago_shows_words_and_pictures(settled, comes_as):
    old = as_ten_years_ago(stylesheet.build())
    assert "@layer" not in old and "grid" not in old and "inline-size" not in old
    friend, wrong = comes_as("family"), []
    for name in ("story:room", "story:moment", "keepsakes:room", "keepsakes:photograph", "memorials:about"):
        wear(friend, old)
        friend.goes_to(settled["paths"][name])
        page = friend.page
        sizes = page.evaluate("[...document.images].map(image => image.getBoundingClientRect().width)")
        text = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")
        if friend.overflows() or any(width > 390 for width in sizes) or text < 16:
            wrong.append(f"{name}: {page.evaluate('document.documentElement.scrollWidth')} {sizes} {text}")

    assert wrong == []
