"""The day and time before each message of a chat, in the layouts that telephones of many languages write.

Sources: the exports and tests of Pustur/whatsapp-chat-parser (#224, #248), chat-miner, timelinize; the patterns and day
periods of CLDR for the others.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from snowdrop.archive.importers.elsewhere.texts import MARKS
from snowdrop.archive.importers.elsewhere.whatsapp import said

FIRST_YEAR = 2009  # of WhatsApp
_BUDDHIST = 543  # years ahead
MOST_STYLES = 50
MOST_MONTHS = 400  # that are counted

_SPACE = " \u00a0\u2009\u202f"
_MARK = f"[{MARKS}\u202a-\u202e\u2066-\u2069]"
# Cheap, for it is tried on every line: a number, its two neighbours, something short, and what ends the stamp.
_HEADER = re.compile(
    rf"({_MARK}*)(\[?)({_MARK}*\d{{1,4}}{_MARK}*[./-][{_SPACE}]?{_MARK}*\d{{1,2}}{_MARK}*[./-]"
    rf"[{_SPACE}]?{_MARK}*\d{{1,4}}[^\]\[\n]{{4,40}}?)(?:\][{_SPACE}]|[{_SPACE}]-[{_SPACE}])(.*)",
    re.DOTALL,
)
_STAMP = re.compile(
    r"(\d{1,4}) ?([./-]) ?(\d{1,2}) ?\2 ?(\d{1,4})(\.?[,،、]?) *(\D*?) *(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))? *(\D*)"
)
_DROPPED = str.maketrans(dict.fromkeys(map(ord, MARKS + "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")))
_PLAIN_SPACE = str.maketrans(dict.fromkeys(map(ord, _SPACE), " "))

_BEFORE_NOON = said.phrases("before-noon")
_NOON = "中午"  # from eleven to one
_OF_THE_CLOCK = frozenset({"uhr", "h", "hs", "hrs", "ч", "год"})
_AFTER_NOON = said.phrases("after-noon")


class Order(StrEnum):
    """Which number of a date is which."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    YEAR_FIRST = "year-first"


class Style(NamedTuple):
    """How a stamp is written, but for its numbers. A chat is written in one style from its beginning to its end."""

    brackets: bool
    mark: str  # between the numbers of the date
    year_at: int  # 0 or 2 where it has four digits; -1 where all have at most two
    comma: str
    word: str  # between date and time, such as "klo"
    half: str  # "" in 24 hours, "before" the time or "after" it
    has_seconds: bool


class Numbers(NamedTuple):
    """The numbers of a stamp."""

    first: int
    second: int
    third: int
    time: time | None  # None for a half of the day that is not known, or no time


class Stamp(NamedTuple):
    style: Style
    numbers: Numbers
    is_padded: bool
    half: str  # as it is written


class Header(NamedTuple):
    stamp: str  # as it is written
    brackets: bool
    marked: bool  # a mark of direction stands before it, as before media on an iPhone
    rest: str


def header(line: str) -> Header | None:
    """Take a line that may begin a message apart, or return None for any other line."""
    match = _HEADER.match(line)
    if match is None:
        return None
    marks, bracket, stamp, rest = match.groups()
    return Header(stamp, bool(bracket), bool(marks), rest)


def read(stamp: str, brackets: bool) -> Stamp | None:
    """Return what a stamp says, with the numbers of its date still in their order."""
    match = _STAMP.fullmatch(stamp.translate(_DROPPED).translate(_PLAIN_SPACE).strip())
    if match is None:
        return None
    first, mark, second, third, comma, before, hour, minute, second_, after = match.groups()
    year_at = 0 if len(first) == 4 else 2 if len(third) == 4 else -1
    half, where, word = "", "", before
    if after and _plain(after) not in _OF_THE_CLOCK:
        half, where = after, "after"
    elif _half_of(before):
        half, where, word = before, "before", ""
    told = _time(int(hour), int(minute), int(second_ or 0), half)
    style = Style(brackets, mark, year_at, comma, word.strip(), where, second_ is not None)
    is_padded = first.startswith("0") or second.startswith("0")
    return Stamp(style, Numbers(int(first), int(second), int(third), told), is_padded, half)


def _plain(word: str) -> str:
    return "".join(word.replace(".", "").split()).lower()


@lru_cache(256)
def _half_of(word: str) -> int:
    """1 before noon, 2 after it, 0 for any other word."""
    plain = _plain(word)
    return 1 if plain in _BEFORE_NOON else 2 if plain in _AFTER_NOON or plain == _NOON else 0


@lru_cache(4096)
def _time(hour: int, minute: int, second: int, half: str) -> time | None:
    which = _half_of(half)
    if half and which == 0:
        return None  # of a word that is not known nothing is made up
    if which and hour <= 12 and not (hour == 11 and half == _NOON):  # some telephones write 13:05 PM
        hour = hour % 12 + (12 if which == 2 else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def day(numbers: Numbers, order: Order, *, today: date) -> date | None:
    """Return the civil date, or None where the numbers are none in this order. Of Buddhist and Persian years too."""
    first, second, third, _time = numbers
    if order is Order.YEAR_FIRST:
        year, month, day_ = first, second, third
    elif order is Order.DAY_FIRST:
        day_, month, year = first, second, third
    else:
        month, day_, year = first, second, third
    if year < 100:
        year += 2000
        if year > today.year + 1:  # two digits of a Buddhist year
            year += 500 - _BUDDHIST
    elif year >= FIRST_YEAR + _BUDDHIST:
        year -= _BUDDHIST
    elif 1388 <= year <= 1412:
        return _persian(year, month, day_)
    if not FIRST_YEAR <= year <= today.year + 1:
        return None
    try:
        return date(year, month, day_)
    except ValueError:
        return None


def _persian(year: int, month: int, day_: int) -> date | None:
    """Return the civil date of one in the Solar Hijri calendar, for the years of WhatsApp.

    Source: the equinox as of Tehran decides between 20 and 21 March; jdatetime and convertdate agree for these years.
    """
    if not (1 <= month <= 12 and 1 <= day_ <= (31 if month <= 6 else 30)):
        return None
    begins = 20 if year in _ON_THE_20TH else 21
    gone = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return date.fromordinal(date(year + 621, 3, begins).toordinal() + gone + day_ - 1)


_ON_THE_20TH = frozenset({1391, 1395, 1399, 1403, 1407, 1408, 1411, 1412})


@dataclass
class Evidence:
    """What the stamps of one style say about the order of day, month and year."""

    count: int = 0
    halves: Counter[str] = field(default_factory=Counter)
    is_padded: bool = False
    differs: bool = False  # whether the orders tell different days at all
    against: Counter[Order] = field(default_factory=Counter)
    months: dict[Order, set[int]] = field(default_factory=lambda: defaultdict(set))  # that hold a message
    _last: dict[Order, int] = field(default_factory=dict)
    _numbers: tuple[int, int, int] = (0, 0, 0)

    def add(self, stamp: Stamp, *, today: date, named: date | None) -> None:
        """Weigh one stamp. `named` is the day that stands in the name of a file sent with it."""
        self.count += 1
        if stamp.half and len(self.halves) < 10:
            self.halves[stamp.half] += 1
        numbers = stamp.numbers[:3]
        if numbers == self._numbers and named is None:
            return
        self._numbers = numbers
        self.is_padded = self.is_padded or stamp.is_padded
        days = {order: day(stamp.numbers, order, today=today) for order in possible(stamp.style)}
        self.differs = self.differs or len(set(days.values())) > 1
        for order, told in days.items():
            if told is None or told.toordinal() > today.toordinal() + 2:
                self.against[order] += 1
                continue
            number = told.toordinal()
            if len(self.months[order]) < MOST_MONTHS:
                self.months[order].add(told.year * 12 + told.month)
            if number < self._last.get(order, 0) - 1:
                self.against[order] += 1
            self._last[order] = number
            if named is not None and abs(number - named.toordinal()) > 1:
                self.against[order] += 1

    def order(self, style: Style) -> tuple[Order, bool]:
        """Return the order that least speaks against, and whether that is a guess."""
        fewest = min(self.against[order] for order in possible(style))
        least = [order for order in possible(style) if self.against[order] == fewest]
        # A year of two digits stands first nearly nowhere: only where nothing else can be.
        least = [order for order in least if order is not Order.YEAR_FIRST] or least
        if len(least) == 1 or not self.differs:
            return least[0], False
        # Nobody writes for half a year on the third of each month only: those are the days of one month.
        fewest = min(len(self.months[order]) for order in least)
        near = [order for order in least if len(self.months[order]) < 3 * fewest]
        if len(near) == 1:
            return near[0], False
        # The month stands first in the United States alone, and who lives there mostly has AM and PM.
        american = style.mark == "/" and not self.is_padded and any(half in ("AM", "PM") for half in self.halves)
        if american and Order.MONTH_FIRST in least:
            return Order.MONTH_FIRST, True
        return least[0], True


def possible(style: Style) -> tuple[Order, ...]:
    if style.year_at == 0:
        return (Order.YEAR_FIRST,)
    if style.mark == ".":
        # No country writes the month first and dots after the numbers.
        return (Order.DAY_FIRST,) if style.year_at == 2 else (Order.DAY_FIRST, Order.YEAR_FIRST)
    if style.year_at == 2:
        return Order.DAY_FIRST, Order.MONTH_FIRST
    return Order.DAY_FIRST, Order.MONTH_FIRST, Order.YEAR_FIRST


def moment(stamp: Stamp, order: Order, *, today: date) -> datetime | None:
    told = day(stamp.numbers, order, today=today)
    return datetime.combine(told, stamp.numbers.time) if told and stamp.numbers.time is not None else None
