"""Dates as exactly as somebody knows them, written as EDTF: reading, writing, bounds and order.

Source: ISO 8601-2:2019, "Extended Date/Time Format", levels 0 (without times) and 1, and the parts of a
year of level 2; https://www.loc.gov/standards/datetime/.
"""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from enum import Enum, IntEnum
from functools import lru_cache

from django.utils.translation import gettext as _

LONGEST = 25  # characters: two points of twelve and the stroke between them
SORT_KEY_LENGTH = 15  # characters
FARTHEST_YEAR = 999_999_999

# ISO 8601 counts a year 0, which is 1 BCE. These are years, months and days of the proleptic Gregorian calendar.
YearMonthDay = tuple[int, int, int]


class NotADate(ValueError):
    """A text that is no EDTF date, or one that cannot be. Its own text is one sentence for a reader."""


class Precision(IntEnum):
    """How much of a date is known. The numbers are part of the sort key and stay as they are."""

    CENTURY = 2
    DECADE = 3
    YEAR = 4
    SEASON = 5
    MONTH = 6
    DAY = 7


class Span(Enum):
    """How one or two points make a date. A start or an end may be open (`..`) or not known (empty)."""

    POINT = "{first}"
    BETWEEN = "{first}/{last}"
    BEFORE = "../{last}"
    AFTER = "{first}/.."
    UNTIL = "/{last}"
    SINCE = "{first}/"


# First and last month of each part of a year; above twelve they lie in the next year. The plain seasons (21 to 24)
# are placed where the northern half of the earth has them, because the text does not say: they need a
# place in the order, and that is the common one.
_PARTS: dict[int, tuple[int, int]] = {
    **{code: months for north in (21, 25) for code, months in zip(
        range(north, north + 4), ((3, 5), (6, 8), (9, 11), (12, 14)), strict=True)},
    29: (9, 11), 30: (12, 14), 31: (3, 5), 32: (6, 8),
    33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12),
    37: (1, 4), 38: (5, 8), 39: (9, 12),
    40: (1, 6), 41: (7, 12),
}  # fmt: skip
_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Point:
    """One date of a rough date: a day, or the whole of a month, a season, a year, a decade or a century.

    `year` is the first of a decade or century before its sign (199X and -199X are 1990 and -1990). `month` is
    1 to 12, or 21 to 41 for a season or another part of a year; 0 where it is not known, like `day`.
    `tail` is "-XX" or "-XX-XX" where the text says that there was one month or day, only not which.
    """

    year: int
    month: int = 0
    day: int = 0
    precision: Precision = Precision.YEAR
    tail: str = ""
    qualifier: str = ""  # "?" uncertain, "~" about, "%" both

    def __str__(self) -> str:
        year, precision = self.year, self.precision
        if -9999 <= year <= 9999:
            text = f"-{-year:04d}" if year < 0 else f"{year:04d}"
        else:
            text = f"Y{year}"
        if precision is Precision.DAY:
            text += f"-{self.month:02d}-{self.day:02d}"
        elif precision in (Precision.MONTH, Precision.SEASON):
            text += f"-{self.month:02d}"
        elif precision is Precision.DECADE:
            text = text[:-1] + "X"
        elif precision is Precision.CENTURY:
            text = text[:-2] + "XX"
        return text + self.tail + self.qualifier

    @property
    def first_day(self) -> YearMonthDay:
        year = self.year
        match self.precision:
            case Precision.DAY:
                return year, self.month, self.day
            case Precision.MONTH:
                return year, self.month, 1
            case Precision.SEASON:
                return year, _PARTS[self.month][0], 1
            case Precision.YEAR:
                return year, 1, 1
        return (year if year >= 0 else year - self._years_beyond), 1, 1

    @property
    def last_day(self) -> YearMonthDay:
        year, month = self.year, self.month
        match self.precision:
            case Precision.DAY:
                return year, month, self.day
            case Precision.SEASON:
                month = _PARTS[month][1]
                if month > 12:
                    year, month = year + 1, month - 12
                return year, month, days_in(month, year)
            case Precision.MONTH:
                return year, month, days_in(month, year)
            case Precision.YEAR:
                return year, 12, 31
        return (year + self._years_beyond if year >= 0 else year), 12, 31

    @property
    def _years_beyond(self) -> int:
        return 9 if self.precision is Precision.DECADE else 99


@dataclass(frozen=True, slots=True)
class RoughDate:
    """A date as exactly as it is known. Made by `parse`; `str` gives back the same text."""

    first: Point | None
    last: Point | None = None
    span: Span = Span.POINT

    def __str__(self) -> str:
        if self.span is Span.POINT:
            return str(self.first)
        return self.span.value.format(first=self.first, last=self.last)

    @property
    def earliest(self) -> date | None:
        """The first day it may be; None where the start is open or not known. Years are held to 1 … 9999."""
        return _clamped(self.first.first_day) if self.first else None

    @property
    def latest(self) -> date | None:
        """The last day it may be; None where the end is open or not known. Years are held to 1 … 9999."""
        if self.span is Span.POINT and self.first:
            return _clamped(self.first.last_day)
        return _clamped(self.last.last_day) if self.last else None

    @property
    def exactly(self) -> date | None:
        """The day, where it is known to the day and without a doubt, in the years 1 … 9999."""
        point = self.first
        if self.span is not Span.POINT or point is None or point.precision is not Precision.DAY:
            return None
        return None if point.qualifier or not MINYEAR <= point.year <= MAXYEAR else date(*point.first_day)

    @property
    def sort_key(self) -> str:
        """Fifteen ASCII digits that sort as the dates do, in every collation, also before the year 1.

        A date stands where it begins, what is less exact before what is more (1993, then January 1993, then
        1 January 1993). "Before X" stands directly before X, and "after X" directly after its last day.
        """
        if self.span is Span.AFTER and self.first:
            (year, month, day), rank = self.first.last_day, 9
        elif self.first:
            (year, month, day) = self.first.first_day
            rank = self.first.precision if self.span is Span.POINT else 1
        else:
            assert self.last is not None
            (year, month, day), rank = self.last.first_day, 0
        return f"{year + 1_000_000_000:010d}{month:02d}{day:02d}{rank:d}"


def days_in(month: int, year: int) -> int:
    return 29 if month == 2 and isleap(year) else _DAYS[month]


def _clamped(day: YearMonthDay) -> date:
    if day[0] < MINYEAR:
        return date.min
    if day[0] > MAXYEAR:
        return date.max
    return date(*day)


@lru_cache(maxsize=4096)
def parse(text: str) -> RoughDate:
    """Return the date that `text` writes in EDTF. Raises NotADate."""
    if "/" not in text:
        return RoughDate(_point(text))
    start, _stroke, end = text.partition("/")
    if start in ("", "..") and end in ("", ".."):
        raise NotADate(_("There is no date on either side of the stroke."))
    if start in ("", ".."):
        return RoughDate(None, _point(end), Span.BEFORE if start else Span.UNTIL)
    if end in ("", ".."):
        return RoughDate(_point(start), None, Span.AFTER if end else Span.SINCE)
    first, last = _point(start), _point(end)
    if first.first_day > last.last_day:
        raise NotADate(_("The second date is before the first."))
    return RoughDate(first, last, Span.BETWEEN)


# One pattern and few branches: a page of five hundred moments reads five hundred of these.
_POINT = re.compile(
    r"(?:(-?[0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(-XX(?:-XX)?)?|(-?[0-9]{2})([0-9]X|XX)|Y(-?[1-9][0-9]{4,8}))([?~%])?"
)


def _point(text: str) -> Point:
    match = _POINT.fullmatch(text)
    if match is None:
        raise NotADate(_not_read(text))
    year_text, month_text, day_text, tail, century, decade, long_year, qualifier = match.groups("")
    if long_year:
        return Point(int(long_year), qualifier=qualifier)
    if decade:
        year = int(century + decade.replace("X", "0"))
        if year == 0 and century[0] == "-":
            raise NotADate(_not_read(text))  # ISO 8601 has no year -0000, and the decade would begin with it
        precision = Precision.CENTURY if decade == "XX" else Precision.DECADE
        return Point(year, precision=precision, qualifier=qualifier)
    year = int(year_text)
    if year_text == "-0000":
        raise NotADate(_not_read(text))
    if not month_text:
        return Point(year, tail=tail, qualifier=qualifier)
    month = int(month_text)
    if month in _PARTS:
        if day_text or tail:
            raise NotADate(_("A season has no days of its own."))
        return Point(year, month, 0, Precision.SEASON, "", qualifier)
    if not 1 <= month <= 12:
        raise NotADate(_("There is no month %(month)s.") % {"month": month_text})
    if not day_text:
        if tail == "-XX-XX":
            raise NotADate(_not_read(text))
        return Point(year, month, 0, Precision.MONTH, tail, qualifier)
    day = int(day_text)
    if tail:
        raise NotADate(_not_read(text))
    if not 1 <= day <= _DAYS[month] and day != days_in(month, year):
        # Translators: date is written as year-month-day, such as 2021-02-30.
        raise NotADate(_("There is no day %(date)s.") % {"date": f"{year_text}-{month_text}-{day_text}"})
    return Point(year, month, day, Precision.DAY, "", qualifier)


def _not_read(text: str) -> str:
    # Translators: text is what somebody or a program wrote. The examples are a technical form and stay as they are.
    return _("“%(text)s” is not a date we can read. It may look like 1993, 1993-05 or 1993-05-03.") % {
        "text": text if len(text) <= 40 else text[:40] + "…"
    }


_EXIF = re.compile(r"([0-9]{4})[:/.-]([0-9]{2})[:/.-]([0-9]{2})(?:[ T].*)?", re.DOTALL)
FIRST_PHOTOGRAPH = 1826


def from_exif(text: str) -> RoughDate | None:
    """Return the day of an EXIF time such as "2024:03:24 18:02:11"; None where none can be meant.

    A camera without a clock writes zeros, blanks or a year before there were photographs.
    """
    match = _EXIF.fullmatch(text.strip(" \0\t\r\n"))
    if match is None or int(match[1]) < FIRST_PHOTOGRAPH:
        return None
    try:
        return parse("-".join(match.groups()))
    except NotADate:
        return None
