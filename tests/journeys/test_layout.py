"""Where words come to stand, measured in a real browser with our own parts and styles."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from playwright.sync_api import Page

from snowdrop.web import stylesheet
from snowdrop.web.pictures import Picture
from snowdrop.web.squares import square

pytestmark = pytest.mark.journey

WHERE = """(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const [words, box] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
    return words.left - box.left < box.right - words.right ? "left" : "right";
}"""


@pytest.fixture
def show(chromium) -> Iterator[Callable[..., Page]]:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()

    def shown(html: str, *, reads: str = "ltr") -> Page:
        head = f'<!doctype html><html dir="{reads}"><style>{stylesheet.BUILT.read_text()}</style>'
        page.set_content(f'{head}<main class="page">{html}</main>')
        return page

    yield shown
    context.close()


@pytest.mark.parametrize(
    ("reads", "words", "side"),
    [
        ("rtl", "It snowed.", "left"),
        ("ltr", "أثلجت.", "right"),
        ("rtl", "أثلجت.", "right"),
        ("ltr", "It snowed.", "left"),
    ],
)
def test_a_title_its_words_and_its_captions_stand_on_one_side(show, reads, words, side):
    moment = {
        "title": words,
        "html": mark_safe(f"<p>{words}</p>"),
        "photographs": [Picture("", 1200, 900, caption=words)],
    }
    parts = [
        render_to_string("web/parts/moment.html", {"moment": moment}),
        render_to_string("web/parts/photograph.html", {"picture": Picture("", 1200, 900, caption=words)}),
    ]

    page = show("".join(parts), reads=reads)

    found = page.locator(".moment__title, .prose p, .photographs figcaption, .picture figcaption p")
    assert [found.nth(at).evaluate(WHERE) for at in range(found.count())] == [side] * 4


LONG = {
    "a panorama": Picture("/p.jpg", 5120, 512, alt="A valley"),
    "a screenshot": Picture("/s.jpg", 480, 3840, alt="Words"),
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("width", [390, 1200])
def test_one_moves_along_a_long_picture_by_hand_or_by_key_and_the_page_stays(show, name, width):
    picture = LONG[name]
    page = show(render_to_string("web/parts/photograph.html", {"picture": picture}))
    page.set_viewport_size({"width": width, "height": 844})
    frame = page.get_by_role("region", name="The whole of the picture, to scroll along")
    shown = page.get_by_role("img", name=picture.alt).bounding_box()

    frame.focus()
    page.keyboard.press("End" if picture.lies == "down" else "ArrowRight")
    page.wait_for_function(
        "(() => { const f = document.querySelector('.along'); return f.scrollLeft + f.scrollTop })()"
    )

    # As wide or as high as it takes to be read, also before the picture comes.
    across = min(width, 480)
    meant = (4800, 480) if name == "a panorama" else (across, 8 * across)
    assert (shown["width"], shown["height"]) == meant
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [width, width]


@pytest.mark.parametrize("width", [390, 1200])
def test_where_no_picture_comes_its_colour_and_words_stand_in_its_place(show, width):
    many = [
        Picture("/x.jpg", w, h, alt=f"A hedge, {w}", colour="#785028")
        for w, h in ((1200, 900), (900, 1200), (4000, 400))
    ]
    page = show(render_to_string("web/parts/photographs.html", {"photographs": many}))
    page.set_viewport_size({"width": width, "height": 844})

    colours = page.locator(".framed > svg")
    shapes = [colours.nth(at).locator("rect").bounding_box() for at in range(3)]
    assert [round(shape["width"] / shape["height"], 1) for shape in shapes] == [1.3, 0.8, 10.0]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_answers_of_two_lines_are_told_apart(show):
    class Asking(forms.Form):
        order = forms.ChoiceField(
            choices=[
                ("a", "Someone who only reads, without signing in, and never answers " * 2),
                ("b", "Someone " * 30),
            ],
            widget=forms.RadioSelect,
        )

    page = show(str(Asking()["order"]))

    labels = page.locator(".tick > span")
    boxes = [labels.nth(at).bounding_box() for at in range(labels.count())]
    line = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.tick > span')).lineHeight)")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.tick > span')).fontSize)")
    between_lines = line - size
    assert boxes[0]["height"] > 1.5 * line
    assert boxes[1]["y"] - (boxes[0]["y"] + boxes[0]["height"]) > between_lines


def test_a_card_to_print_stays_inside_its_edge_at_200_percent(show):
    link = f"https://pages.example.org/by/{'x' * 43}/"
    paper = {"row": {"called": "Lena"}, "link": link, "square": square(link)}

    page = show(render_to_string("memorials/parts/paper.html", {"paper": paper}))
    page.set_viewport_size({"width": 195, "height": 400})

    assert page.evaluate("document.documentElement.scrollWidth") == 195
    card, drawn = (page.locator(name).bounding_box() for name in (".paper", ".paper__square"))
    assert card["x"] <= drawn["x"] and drawn["x"] + drawn["width"] <= card["x"] + card["width"]
