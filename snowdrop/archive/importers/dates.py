"""The day that a file's name tells, where a phone or a messenger wrote it there."""

from __future__ import annotations

import re
from datetime import date

from snowdrop.dates.edtf import FIRST_PHOTOGRAPH, NotADate, RoughDate, parse

# 20240216_171542, PXL_20241019_140758062, IMG-20240325-WA0001, Screenshot_2024-02-16-17-15-42,
# "WhatsApp Image 2024-03-25 at 17.15.42", 2019.06.12 Garden. The same mark, or none, between all three parts; and
# no digit or letter directly before or behind, so that a number of another kind is not taken for a day.
_DAY = re.compile(r"(?<![0-9A-Za-z])(1[89][0-9]{2}|20[0-9]{2})([-_.]?)([0-9]{2})\2([0-9]{2})(?![0-9A-Za-z])")


def from_name(name: str, *, today: date) -> RoughDate | None:
    """Return the first day that `name` can mean, not after `today`; None where there is none."""
    stem = name.rpartition(".")[0] or name
    for match in _DAY.finditer(stem):
        year, _mark, month, day = match.groups()
        text = f"{year}-{month}-{day}"
        try:
            found = parse(text)
        except NotADate:
            continue
        if int(year) >= FIRST_PHOTOGRAPH and found.exactly is not None and found.exactly <= today:
            return found
    return None
