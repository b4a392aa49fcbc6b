"""The list that comes with Snowdrop: brought in, later brought up to date, never over what the host did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("first_list.json")


def read() -> list[dict[str, Any]]:
    """Return the first list, in its order; each row is the fields of a `SupportLine`."""
    rows: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return rows


def bring_in(lines: Any) -> int:
    """Add what is new in the first list and bring up to date what no host has edited; return how many rows changed.

    `lines` is the manager of `SupportLine`, or of that model as it was when a migration runs.
    Rows that the host edited, checked or took off stay as they are; rows that left the list stay too.
    """
    known = {line.key: line for line in lines.exclude(key=None)}
    changed = 0
    for row in read():
        line = known.get(row["key"])
        if line is None:
            lines.create(**row)
        elif line.edited_at is None and any(getattr(line, field) != value for field, value in row.items()):
            lines.filter(pk=line.pk, edited_at=None).update(**row)
        else:
            continue
        changed += 1
    return changed
