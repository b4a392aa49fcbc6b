"""Single objects out of a long JSON, one at a time, wherever in it they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from snowdrop.archive.importers.instagram.lists import DEEPEST, MOST_IN_ENTRY, NotAList

# A string as a whole, so that no bracket inside one counts, or one bracket. See instagram/lists.py.
_MARK = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


def of_lists(text: str, names: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Yield each object that stands directly in a list of one of these names; "" is the list that is the whole file.

    What is inside an object that is yielded is not looked through again. What cannot be read is yielded as None.
    Raises NotAList where it is no JSON, breaks off or goes too deep.
    """
    open_lists: list[str | None] = []  # the name of each list that is open, None for each object
    before = ""  # the last string, which is the name of a list that opens now
    start, taken = 0, 0  # the object that is read: where it begins, and how deep
    found = False
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark == "{":
            inside = open_lists[-1] if open_lists else None
            open_lists.append(None)
            if not taken and inside in names:
                start, taken = match.start(), len(open_lists)
        elif mark == "[":
            open_lists.append(_name(before) if open_lists else "")
            before = ""
        elif mark in "}]":
            if not open_lists or (open_lists[-1] is None) != (mark == "}"):
                raise NotAList
            if taken == len(open_lists) and mark == "}":
                yield open_lists[-2] or "", _object(text, start, match.end())
                taken = 0
            open_lists.pop()
        else:
            before = mark
        found = True
        if len(open_lists) > DEEPEST:
            raise NotAList
    if open_lists or not found:
        raise NotAList


def _name(mark: str) -> str:
    try:
        return str(json.loads(mark)) if mark else "-"
    except ValueError:
        return "-"


def _object(text: str, start: int, end: int) -> Any:
    if end - start > MOST_IN_ENTRY:
        return None
    try:
        return json.loads(text[start:end])
    except (ValueError, RecursionError):
        return None
