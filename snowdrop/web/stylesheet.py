"""The one stylesheet of the house, put together from a file per component.

The sources stand in layers, which say what wins, and know neither width nor height but the direction of the words. A
browser from before 2022 leaves out whatever stands in a layer, and one from before 2018 most sizes of that kind. So the
built stylesheet has the same rules in the order of their layers, with widths and heights in them, and a test holds one
against the other in a browser: no rule of an earlier layer may be so specific that it would win without them.
"""

from __future__ import annotations

import re
from pathlib import Path

_HERE = Path(__file__).resolve().parent
SOURCES = _HERE / "styles"
BUILT = _HERE / "static" / "web" / "snowdrop.css"

LAYERS = ("reset", "tokens", "base", "components", "utilities")
_FIRST = ("fonts.css", "reset.css", "tokens.css", "base.css")


def build() -> str:
    """Return the stylesheet, without layers, comments and needless space."""
    outside, inside = _by_layer(_joined())
    return physical(outside + "".join(inside[layer] for layer in LAYERS)) + "\n"


def physical(css: str) -> str:
    """Return `css` with the words for width and height that every browser knows. Our lines run from side to side."""
    css = re.sub(r"(?<=[{;\s])((?:min-|max-)?)inline-size:", r"\1width:", css)
    css = re.sub(r"(?<=[{;\s])((?:min-|max-)?)block-size:", r"\1height:", css)

    css = re.sub(r"(?<=[{;])(margin|padding|border)-block-start:", r"\1-top:", css)
    css = re.sub(r"(?<=[{;])(margin|padding|border)-block-end:", r"\1-bottom:", css)

    def sides(match: re.Match[str]) -> str:
        name, axis, value = match.groups()
        values = _values(value)
        if len(values) > 2 or (axis == "inline" and len(set(values)) > 1):
            return match[0]  # it depends on the direction of the words
        one, other = ("top", "bottom") if axis == "block" else ("left", "right")
        return f"{name}-{one}:{values[0]};{name}-{other}:{values[-1]}"

    return re.sub(r"(?<=[{;])(margin|padding)-(inline|block):([^;}]+)", sides, css)


def _values(value: str) -> list[str]:
    """Split at spaces that stand in no bracket."""
    found, depth = [""], 0
    for letter in value:
        depth += (letter == "(") - (letter == ")")
        if letter == " " and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


def layered() -> str:
    """Return the same stylesheet with its layers, as a new browser could read it: what the built one has to equal."""
    return f"@layer {','.join(LAYERS)};{_joined()}\n"


def _joined() -> str:
    names = [*_FIRST, *sorted(p.name for p in SOURCES.glob("*.css") if p.name not in _FIRST)]
    return "".join(shorten((SOURCES / name).read_text(encoding="utf-8")) for name in names)


def _by_layer(css: str) -> tuple[str, dict[str, str]]:
    """Return what stands in no layer, and what stands in each, in their order."""
    outside, inside = "", dict.fromkeys(LAYERS, "")
    while found := re.search(r"@layer (\w+)\{", css):
        end = _closing(css, found.end())
        outside += css[: found.start()]
        inside[found[1]] += css[found.end() : end]
        css = css[end + 1 :]
    return outside + css, inside


def _closing(css: str, start: int) -> int:
    """Return where the block ends that begins before `start`."""
    depth = 1
    for brace in re.finditer(r"[{}]", css[start:]):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return start + brace.start()
    raise ValueError("a block without an end")


def shorten(css: str) -> str:
    """Return `css` without comments, line breaks and indentation.

    Only space whose loss cannot change a meaning goes: that beside braces, semicolons and commas,
    and after a colon that ends a property's name. Strings of ours hold none of these.
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    css = re.sub(r"([{;][a-z-]+): ", r"\1:", css)
    return css.replace(";}", "}").strip()
