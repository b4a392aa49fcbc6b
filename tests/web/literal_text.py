"""What a template says in its own words: the text a reader sees or hears that no translation tag holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

# A tag or a variable stands here in the page. No letter, so it joins no words.
TAG = "\ufffc"
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title", "label"}


def templates(package: Path) -> list[Path]:
    """Return every template of the package."""
    return sorted(path for path in package.rglob("*.html") if "templates" in path.parts)


def literal_texts(template: str) -> list[str]:
    """Return the pieces of text in the template's HTML, without those inside `{% blocktranslate %}`."""
    page = _Page()
    page.feed("".join(_pieces(template)))
    page.close()
    return [text for text in (" ".join(piece.replace(TAG, " ").split()) for piece in page.said) if text]


def literal_arguments(template: str) -> list[str]:
    """Return the quoted sentences inside tags and variables that are not marked for translation."""
    found = []
    for token in Lexer(template).tokenize():
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        if token.contents.split()[0] in {"translate", "trans", "blocktranslate", "blocktrans", "load", "url", "static"}:
            continue
        unmarked = re.sub(r'_\((".*?"|\'.*?\')\)', "", token.contents)
        found += [
            said for said in re.findall(r"[\"']([^\"']*)[\"']", unmarked) if re.search(r"[A-Za-z]{2} [a-z]", said)
        ]
    return found


def _pieces(template: str) -> Iterator[str]:
    inside = ""
    for token in Lexer(template).tokenize():
        word = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if inside:
            if word == f"end{inside}":
                inside = ""
            continue
        if word in {"blocktranslate", "blocktrans", "comment"}:
            inside = word
            yield TAG
        elif token.token_type == TokenType.TEXT:
            yield token.contents
        elif token.token_type != TokenType.COMMENT:
            yield TAG


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unspoken = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._unspoken += 1
        of_input = (
            {"value"} if tag in {"input", "button"} and dict(attrs).get("type") in {"submit", "button"} else set()
        )
        self.said += [value for name, value in attrs if value and name in SPOKEN | of_input]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._unspoken -= 1

    def handle_data(self, data: str) -> None:
        if not self._unspoken:
            self.said.append(data)
