"""The lists of an export: long JSON, of which only one entry at a time becomes objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_BYTES = 64 * 2**20  # of one list; the longest that was seen has 16 MB
MOST_IN_ENTRY = 2 * 2**20  # characters; a post of ten pictures has some ten thousand
DEEPEST = 64

# A string as a whole, so that no bracket inside one counts, or one bracket. A string that never ends reaches to the
# end at once: were it tried again from each quotation mark in it, that would take hours.
_MARK = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_OPENS, _CLOSES = frozenset("[{"), frozenset("]}")


class NotAList(Exception):
    """This is no JSON, or none that an export holds."""


def entries(text: str) -> Iterator[tuple[str, Any]]:
    """Yield each entry of the lists in `text` with the name of its list: "" for a bare one.

    `[…]` is one list; of `{"name": […], …}` each list is. What cannot be read in itself is yielded as None.
    Raises NotAList where there is nothing like that, or where it breaks off or goes too deep.
    """
    bare = text.lstrip()[:1] == "["
    stands = 2 if bare else 3  # the depth of an entry
    depth, start, name, found = 0, 0, "", bare
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark in _OPENS:
            depth += 1
            if depth == stands:
                start = match.start()
            elif depth == 2:
                is_list = mark == "["
                found = found or is_list
                name = name if is_list else ""
        elif mark in _CLOSES:
            if depth == stands and (bare or name):
                yield name, _entry(text, start, match.end())
            depth -= 1
        elif depth == 1 and not bare:
            name = _name(mark)
        if not 0 <= depth <= DEEPEST:
            raise NotAList
    if depth != 0 or not found:
        raise NotAList


def whole(text: str) -> Any:
    """Return a small JSON as it is. Raises NotAList."""
    if len(text) > MOST_IN_ENTRY:
        raise NotAList
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAList from error


def _name(mark: str) -> str:
    try:
        return str(json.loads(mark)) or "-"
    except ValueError:
        return "-"


def _entry(text: str, start: int, end: int) -> Any:
    if end - start > MOST_IN_ENTRY:
        return None
    try:
        return json.loads(text[start:end])
    except (ValueError, RecursionError):
        return None
