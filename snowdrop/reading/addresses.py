"""Which addresses are reading pages, told without asking Django: the rooms say so themselves."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from snowdrop.memorials import rooms
from snowdrop.memorials.rooms import ReadingPage

_LONGEST = 600  # characters of path and query; no reading page has so many
_KEY = re.compile(r"[0-9A-Za-z_.:-]{1,120}")


@dataclass(frozen=True)
class Address:
    """A reading page of one memorial, in the one form in which it is named."""

    slug: str
    page: ReadingPage
    path: str
    query: str  # "" or "after=…"

    @functools.cached_property
    def parts(self) -> tuple[str, ...]:
        """The parts of the memorial whose revisions this page names, always in the same order."""
        if self.page.is_file:
            return self.page.parts
        return _with_the_head(self.page.parts)

    @functools.cached_property
    def numbers(self) -> str:
        """How the revisions of `parts` are written down."""
        return " ".join(f"{part}=%d" for part in self.parts)


def find(path: str, query: str) -> Address | None:
    """Return the reading page with this path (decoded) and query; None where only Django knows what to answer."""
    return _find(path, query) if len(path) + len(query) <= _LONGEST else None


@functools.lru_cache(maxsize=4096)
def _find(path: str, query: str) -> Address | None:
    match = _pattern().fullmatch(path)
    if match is None:
        return None
    page = rooms.reading_pages()[int(match.lastgroup[4:])]  # type: ignore[index]
    named = _in_one_form(query, page) if query else ""
    return Address(match["slug"], page, path, named) if named is not None else None


def _in_one_form(query: str, page: ReadingPage) -> str | None:
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _value in pairs]
    if not page.query.issuperset(names) or len(set(names)) != len(names):
        return None
    return urlencode(sorted(pairs)) if all(_KEY.fullmatch(value) for _name, value in pairs) else None


@functools.cache
def _with_the_head(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*parts, *rooms.head_parts()}))


@functools.cache
def _pattern() -> re.Pattern[str]:
    routes = "|".join(f"(?P<page{place}>{page.route})" for place, page in enumerate(rooms.reading_pages()))
    return re.compile(rf"/m/(?P<slug>[a-z0-9]{{8,20}})/(?:{routes})")
