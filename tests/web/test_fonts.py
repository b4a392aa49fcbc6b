import hashlib
import re

import pytest
from fontTools.ttLib import TTFont

from snowdrop.web import stylesheet

FONTS = stylesheet.BUILT.parent / "fonts"
FACES = re.findall(
    r'src: url\("fonts/([a-z-]+\.woff2)"\).*?unicode-range:\s*([^;]*);',
    (stylesheet.SOURCES / "fonts.css").read_text(),
    flags=re.DOTALL,
)


def _letters(unicode_range: str) -> set[int]:
    letters: set[int] = set()
    for piece in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", unicode_range):
        first, last = int(piece[0], 16), int(piece[1] or piece[0], 16)
        letters |= set(range(first, last + 1))
    return letters


def test_the_fonts_are_the_ones_that_were_cut():
    kept = (FONTS / "SHA256SUMS").read_text()
    now = "".join(
        f"{hashlib.sha256((FONTS / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ["LICENSE", *sorted(path.name for path in FONTS.glob("*.woff2"))]
    )

    assert now == kept


def test_their_licence_travels_with_them():
    assert (FONTS / "LICENSE").read_text().count("SIL OPEN FONT LICENSE Version 1.1") == 1


def test_all_fonts_a_page_needs_are_small():
    sizes = {path.name: path.stat().st_size for path in FONTS.glob("*.woff2")}
    upright_and_italic = sizes["newsreader.woff2"] + sizes["newsreader-italic.woff2"]

    assert upright_and_italic + sizes["newsreader-extended.woff2"] <= 40_000


@pytest.mark.parametrize(("name", "unicode_range"), FACES)
def test_a_browser_is_told_exactly_which_letters_are_there(name, unicode_range):
    assert _letters(unicode_range) == set(TTFont(FONTS / name).getBestCmap())


def test_no_two_fonts_promise_the_same_letter():
    upright = [_letters(unicode_range) for name, unicode_range in FACES if "italic" not in name]

    assert upright[0] & upright[1] == set()
