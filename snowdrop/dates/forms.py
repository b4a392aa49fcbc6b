"""Asking for a rough date: day, month or season, year, and how exact; every part of it may stay empty."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from babel.dates import get_month_names
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from snowdrop.dates.display import locale_of, show
from snowdrop.dates.edtf import NotADate, Precision, RoughDate, Span, days_in, parse

ABOUT, BEFORE, AFTER = "about", "before", "after"
_TEXTS = {"": "{}", ABOUT: "{}~", BEFORE: "../{}", AFTER: "{}/.."}
_SEASONS = range(21, 25)
_FIRST_YEAR, _LAST_YEAR = 1000, 9999  # "93" would be 1993 to one family and 1893 to another
_BIDI_MARKS = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u2066\u2067\u2068\u2069"))
_PARTS = ("day", "month", "year", "near", "kept", "off")


class Typed(NamedTuple):
    """What stands in the controls, as it was typed."""

    day: str = ""
    month: str = ""
    year: str = ""
    near: str = ""
    plain: str = ""  # EDTF, under the field's own name, from a client that has no such controls
    kept: str = ""  # EDTF of a date that the controls cannot show; it stays unless something is typed


class RoughDateWidget(forms.Widget):
    """Four plain controls in one group; works without script.

    Names: NAME_day, NAME_month (1 to 12, or 21 to 24 for spring to winter), NAME_year, NAME_near ("", about,
    before, after). EDTF under NAME itself is taken instead of them.
    """

    template_name = "dates/rough_date.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = value if isinstance(value, Typed) else _as_typed(value)
        part_id = context["widget"]["attrs"].pop("id", None) or f"id_{name}"
        # Translators: the parts of a date, as labels of small fields side by side.
        parts: dict[str, dict[str, Any]] = {
            "day": {"label": pgettext("date", "Day"), "value": typed.day, "size": 2},
            "month": {"label": pgettext("date", "Month or season"), "groups": _months(typed.month)},
            "year": {"label": pgettext("date", "Year"), "value": typed.year, "size": 4},
        }
        near = {"label": pgettext("date", "Exact or not"), "groups": [("", _chosen(_NEAR, typed.near))]}
        in_order = [(key, parts[key]) for key in _order(get_language() or "en")] + [("near", near)]
        context["widget"] |= {
            "id": part_id,
            "parts": [
                {"key": key, "name": f"{name}_{key}", "id": f"{part_id}_{key}", **part} for key, part in in_order
            ],
            "kept": typed.kept,
            "kept_in_words": _in_words(typed.kept),
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        def get(key: str) -> str:
            return str(data.get(key) or "").strip()

        kept = "" if f"{name}_off" in data else get(f"{name}_kept")
        day, month, year, near = (get(f"{name}_{part}") for part in ("day", "month", "year", "near"))
        return Typed(day, month, year, near, get(name), kept)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and not any(f"{name}_{part}" in data for part in _PARTS)

    def id_for_label(self, id_: str) -> str:
        return ""  # the group has a legend; each control its own label


_AS_MUCH = gettext_lazy("As much of it as you know. All of it may stay empty.")


class RoughDateFormField(forms.Field):
    """Gives a RoughDate, or None where nothing was written. Never required: no date is, in this house."""

    widget = RoughDateWidget
    default_error_messages = {
        "month_missing": gettext_lazy("A day needs its month. Please choose the month, or leave the day empty."),
        "year_missing": gettext_lazy("Please add the year, or leave the whole date empty."),
        "day_of_season": gettext_lazy(
            "A season has no days of its own. Please choose a month, or leave the day empty."
        ),
        "no_number": gettext_lazy("Please write day and year in digits, such as 3 and 1993."),
        "year_length": gettext_lazy("Please write the year with four digits, such as 1993."),
        "no_choice": gettext_lazy("Please choose one of the entries in the list."),
        # Translators: day is 0 or above 31.
        "no_such_day_at_all": gettext_lazy("There is no day %(day)s. A month has 31 days or fewer."),
        # Translators: such as “There is no 30 February. In 2021 this month has 28 days.” Days are 28 to 31.
        "no_such_day": gettext_lazy("There is no %(day)s %(month)s. In %(year)s this month has %(days)s days."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs["required"] = False
        kwargs["help_text"] = kwargs.get("help_text") or _AS_MUCH
        super().__init__(**kwargs)

    def to_python(self, value: Typed | RoughDate | str | None) -> RoughDate | None:
        if isinstance(value, RoughDate):
            return value
        text = self._text(value) if isinstance(value, Typed) else value
        try:
            return parse(text) if text else None
        except NotADate as error:
            raise ValidationError(str(error), code="not_a_date") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True

    def _text(self, typed: Typed) -> str:
        """Return the date in EDTF, or ""."""
        if typed.plain:
            return typed.plain
        if not (typed.day or typed.month or typed.year):
            return typed.kept
        if typed.near not in _TEXTS:
            raise self._refusal("no_choice")
        day, month, year = (_number(text) for text in (typed.day.rstrip("."), typed.month, typed.year))
        if month == -1:
            raise self._refusal("no_choice")
        if day == -1 or year == -1:
            raise self._refusal("no_number")
        return _TEXTS[typed.near].format(self._point(day, month, year))

    def _point(self, day: int | None, month: int | None, year: int | None) -> str:
        if month is not None and not (1 <= month <= 12 or month in _SEASONS):
            raise self._refusal("no_choice")
        if day is not None:
            if month is None:
                raise self._refusal("month_missing")
            if month in _SEASONS:
                raise self._refusal("day_of_season")
            if not 1 <= day <= 31:
                raise self._refusal("no_such_day_at_all", day=day)
        if year is None:
            raise self._refusal("year_missing")
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise self._refusal("year_length")
        if month is None:
            return f"{year}"
        if day is None:
            return f"{year}-{month:02d}"
        if day > (days := days_in(month, year)):
            name = _month_names("format", get_language() or "en")[month - 1]
            raise self._refusal("no_such_day", day=day, month=name, year=year, days=days)
        return f"{year}-{month:02d}-{day:02d}"

    def _refusal(self, code: str, **params: object) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params or None)


_NEAR = (
    # Translators: one of four; the date stands beside it.
    ("", pgettext_lazy("how exact a date is", "Exactly then")),
    (ABOUT, pgettext_lazy("how exact a date is", "About then")),
    (BEFORE, pgettext_lazy("how exact a date is", "Before then")),
    (AFTER, pgettext_lazy("how exact a date is", "After then")),
)


def _chosen(options: Any, chosen: str) -> list[tuple[str, str, bool]]:
    return [(value, str(label), value == chosen) for value, label in options]


def _months(chosen: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Return the groups of the select: nothing, the months, the seasons; each of (value, label, chosen)."""
    months = enumerate(_month_names("stand-alone", get_language() or "en"), start=1)
    seasons = (
        ("21", pgettext("season", "Spring")),
        ("22", pgettext("season", "Summer")),
        ("23", pgettext("season", "Autumn")),
        ("24", pgettext("season", "Winter")),
    )
    number = _number(chosen)
    chosen = chosen if number is None else str(number)
    return [
        # Translators: the empty choice of month or season.
        ("", _chosen([("", pgettext("month", "Not known"))], chosen)),
        (_("Months"), _chosen(((str(number), name) for number, name in months), chosen)),
        (_("Seasons"), _chosen(seasons, chosen)),
    ]


@lru_cache(maxsize=128)
def _month_names(use: str, language: str) -> tuple[str, ...]:
    """January to December, alone ("stand-alone") or beside a day ("format"): Czech has leden and ledna."""
    names = get_month_names("wide", context=use, locale=locale_of(language))  # type: ignore[arg-type]
    return tuple(names[number] for number in range(1, 13))


@lru_cache(maxsize=64)
def _order(language: str) -> tuple[str, ...]:
    """Return "day", "month" and "year" in the order in which the language writes them."""
    pattern = locale_of(language).date_formats["long"].pattern
    letters = {"day": "d", "month": "M", "year": "y"}
    return tuple(sorted(letters, key=lambda part: pattern.find(letters[part])))


def _number(text: str) -> int | None:
    """Read decimal digits of any script; None for nothing, -1 for anything else."""
    text = text.translate(_BIDI_MARKS).strip()
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) <= 5 else -1


def _as_typed(value: RoughDate | str | None) -> Typed:
    """Return what the controls have to hold to mean `value`, or keep it whole where they cannot say it."""
    if not value:
        return Typed()
    try:
        date = parse(value) if isinstance(value, str) else value
    except NotADate:
        return Typed(kept=str(value))
    near = {Span.POINT: "", Span.BEFORE: BEFORE, Span.AFTER: AFTER}.get(date.span)
    point = date.last if date.span is Span.BEFORE else date.first
    if near is None or point is None or not _FIRST_YEAR <= point.year <= _LAST_YEAR:
        return Typed(kept=str(date))
    if date.span is Span.POINT and point.qualifier == "~":
        near = ABOUT
    elif point.qualifier:
        return Typed(kept=str(date))
    shown = point.precision >= Precision.YEAR and not point.tail
    if not shown or (point.precision is Precision.SEASON and point.month not in _SEASONS):
        return Typed(kept=str(date))
    return Typed(str(point.day or ""), str(point.month or ""), str(point.year), near)


def _in_words(text: str) -> str:
    try:
        return show(parse(text), get_language() or "en") if text else ""
    except NotADate:
        return text
