"""The text of a letter that was written as a page (HTML). Nothing in it is fetched, and nothing runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_NOT_TEXT = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg", "math", "select"})
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


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._hidden = 0
        self._quotes = 0
        self._open: list[tuple[str, bool, bool]] = []  # tag, whether it hides, whether it quotes

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._break()
            return
        if tag in _BLOCKS:
            self._block(apart=tag in _APART)
        if tag == "li" and not self._hidden:
            self.lines[-1] += "– "
        if tag in _ALONE or len(self._open) >= DEEPEST:
            return
        said = {name: (value or "").lower() for name, value in attrs}
        style = said.get("style", "").replace(" ", "")
        hides = tag in _NOT_TEXT or "hidden" in said or "display:none" in style
        quotes = tag == "blockquote" or "gmail_quote" in said.get("class", "").split()
        self._hidden += hides
        if quotes and not hides:
            self._quotes += 1
            self._begin_line()
        self._open.append((tag, hides, quotes and not hides))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                for _tag, hides, quotes in self._open[at:]:
                    self._hidden -= hides
                    self._quotes -= quotes
                del self._open[at:]
                break
        if tag in _BLOCKS:
            self._block(apart=tag in _APART)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        if self._is_at_start():
            words = words.lstrip(" ")
        self.lines[-1] += words

    def _is_at_start(self) -> bool:
        return self.lines[-1] in ("", "> " * self._quotes)

    def _begin_line(self) -> None:
        if self.lines[-1].strip("> "):
            self.lines.append("> " * self._quotes)
        else:
            self.lines[-1] = "> " * self._quotes

    def _break(self) -> None:
        if not self._hidden:
            self.lines.append("> " * self._quotes)

    def _block(self, *, apart: bool) -> None:
        if self._hidden:
            return
        if self.lines[-1].strip("> "):
            if apart:
                self.lines.append(("> " * self._quotes).rstrip())
            self.lines.append("> " * self._quotes)
        elif self._is_at_start() or not self.lines[-1].strip("> "):
            if apart and len(self.lines) > 1 and self.lines[-2].strip("> "):
                self.lines.append("")
            self.lines[-1] = "> " * self._quotes


def text_of(page: str) -> str:
    """Return the text of a page. What stands in a quotation has "> " before it; a link is only its words."""
    parser = _Text()
    try:
        parser.feed(page)
        parser.close()
    except (AssertionError, ValueError):  # a declaration that no browser would take either
        pass
    text = "\n".join(line.rstrip() for line in parser.lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
