"""Rough dates in the reader's own language: CLDR for months and order, our own phrases around them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, date
from enum import Enum, auto
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from snowdrop.dates.edtf import Point, Precision, RoughDate, Span


class Kind(Enum):
    """What stands after "before": in many languages the words around it change with it."""

    DAY = auto()
    MONTH = auto()
    SEASON = auto()
    YEAR = auto()
    DECADE = auto()


_ABOUT = {
    # Translators: %(date)s is a day, such as 3 May 2020.
    Kind.DAY: pgettext_lazy("a day", "about %(date)s"),
    # Translators: %(date)s is a month with its year, such as May 2020.
    Kind.MONTH: pgettext_lazy("a month", "about %(date)s"),
    # Translators: %(date)s is a season with its year, such as summer 2020.
    Kind.SEASON: pgettext_lazy("a season", "about %(date)s"),
    # Translators: %(date)s is a year, such as 2020, or some years, such as 1900–1909.
    Kind.YEAR: pgettext_lazy("a year", "about %(date)s"),
    # Translators: %(date)s is the first year of a decade: 1990, for the 1990s.
    Kind.DECADE: pgettext_lazy("a decade", "about the %(date)ss"),
}
_BEFORE = {
    Kind.DAY: pgettext_lazy("a day", "before %(date)s"),
    Kind.MONTH: pgettext_lazy("a month", "before %(date)s"),
    Kind.SEASON: pgettext_lazy("a season", "before %(date)s"),
    Kind.YEAR: pgettext_lazy("a year", "before %(date)s"),
    Kind.DECADE: pgettext_lazy("a decade", "before the %(date)ss"),
}
_AFTER = {
    Kind.DAY: pgettext_lazy("a day", "after %(date)s"),
    Kind.MONTH: pgettext_lazy("a month", "after %(date)s"),
    Kind.SEASON: pgettext_lazy("a season", "after %(date)s"),
    Kind.YEAR: pgettext_lazy("a year", "after %(date)s"),
    Kind.DECADE: pgettext_lazy("a decade", "after the %(date)ss"),
}
_WITHIN_BETWEEN = {
    # Translators: a day within "between … and …", in the case it needs there. The same for the four that follow.
    Kind.DAY: pgettext_lazy("between, a day", "%(date)s"),
    Kind.MONTH: pgettext_lazy("between, a month", "%(date)s"),
    Kind.SEASON: pgettext_lazy("between, a season", "%(date)s"),
    Kind.YEAR: pgettext_lazy("between, a year", "%(date)s"),
    Kind.DECADE: pgettext_lazy("between, a decade", "the %(date)ss"),
}
_SEASONS = (
    # Translators: a season with its year, in the middle of a sentence.
    gettext_lazy("spring %(year)s"),
    gettext_lazy("summer %(year)s"),
    gettext_lazy("autumn %(year)s"),
    gettext_lazy("winter %(year)s"),
)
_FIRST_SEASON = 21
_LAST_SEASON = 32  # 33 to 41 are quarters, thirds and halves, and are shown by their months

# Which digits a language writes: the first of ten in a row.
_ZEROS = {"arab": 0x0660, "arabext": 0x06F0, "beng": 0x09E6, "deva": 0x0966, "mymr": 0x1040}


def show(date: RoughDate, language: str) -> str:
    """Return the date for a reader of `language` (a code of Django's), to stand inside a sentence or alone.

    Digits follow CLDR: Arabic without a country has 1993, as most Arabic pages on the web and the
    other numbers on ours; Arabic of Egypt, Iraq or Saudi Arabia has ١٩٩٣, Persian ۱۹۹۳.
    """
    locale = locale_of(language)
    with override(language):
        phrase = _phrase(date, locale)
    zero = _ZEROS.get(locale.default_numbering_system)
    return phrase.translate({ord("0") + i: zero + i for i in range(10)}) if zero else phrase


def machine(date: RoughDate) -> str:
    """Return the date for the `datetime` attribute of `<time>`; "" where HTML has no way to say it.

    HTML knows days, months and years of our era, and no doubt about any of them.
    """
    point = date.first
    if date.span is not Span.POINT or point is None or point.qualifier or point.tail or point.year < 1:
        return ""
    if point.precision in (Precision.DAY, Precision.MONTH, Precision.YEAR):
        return str(point).removeprefix("Y")
    return ""


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    if language == "en":
        return Locale.parse("en_001")  # 3 May 2020. CLDR's plain "en" is that of the United States.
    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_001")


def _phrase(date: RoughDate, locale: Locale) -> str:
    first, last, span = date.first, date.last, date.span
    if span is Span.POINT:
        assert first is not None
        return _alone(first, locale)
    if span is Span.BETWEEN:
        assert first is not None and last is not None
        phrase = _between(_in(_WITHIN_BETWEEN, first, locale), _in(_WITHIN_BETWEEN, last, locale))
    elif span is Span.BEFORE and last:
        phrase = _in(_BEFORE, last, locale)
    elif span is Span.AFTER and first:
        phrase = _in(_AFTER, first, locale)
    elif last:
        # Translators: %(date)s is any date: a day, May 2020, summer 2020, 2020, the 1990s.
        phrase = _("%(date)s or earlier") % {"date": _plain(last, locale)}
    else:
        assert first is not None
        # Translators: %(date)s is any date: a day, May 2020, summer 2020, 2020, the 1990s.
        phrase = _("%(date)s or later") % {"date": _plain(first, locale)}
    doubts = "".join(point.qualifier for point in (first, last) if point)
    if "~" in doubts or "%" in doubts:
        # Translators: %(date)s is a phrase such as "between 1990 and 1993".
        phrase = _("%(date)s (roughly)") % {"date": phrase}
    return _not_certain(phrase) if "?" in doubts or "%" in doubts else phrase


def _alone(point: Point, locale: Locale) -> str:
    if point.qualifier in ("~", "%"):
        phrase = _in(_ABOUT, point, locale)
    elif point.tail == "-XX-XX":
        # Translators: %(year)s is a year.
        phrase = _("some day in %(year)s") % {"year": _year(point.year)}
    elif point.tail and point.precision is Precision.MONTH:
        # Translators: %(month)s is a month with its year, such as February 2021.
        phrase = _("some day in %(month)s") % {"month": _plain(point, locale)}
    elif point.tail:
        # Translators: %(year)s is a year.
        phrase = _("some month in %(year)s") % {"year": _year(point.year)}
    else:
        phrase = _plain(point, locale)
    return _not_certain(phrase) if point.qualifier in ("?", "%") else phrase


def _not_certain(phrase: str) -> str:
    # Translators: %(date)s is any date or phrase such as "about 1993".
    return _("%(date)s (not certain)") % {"date": phrase}


def _between(first: str, last: str) -> str:
    # Translators: both are dates, in the form of the contexts "between, a day" and so on.
    return _("between %(first)s and %(last)s") % {"first": first, "last": last}


def _plain(point: Point, locale: Locale) -> str:
    """The date alone, without its doubts."""
    kind, text = _named(point, locale)
    if kind is Kind.DECADE:
        # Translators: %(year)s is the first year of a decade: 1990, for the 1990s.
        return _("the %(year)ss") % {"year": text}
    return text


def _in(phrases: Mapping[Kind, Promise], point: Point, locale: Locale) -> str:
    kind, text = _named(point, locale)
    return str(phrases[kind]) % {"date": text}


def _named(point: Point, locale: Locale) -> tuple[Kind, str]:
    year = point.year
    match point.precision:
        case Precision.DAY:
            return Kind.DAY, _with_year(year, point.month, point.day, locale)
        case Precision.MONTH:
            return Kind.MONTH, _with_year(year, point.month, 0, locale)
        case Precision.SEASON if point.month <= _LAST_SEASON:
            return Kind.SEASON, str(_SEASONS[(point.month - _FIRST_SEASON) % 4]) % {"year": _year(year)}
        case Precision.SEASON:
            first, last = (_with_year(y, month, 0, locale) for y, month, _day in (point.first_day, point.last_day))
            return Kind.MONTH, f"{first} – {last}"
        case Precision.YEAR:
            return Kind.YEAR, _year(year)
        case Precision.DECADE if year >= 1000 and year % 100:
            return Kind.DECADE, str(year)
    # "The 1900s" may be ten years or a hundred.
    return Kind.YEAR, f"{_year(point.first_day[0])}–{_year(point.last_day[0])}"


# A year that CLDR's patterns can be given in place of one that `datetime` has not: a leap year no day looks like.
_STAND_IN = 2000


def _with_year(year: int, month: int, day: int, locale: Locale) -> str:
    known = MINYEAR <= year <= MAXYEAR
    value = date(year if known else _STAND_IN, month, day or 1)
    text = format_date(value, "long", locale) if day else format_skeleton("yMMMM", value, locale=locale)
    return text if known else text.replace(str(_STAND_IN), _year(year))


def _year(year: int) -> str:
    if year > 0:
        return str(year)
    # Translators: a year before the common era; %(year)s is a number.
    return _("%(year)s BCE") % {"year": 1 - year}
