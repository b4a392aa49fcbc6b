import re
from itertools import product

import brotli
import pytest

from snowdrop.web import stylesheet

SOURCES = sorted(stylesheet.SOURCES.glob("*.css"))


def _without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def test_the_stylesheet_is_what_its_sources_make():
    is_new = stylesheet.BUILT.read_text(encoding="utf-8") == stylesheet.build()

    assert is_new, "The stylesheet is older than its sources: run bin/styles."


def test_the_stylesheet_is_small_enough_for_a_bad_line():
    assert len(brotli.compress(stylesheet.BUILT.read_bytes())) <= 14_000


def test_shortening_keeps_what_spaces_mean():
    css = """
    /* a comment; with: things {} */
    .a :is(p, ul) + p:not([class]) > b {
      margin: calc(100% - 2 * var(--x)) auto;
      --y: 1px;
    }
    """

    assert stylesheet.shorten(css) == (
        ".a :is(p,ul) + p:not([class]) > b{margin:calc(100% - 2 * var(--x)) auto;--y:1px}"
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_rule_stands_in_a_layer(source):
    outside = re.sub(r"@font-face \{.*?\n\}", "", _without_comments(source.read_text()), flags=re.DOTALL).strip()

    assert outside == "" or re.fullmatch(r"@layer [a-z]+ \{.*\n\}", outside, flags=re.DOTALL)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_no_rule_knows_left_from_right(source):
    css = _without_comments(source.read_text()).replace("safe-area-inset-left", "").replace("safe-area-inset-right", "")

    assert re.findall(r"(?:[a-z]+-)?(?:left|right)(?:-[a-z]+)?\s*:|:\s*(?:left|right)\b", css) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_colours_are_named_in_the_tokens_only(source):
    if source.name == "tokens.css":
        return
    css = _without_comments(source.read_text())

    assert re.findall(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\(", re.sub(r"url\([^)]*\)", "", css)) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_value_that_is_used_is_defined(source):
    css = "".join(path.read_text() for path in SOURCES)
    defined = set(re.findall(r"(--[a-z0-9-]+):", css))

    assert set(re.findall(r"var\((--[a-z0-9-]+)", source.read_text())) - defined == set()


def test_nothing_is_asked_of_another_place():
    addresses = re.findall(r"url\(\"?([^\")]*)", stylesheet.BUILT.read_text())

    assert [address for address in addresses if not re.fullmatch(r"fonts/[a-z-]+\.woff2", address)] == []
    assert [address for address in addresses if not (stylesheet.BUILT.parent / address).is_file()] == []


# The colours, as they meet on pages.

TOKENS = (stylesheet.SOURCES / "tokens.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--color-([a-z-]+): (#[0-9a-f]{6})", part))
    for part in (TOKENS.split("prefers-color-scheme")[0], TOKENS.split("prefers-color-scheme")[1].split("@media")[0])
)


def _luminance(colour: str) -> float:
    """Source: WCAG 2.2, "relative luminance"."""
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, "contrast ratio"."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_standard_says():
    assert _contrast("#000000", "#ffffff") == 21
    assert round(_contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_all_text_can_be_read_at_the_highest_level(colours):
    text = ["ink", "ink-soft", "leaf", "leaf-deep", "notice"]
    ground = ["paper", "petal", "mist"]
    pairs = [
        *product(text, ground),
        *product(["on-leaf"], ["leaf", "leaf-deep"]),
        *product(["ink"], ["still-from", "still-to"]),
    ]

    too_faint = [(t, g) for t, g in pairs if _contrast(colours[t], colours[g]) < 7]

    assert too_faint == []


@pytest.mark.parametrize("picture", ["#000000", "#ffffff"], ids=["a dark picture", "a bright picture"])
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_words_of_a_picture_that_does_not_come_can_be_read_on_its_colour(colours, picture):
    tint = float(re.search(r"--tint: ([0-9.]+)", TOKENS)[1])

    # Source: CSS Color 4, simple alpha compositing.
    channels = [
        round(int(picture[n : n + 2], 16) * tint + int(colours["paper"][n : n + 2], 16) * (1 - tint)) for n in (1, 3, 5)
    ]

    assert _contrast(colours["ink"], "#" + "".join(f"{channel:02x}" for channel in channels)) >= 7


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_of_what_can_be_pressed_can_be_seen(colours):
    assert [g for g in ("paper", "petal") if _contrast(colours["edge"], colours[g]) < 3] == []
