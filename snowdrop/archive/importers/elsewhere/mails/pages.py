"""The text of a letter that was written as a page (HTML). Nothing in it is fetched, and nothing runs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

# What stands between these is no text, and no tag in it counts.
_RAW = frozenset({"script", "style", "title", "textarea", "xmp"})
_NOT_TEXT = _RAW | {"head", "template", "noscript", "object", "svg", "math", "select"}
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
    }
    | {"h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul"}
)
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "hr"})
_ALONE = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "track", "wbr"}
)
DEEPEST = 500
DEEPEST_QUOTE = 5

# Python's own parser takes minutes for a megabyte of tags that are never closed; each of these ends soon.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,30})((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+'){0,400})>|<[!?][^<>]{0,4000}>")
_CLASS = re.compile(r"\bclass\s*=\s*[\"']?([^\"'>]*)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|\bhidden\b(?!\s*[:=]\s*[\"']?(?:false|until))", re.IGNORECASE)


class _Text:
    """Takes tags and text, and writes lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []  # pieces of the line that is written, without what marks a quotation
        self._has_words = False  # whether one of them is more than space
        self._hidden = 0
        self._quotes = 0
        self._open: list[tuple[str, bool, bool]] = []  # tag, whether it hides, whether it quotes

    def opens(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self._end_line()
            return
        if tag in _BLOCKS:
            self._block(apart=tag in _APART)
        if tag == "li" and not self._hidden:
            self._line.append("– ")
        if tag in _ALONE or len(self._open) >= DEEPEST:
            return
        hides = tag in _NOT_TEXT or _HIDDEN.search(attributes) is not None
        said = _CLASS.search(attributes)
        quotes = tag == "blockquote" or (said is not None and "gmail_quote" in said[1].split())
        quotes = quotes and not hides and self._quotes < DEEPEST_QUOTE
        self._hidden += hides
        if quotes:
            self._block(apart=False)
            self._quotes += 1
        self._open.append((tag, hides, quotes))

    def closes(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._block(apart=tag in _APART)
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                for _tag, hides, quotes in self._open[at:]:
                    if quotes:
                        self._block(apart=False)
                    self._hidden -= hides
                    self._quotes -= quotes
                del self._open[at:]
                break

    def says(self, text: str) -> None:
        if self._hidden or not text:
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", html.unescape(text))
        if not self._line:
            words = words.lstrip(" ")
        if words:
            self._line.append(words)
            self._has_words = self._has_words or not words.isspace()

    def end(self) -> str:
        self._hidden = 0  # what hides may never have been closed
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()

    def _end_line(self) -> None:
        if not self._hidden:
            self.lines.append(("> " * self._quotes + "".join(self._line)).rstrip())
            self._line, self._has_words = [], False

    def _block(self, *, apart: bool) -> None:
        """End the line if there is one, and leave an empty one behind what stands apart."""
        if self._hidden:
            return
        if self._has_words:
            self._end_line()
        self._line = []
        if apart and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * self._quotes).rstrip())


def text_of(page: str) -> str:
    """Return the text of a page. What stands in a quotation has "> " before it; a link is only its words."""
    text = _Text()
    for opens, tag, content in _pieces(page):
        if opens is None:
            text.says(content)
        elif opens:
            text.opens(tag, content)
        else:
            text.closes(tag)
    return text.end()


def _pieces(page: str) -> Iterator[tuple[bool | None, str, str]]:
    """Each tag that opens (True) or closes (False) with its attributes, and the text between (None)."""
    lower = page.lower() if page.isascii() else re.sub("[A-Z]+", lambda found: found[0].lower(), page)
    at = 0
    while (begins := page.find("<", at)) >= 0:
        yield None, "", page[at:begins]
        if page.startswith("<!--", begins):
            end = page.find("-->", begins + 4)
            if end < 0:
                return
            at = end + 3
            continue
        match = _TAG.match(page, begins)
        if match is None:
            yield None, "", "<"
            at = begins + 1
            continue
        at = match.end()
        if match[2] is None:
            continue
        tag = match[2].lower()
        yield not match[1], tag, match[3]
        if tag in _RAW and not match[1]:
            at = lower.find(f"</{tag}", at)
            if at < 0:
                return
    yield None, "", page[at:]
