"""A page as tests read it: elements by tag and attribute, and their text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def all(self) -> Iterator[Element]:
        for part in self.inside:
            if isinstance(part, Element):
                yield part
                yield from part.all()

    @property
    def words(self) -> str:
        return "".join(part if isinstance(part, str) else part.words for part in self.inside)


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]
        self.feed(html)
        self.close()
        assert self._open == [self.root], f"<{self._open[-1].tag}> is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)

    def find(self, tag: str, *, within: Element | None = None, **attributes: str) -> list[Element]:
        return [
            element
            for element in (within or self.root).all()
            if element.tag == tag and attributes.items() <= element.attributes.items()
        ]

    def by_id(self, name: str) -> Element:
        [element] = [element for element in self.root.all() if element.attributes.get("id") == name]
        return element

    @staticmethod
    def text(element: Element) -> str:
        return " ".join(element.words.split())


def parts(html: str) -> Page:
    """Return `html` to be looked at. Fails where an element is not closed, or closed in the wrong order."""
    return Page(html)
