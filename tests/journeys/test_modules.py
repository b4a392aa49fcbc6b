"""The small modules that improve a page, in a real browser, against a server that answers as it is told."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from PIL import Image
from playwright.sync_api import Page, Route, expect

from snowdrop.web import stylesheet
from snowdrop.web.pictures import Picture
from snowdrop.words import proof, stamp
from snowdrop.words.stamp import NoStamp, Stamp

pytestmark = pytest.mark.journey
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)

WRITING = """<!doctype html><title>Writing</title>
<form method="post" action="/kept" data-draft-url="/draft">
<input type="hidden" name="csrfmiddlewaretoken" value="a token"><input type="hidden" name="draft">
<label>Words <textarea name="text"></textarea></label><button>Keep these words</button>{draft}</form>"""
SENDING = """<!doctype html><title>Sending</title>
<form method="post" action="/photographs" enctype="multipart/form-data" data-uploads data-uploads-next="/added">
<input type="hidden" name="csrfmiddlewaretoken" value="a token"><input type="hidden" name="batch" value="b">
<label>Photographs <input type="file" name="file" multiple></label>
<button>Keep these photographs</button>{uploads}</form>"""
LEAVING = """<!doctype html><title>Leaving</title>
<form method="post" action="/left"><label>Words <textarea name="text"></textarea></label>
{proof}<button name="how" value="now">Leave these words</button></form>"""
TURNING = """<!doctype html><html dir="{dir}"><title>Turning</title><label>Words <input></label>
<nav><a rel="prev" href="/before">Previous</a><a rel="next" href="/after">Next</a></nav>
<script type="module" src="/static/web/viewer.js"></script>"""

LOOKING = """<!doctype html><html dir="{dir}"><title>Looking</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/web/snowdrop.css">
<main class="page"><a rel="up" href="/all">All</a>{body}<p class="tall">Below</p></main>
<svg width="10" height="1200"></svg>"""


@dataclass
class Post:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class House:
    """A server: pages by address, answers to posts in the order they are given, and what was posted."""

    address: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    answers: list[tuple[int, dict]] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    stamp: Stamp | NoStamp = NoStamp.MISSING  # of the form on its page


@pytest.fixture
def house(settings) -> Iterator[House]:
    house = House()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header(
                "Content-Security-Policy",
                "; ".join(f"{name} {' '.join(values)}" for name, values in _policy().items()),
            )
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path.startswith("/static/web/"):
                file = stylesheet.BUILT.parent / self.path.removeprefix("/static/web/")
                kind = {".css": "text/css", ".woff2": "font/woff2"}.get(file.suffix, "text/javascript")
                self.answer(200, kind, file.read_bytes())
            elif self.path in house.pictures:
                self.answer(200, "image/jpeg", house.pictures[self.path])
            else:
                self.answer(200, "text/html; charset=utf-8", house.pages.get(self.path, "").encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            house.posts.append(Post(self.path, dict(self.headers), body))
            if self.headers["Accept"] != "application/json":
                self.answer(200, "text/html; charset=utf-8", b"<title>Kept</title>")
                return
            status, said = house.answers.pop(0) if house.answers else (201, {"id": "7", "url": "/", "sha": ""})
            self.answer(status, "application/json", json.dumps(said).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    house.address = f"http://127.0.0.1:{server.server_port}"
    yield house
    server.shutdown()
    server.server_close()


def _policy() -> dict[str, list[str]]:
    return settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]


@pytest.fixture
def page(chromium) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def writing(house, page) -> Page:
    house.pages["/write"] = WRITING.format(draft=render_to_string("web/parts/draft.html"))
    page.goto(f"{house.address}/write")
    return page


@pytest.fixture
def sending(house, page) -> Page:
    uploads = render_to_string("web/parts/uploads.html", {"next_url": "/added"})
    house.pages["/send"] = SENDING.format(uploads=uploads)
    page.goto(f"{house.address}/send")
    return page


def _choose(page: Page, *names: str) -> None:
    files = [{"name": name, "mimeType": "image/jpeg", "buffer": b"x" * 50_000} for name in names]
    page.get_by_label("Photographs").set_input_files(files)
    page.get_by_role("button", name="Keep these photographs").click()


def _files(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".sending__file").all_inner_texts()]


# What is being written


def test_words_are_kept_a_moment_after_a_pause(house, writing):
    writing.get_by_label("Words").fill("A wren in the hedge.")

    expect(writing.get_by_role("status")).to_have_text("Kept as a draft.")
    [draft] = house.posts
    assert (draft.path, draft.fields) == ("/draft", {"text": "A wren in the hedge."})
    assert (draft.headers["X-CSRFToken"], draft.headers["Accept"]) == ("a token", "application/json")


def test_one_text_stays_one_draft(house, writing):
    writing.get_by_label("Words").fill("A wren")
    expect(writing.get_by_role("status")).to_have_text("Kept as a draft.")
    with writing.expect_response("**/draft"):  # answered, and so written down by the house
        writing.get_by_label("Words").fill("A wren in the hedge.")

    assert house.posts[-1].fields == {"text": "A wren in the hedge.", "draft": "7"}


def test_what_is_not_kept_is_said_and_tried_again(house, writing):
    house.answers = [(503, {})]
    writing.get_by_label("Words").fill("A wren in the hedge.")

    expect(writing.get_by_role("status")).to_contain_text("Not kept yet")
    expect(writing.get_by_role("status")).to_have_text("Kept as a draft.", timeout=10_000)
    assert [post.fields["text"] for post in house.posts] == ["A wren in the hedge."] * 2


def test_leaving_the_page_keeps_what_was_just_typed(house, writing):
    writing.get_by_label("Words").fill("A wren")
    writing.goto(f"{house.address}/elsewhere")
    writing.wait_for_timeout(500)  # the browser sends it after the page is gone

    assert [post.fields["text"] for post in house.posts] == ["A wren"]


def test_words_that_were_kept_do_not_come_back_as_a_draft(house, writing):
    writing.get_by_label("Words").fill("A wren")
    writing.get_by_role("button", name="Keep these words").click()
    writing.wait_for_url("**/kept")
    writing.wait_for_timeout(3_000)  # longer than a pause in typing

    assert [post.path for post in house.posts] == ["/kept"]


# The arithmetic that is asked for when many write at once


@pytest.fixture
def leaving(house, page) -> Callable[..., Page]:
    def leaving(page: Page = page) -> Page:
        house.stamp = stamp.read(stamp.make(7, NOON), 7, NOON)
        challenge = proof.ask(house.stamp, 7, NOON)
        house.pages["/leave"] = LEAVING.format(proof=render_to_string("web/parts/proof.html", {"challenge": challenge}))
        page.goto(f"{house.address}/leave")
        return page

    return leaving


def test_a_form_that_is_sent_waits_for_its_proof_says_so_and_goes_by_itself(house, leaving, monkeypatch):
    monkeypatch.setattr(proof, "STEPS", 6_000)
    page = leaving()
    page.get_by_label("Words").fill("She taught me to swim.")
    page.get_by_role("button", name="Leave these words").click()

    expect(page.get_by_role("status")).to_have_text(
        "One moment: very many words are coming here, so your device does a little arithmetic first. "
        "Then they go by themselves."
    )
    page.wait_for_url("**/left")
    [post] = house.posts
    assert proof.holds(post.fields.pop("proof", ""), house.stamp, 7, NOON)
    assert post.fields.keys() >= {"text", "how"}


def test_a_proof_that_is_ready_is_not_spoken_of(house, leaving):
    page = leaving()
    expect(page.locator("[name=proof]")).not_to_have_value("")

    expect(page.get_by_role("status")).to_have_text("")
    page.get_by_role("button", name="Leave these words").click()
    page.wait_for_url("**/left")
    [post] = house.posts
    assert proof.holds(post.fields["proof"], house.stamp, 7, NOON)


@pytest.mark.parametrize("script", ["", "delete Crypto.prototype.subtle"])
def test_without_the_module_and_without_https_the_words_go_all_the_same(house, leaving, chromium, script):
    context = chromium.new_context(java_script_enabled=bool(script))
    context.add_init_script(script)
    page = leaving(context.new_page())
    page.get_by_label("Words").fill("She taught me to swim.")
    page.get_by_role("button", name="Leave these words").click()
    page.wait_for_url("**/left")
    context.close()

    assert [post.fields for post in house.posts] == [{"text": "She taught me to swim.", "how": "now"}]


# Files on their way


def test_files_are_sent_one_by_one(house, sending):
    _choose(sending, "a.jpg", "b.jpg", "c.jpg")
    sending.wait_for_url("**/added")

    assert [post.path for post in house.posts] == ["/photographs"] * 3
    assert [post.body.count(b"filename=") for post in house.posts] == [1, 1, 1]
    assert [post.body.count(b'name="batch"') for post in house.posts] == [1, 1, 1]


def test_one_that_is_refused_is_named_and_the_others_go_on(house, sending):
    house.answers = [(201, {}), (422, {"errors": {"file": ["This is not a photograph."]}}), (201, {})]
    _choose(sending, "a.jpg", "b.jpg", "c.jpg")

    expect(sending.get_by_role("status")).to_have_text("The others are kept.")
    assert _files(sending) == ["a.jpg Kept", "b.jpg This is not a photograph.", "c.jpg Kept"]
    expect(sending.get_by_role("link", name="Go on without them")).to_be_visible()


def test_the_button_is_there_again_once_others_are_chosen(house, sending):
    house.answers = [(201, {}), (422, {"errors": {"file": ["This is not a photograph."]}})]
    keep = sending.get_by_role("button", name="Keep these photographs")
    _choose(sending, "a.jpg", "b.jpg")
    expect(sending.get_by_role("link", name="Go on without them")).to_be_visible()
    expect(keep).to_be_hidden()

    files = [{"name": "c.jpg", "mimeType": "image/jpeg", "buffer": b"x"}]
    sending.get_by_label("Photographs").set_input_files(files)
    keep.click()

    expect(sending.get_by_text("c.jpg")).to_be_visible()
    expect(keep).to_be_hidden()
    assert [post.path for post in house.posts] == ["/photographs"] * 3


def test_one_that_did_not_arrive_is_sent_again_by_itself(house, sending):
    house.answers = [(201, {}), (503, {})]
    _choose(sending, "a.jpg", "b.jpg")
    sending.wait_for_url("**/added")

    assert len(house.posts) == 3


def test_one_that_does_not_arrive_can_be_sent_again_by_hand(house, sending):
    sending.clock.install()
    house.answers = [(201, {}), (503, {}), (503, {}), (503, {})]
    _choose(sending, "a.jpg", "b.jpg")
    sending.clock.run_for(10_000)
    sending.get_by_role("button", name="Send it again").click()
    sending.wait_for_url("**/added")

    assert len(house.posts) == 5


def test_a_line_on_which_nothing_moves_is_given_up_and_tried_anew(house, sending):
    sending.clock.install()
    held: list[Route] = []
    sending.route("**/photographs", lambda route: held.append(route) if not held else route.continue_())
    _choose(sending, "a.jpg")
    expect(sending.locator(".sending__file")).to_be_visible()
    sending.clock.run_for(60_500)
    sending.wait_for_url("**/added")

    assert len(house.posts) == 1, "the second try arrived"


def test_files_for_which_there_is_no_room_say_so(house, sending):
    house.answers = [(507, {"errors": {}})]
    _choose(sending, "a.jpg")

    expect(sending.get_by_role("status")).to_have_text("None of them is kept yet.")
    assert _files(sending) == ["a.jpg There is no room for it at the moment. It was not kept."]


# Turning from picture to picture


@pytest.mark.parametrize(("reads", "key"), [("ltr", "ArrowRight"), ("rtl", "ArrowLeft")])
def test_an_arrow_key_goes_on_in_the_direction_of_reading(house, page, reads, key):
    house.pages["/picture"] = TURNING.format(dir=reads)
    page.goto(f"{house.address}/picture")
    page.keyboard.press(key)

    page.wait_for_url("**/after")


def test_an_arrow_key_in_a_field_moves_in_the_field(house, page):
    house.pages["/picture"] = TURNING.format(dir="ltr")
    page.goto(f"{house.address}/picture")
    page.get_by_label("Words").press("ArrowRight")
    page.wait_for_timeout(300)

    assert page.url == f"{house.address}/picture"


# Looking closely, on a phone


@dataclass
class Fingers:
    """Fingers on the picture of a page, as the browser's own protocol moves them; places are parts of the picture."""

    page: Page

    def __post_init__(self) -> None:
        self.touch = self.page.context.new_cdp_session(self.page)

    def _places(self, *places: tuple[float, float]) -> list[dict[str, float]]:
        box = self.page.locator("figure img").bounding_box()
        return [
            {"x": box["x"] + box["width"] * x, "y": box["y"] + box["height"] * y, "id": finger}
            for finger, (x, y) in enumerate(places)
        ]

    def move(self, *ways: list[tuple[float, float]]) -> None:
        """Move each finger along its way, all at once; the picture's place is that before they come down."""
        steps = [self._places(*step) for step in zip(*ways, strict=True)]
        for name, points in zip(["touchStart"] + ["touchMove"] * len(steps), steps, strict=False):
            self.touch.send("Input.dispatchTouchEvent", {"type": name, "touchPoints": points})
        self.touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def tap_twice(self, x: float, y: float) -> None:
        [place] = self._places((x, y))
        for _tap in range(2):
            for name, points in (("touchStart", [place]), ("touchEnd", [])):
                self.touch.send("Input.dispatchTouchEvent", {"type": name, "touchPoints": points})


def along(*stops: tuple[float, float]) -> list[tuple[float, float]]:
    """A finger's way, in small steps from stop to stop."""
    steps = 8
    return [
        (x + (to_x - x) * n / steps, y + (to_y - y) * n / steps)
        for (x, y), (to_x, to_y) in pairwise(stops)
        for n in range(steps + 1)
    ]


@pytest.fixture
def looking(house, chromium) -> Iterator[Callable[..., Page]]:
    """A phone with a photograph's own page open."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    with io.BytesIO() as file:
        Image.effect_noise((1200, 900), 60).save(file, "JPEG")
        house.pictures["/picture.jpg"] = file.getvalue()
    picture = Picture("/picture.jpg", 1200, 900, alt="Snow")
    links = {"previous_url": "/before", "next_url": "/after"}
    body = render_to_string("web/parts/photograph.html", {"picture": picture, **links})

    def open_it(*, reads: str = "ltr", **options: str) -> Page:
        page.emulate_media(**options)
        house.pages["/picture"] = LOOKING.format(dir=reads, body=body)
        page.goto(f"{house.address}/picture")
        page.wait_for_function("document.querySelector('[data-viewer]') !== null")
        return page

    yield open_it
    context.close()
    assert errors == []


def scale(page: Page) -> float:
    return page.evaluate("new DOMMatrix(getComputedStyle(document.querySelector('figure img')).transform).a")


@pytest.mark.parametrize(
    ("reads", "start", "end", "to"),
    [
        ("ltr", 0.9, 0.2, "/after"),
        ("ltr", 0.2, 0.9, "/before"),
        ("rtl", 0.2, 0.9, "/after"),
        ("rtl", 0.9, 0.2, "/before"),
    ],
)
def test_a_swipe_turns_as_pages_of_a_book_turn(looking, reads, start, end, to):
    page = looking(reads=reads)

    Fingers(page).move(along((start, 0.5), (end, 0.52)))

    page.wait_for_url(f"**{to}")


def test_two_fingers_enlarge_and_one_moves_what_is_enlarged(looking):
    page = looking()
    fingers = Fingers(page)

    fingers.move(along((0.4, 0.5), (0.1, 0.5)), along((0.6, 0.5), (0.9, 0.5)))
    large = scale(page)
    before = page.locator("figure img").bounding_box()
    fingers.move(along((0.5, 0.5), (0.55, 0.5)))
    after = page.locator("figure img").bounding_box()

    assert 3.5 < large < 4.5
    assert after["x"] - before["x"] > 50
    assert page.url.endswith("/picture")


def test_enlarged_it_fills_the_window_and_never_leaves_it(looking):
    page = looking()
    fingers = Fingers(page)

    fingers.tap_twice(0.5, 0.5)
    page.wait_for_function("document.querySelector('[data-viewer=large]') !== null")
    fingers.move(along((0.4, 0.5), (0.9, 0.5)))  # as far as it goes, and farther

    frame, picture = (page.locator(where).bounding_box() for where in (".framed", "figure img"))
    assert (frame["x"], frame["y"], frame["width"], frame["height"]) == (0, 0, 390, 844)
    assert picture["x"] <= 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_taps_enlarge_where_they_fall_and_two_more_bring_it_back(looking):
    page = looking()
    fingers = Fingers(page)
    place = page.locator("figure img").bounding_box()

    fingers.tap_twice(0.25, 0.5)
    page.wait_for_function("document.querySelector('[data-viewer=large]') !== null")
    large = scale(page)
    left = page.locator("figure img").bounding_box()["x"]
    fingers.tap_twice(0.5, 0.5)
    page.wait_for_function("document.querySelector('[data-viewer=large]') === null")

    assert (large, scale(page), page.locator("figure img").bounding_box()) == (2.5, 1, place)
    assert left == pytest.approx(0.25 * 390 * (1 - 2.5), abs=2)


def test_keys_enlarge_move_and_bring_it_back_before_they_lead_away(looking):
    page = looking()

    for key in ("+", "+", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    large, moved = scale(page), page.locator("figure img").bounding_box()["x"]
    page.keyboard.press("Escape")

    assert (large, scale(page)) == (2.25, 1)
    assert moved == pytest.approx(-(390 * 2.25 - 390) / 2 - 160, abs=2)
    assert page.url.endswith("/picture")
    page.keyboard.press("Escape")
    page.wait_for_url("**/all")


def test_the_wheel_scrolls_the_page_and_with_ctrl_it_enlarges(looking):
    page = looking()
    page.mouse.move(195, 200)

    page.mouse.wheel(0, -200)
    before = scale(page)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function("document.querySelector('[data-viewer=large]') !== null")

    assert (before, scale(page)) == (1, pytest.approx(2.718, abs=0.01))


def test_a_finger_that_goes_up_or_down_scrolls_the_page(looking):
    page = looking()

    Fingers(page).move(along((0.5, 0.9), (0.45, 0.1)))
    page.wait_for_function("scrollY > 50")

    assert page.url.endswith("/picture")


def test_without_the_module_links_lead_everywhere(looking, chromium, house):
    looking()
    plain = chromium.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{house.address}/picture")

    links = page.get_by_role("link")
    assert [links.nth(at).get_attribute("href") for at in range(links.count())] == ["/all", "/before", "/after"]
    plain.close()


# Printing


def test_a_button_prints_the_page_and_without_the_module_there_is_no_button(house, page, chromium):
    house.pages["/card"] = "<!doctype html><title>A card</title>" + render_to_string("web/parts/print.html")
    page.add_init_script("window.print = () => { document.title = 'Printed' }")
    page.goto(f"{house.address}/card")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("Printed")

    plain = chromium.new_context(java_script_enabled=False)
    without = plain.new_page()
    without.goto(f"{house.address}/card")
    expect(without.locator("button")).to_have_count(1)
    expect(without.get_by_role("button", name="Print")).to_have_count(0)
    plain.close()
