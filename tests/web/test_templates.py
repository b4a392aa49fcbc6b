import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

import snowdrop
from snowdrop.web.pictures import Picture
from tests.web.page import Page, parts

PACKAGE = Path(snowdrop.__file__).parent
EVERY_TEMPLATE = sorted(PACKAGE.glob("*/templates/**/*.html"))
PARTS = sorted((PACKAGE / "web/templates/web/parts").glob("*.html"))
ERRORS = [400, 403, 404, 405, 413, 429, 500, 503, 507]


def _name(path: Path) -> str:
    return str(path).partition("templates/")[2]


@pytest.mark.parametrize("template", EVERY_TEMPLATE, ids=_name)
def test_no_page_holds_a_script_or_a_style_of_its_own(template):
    source = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", template.read_text(), flags=re.DOTALL)

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]* src=)", source) == []


@pytest.mark.parametrize("template", EVERY_TEMPLATE, ids=_name)
def test_no_page_asks_anything_of_another_place(template):
    loaded = re.findall(
        r"(?:src|srcset|action|poster)=\"(?:https?:)?//[^\"]*|<link[^>]*href=\"https?:", template.read_text()
    )

    assert loaded == []


@pytest.mark.parametrize("part", PARTS, ids=_name)
def test_a_part_names_what_it_needs_first(part):
    first = part.read_text().removeprefix("{% comment %}\n").removeprefix("{# ")

    assert first.startswith(f"web/parts/{part.name}: ")


# Every page


def test_a_tab_in_the_browser_gives_nothing_away():
    page = parts(render_to_string("web/base.html"))

    assert page.text(page.find("title")[0]) == "A page"


def test_a_page_is_kept_from_search_engines_and_sends_no_referrer():
    page = parts(render_to_string("web/base.html"))
    said = {meta["name"]: meta["content"] for meta in page.find("meta") if "name" in meta.attributes}

    assert (said["robots"], said["referrer"]) == ("noindex, nofollow, noarchive", "no-referrer")


def test_the_first_link_leads_past_the_head_of_the_page():
    page = parts(render_to_string("web/base.html"))
    first = page.find("a")[0]

    assert page.by_id(first["href"][1:]).tag == "main"


@pytest.mark.parametrize(("language", "reads"), [("en", "ltr"), ("de", "ltr"), ("ar", "rtl")])
def test_a_page_reads_in_the_direction_of_its_language(language, reads):
    with translation.override(language):
        page = parts(render_to_string("web/base.html"))

    [html] = page.find("html")
    assert (html["lang"], html["dir"]) == (language, reads)


def in_the_foot(page: Page) -> list[str]:
    [foot] = page.find("footer")
    return [page.text(link) for link in page.find("a", within=foot)]


@pytest.mark.parametrize("context", [{"person": object()}, {"offer_someone": True}], ids=["signed in", "a beginner"])
def test_someone_to_talk_to_is_one_press_away(context):
    page = parts(render_to_string("web/base.html", context))

    assert "Someone to talk to" in in_the_foot(page)


def test_a_page_for_everybody_has_no_link_that_only_some_see():
    assert in_the_foot(parts(render_to_string("web/base.html"))) == ["Privacy"]


@pytest.mark.parametrize(
    ("context", "links"),
    [
        ({"person": object()}, ["You", "Someone to talk to", "Privacy"]),
        ({"offer_someone": True, "offer_you": True}, ["You", "Someone to talk to", "Privacy"]),
        ({"offer_someone": True}, ["Someone to talk to", "Privacy"]),
    ],
    ids=["signed in", "a page alike for all members", "a beginner"],
)
def test_whoever_is_signed_in_finds_what_is_theirs_in_the_foot(context, links):
    assert in_the_foot(parts(render_to_string("web/base.html", context))) == links


def test_what_was_just_done_is_said_aloud():
    page = parts(render_to_string("web/base.html", {"said": "Your words are kept."}))

    assert [page.text(said) for said in page.find("p", role="status")] == ["Your words are kept."]


# The head of a memorial


def _memorial(**head):
    return parts(render_to_string("web/memorial.html", {"head": head}))


def test_a_name_is_the_heading():
    page = _memorial(name="Wren", line="Loved from the start.")

    assert [page.text(heading) for heading in page.find("h1")] == ["Wren"]
    assert [page.text(line) for line in page.find("p", **{"class": "head__line"})] == ["Loved from the start."]


def test_without_a_name_a_mark_stands_there_and_is_read_aloud():
    page = _memorial()

    [mark] = page.find("svg", within=page.find("h1")[0])
    assert (page.text(page.find("h1")[0]), mark["aria-label"]) == ("", "This page")


def test_only_rooms_that_are_given_are_named():
    rooms = [{"label": "Story", "url": "/s", "current": True}, {"label": "Words", "url": "/w"}]
    page = _memorial(name="Wren", rooms=rooms)

    [nav] = page.find("nav")
    links = page.find("a", within=nav)
    assert [(page.text(link), link["href"]) for link in links] == [("Story", "/s"), ("Words", "/w")]
    assert [page.text(link) for link in links if "aria-current" in link.attributes] == ["Story"]


def test_without_rooms_there_is_no_place_for_them():
    assert _memorial(name="Wren").find("nav") == []


def test_the_cover_has_its_place_before_it_arrives():
    page = _memorial(name="Wren", cover=Picture("/c.jpg", 1200, 900, alt="A hedge", srcset="/c.jpg 1200w"))

    [cover] = page.find("img")
    assert (cover["width"], cover["height"], cover["alt"], cover["fetchpriority"]) == ("1200", "900", "A hedge", "high")


# Pictures


def test_nothing_of_a_closed_picture_is_in_the_page():
    hidden = {"alt": "secret", "srcset": "/secret.jpg 4w", "avif": "/secret.avif 4w", "colour": "#5ec7e7"}
    closed = Picture("/secret.jpg", 4, 3, url="/p", closed=True, words="Wren’s hands.", **hidden)
    opened = Picture("/open.jpg", 4, 3, alt="A pear tree", colour="#c0ffee")
    html = render_to_string("web/parts/photographs.html", {"photographs": [closed, opened]})
    page = parts(html)

    assert (html.count("secret"), html.count("#5ec7e7"), html.count("#c0ffee")) == (0, 0, 1)
    assert "#5ec7e7" not in render_to_string("web/parts/photograph.html", {"picture": closed})
    assert [image["src"] for image in page.find("img")] == ["/open.jpg"]
    assert [(page.text(link), link["href"]) for link in page.find("a")] == [("Look: Wren’s hands.", "/p")]


def test_a_browser_that_knows_the_lighter_format_takes_it_in_the_same_place():
    picture = Picture("/p.jpg", 1200, 900, alt="A hedge", srcset="/p.jpg 480w", avif="/p.avif 480w", colour="#785028")
    page = parts(render_to_string("web/parts/photograph.html", {"picture": picture}))

    [source], [image], [colour] = page.find("source"), page.find("img"), page.find("rect")
    assert (source["type"], source["srcset"], source["sizes"]) == ("image/avif", "/p.avif 480w", image["sizes"])
    assert (image["src"], image["width"], image["height"]) == ("/p.jpg", "1200", "900")
    assert colour["fill"] == "#785028"


def test_the_colour_of_a_picture_weighs_next_to_nothing():
    with_it, without = (
        render_to_string("web/parts/photograph.html", {"picture": Picture("/p.jpg", 1200, 900, colour=colour)})
        for colour in ("#785028", "")
    )

    assert len(with_it) - len(without) < 120


def test_a_moment_without_a_title_or_a_date_leaves_no_empty_line():
    page = parts(render_to_string("web/parts/moment.html", {"moment": {"html": "A wren in the hedge."}}))

    assert [element.tag for element in page.root.all()] == ["article", "div"]


# Pages for what cannot be answered


@pytest.mark.parametrize("number", ERRORS)
def test_an_error_is_told_calmly_and_shows_a_way_on(number):
    page = parts(render_to_string(f"{number}.html"))

    [heading] = page.find("h1")
    [main] = page.find("main")
    assert page.text(heading) != ""
    assert re.findall(r"\d", page.text(heading)) == []
    # Whoever stands before a page that is not open to them may ask; the address of the page is no part of the link.
    ways = ["/may-i-come-in/", "/"] if number == 404 else ["/"]
    assert [link["href"] for link in page.find("a", within=main)] == ways
