"""In which time somebody reads: chosen by the person, else the house's."""

from __future__ import annotations

import functools
import zoneinfo
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_name
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from snowdrop.dates.display import locale_of
from snowdrop.people.models import Person
from snowdrop.web.alphabet import sorting

# One for each hour and half hour that many people live in; the others stand below, by country.
COMMON = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/Mexico_City",
    "America/New_York",
    "America/Bogota",
    "America/Halifax",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Europe/London",
    "Africa/Lagos",
    "Europe/Berlin",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Europe/Istanbul",
    "Africa/Nairobi",
    "Asia/Riyadh",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)
_PARTS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@functools.cache
def known() -> frozenset[str]:
    """The zones of the tz database that are places, also by an earlier name; none such as "US/Eastern"."""
    places = (name for name in zoneinfo.available_timezones() if name.partition("/")[0] in _PARTS)
    return frozenset(places)


def choices() -> list[tuple[str | Promise, str | Promise | list[tuple[str, str]]]]:
    """Every zone to choose from, said in the reader's language: the house's own, the common ones, all by country."""
    said = in_words(get_language() or settings.LANGUAGE_CODE)
    return [
        # Translators: the time zone that the host of this place set
        ("", _("As in this place")),
        # Translators: over the time zones that many people live in
        (_("Common"), [(name, said[name]) for name in COMMON]),
        # Translators: over the list of all time zones, in which each stands with its country
        (_("By country"), list(said.items())),
    ]


@functools.cache
def in_words(language: str) -> dict[str, str]:
    """Each zone as a reader looks for it: its country, and its city too where that country has several."""
    locale = locale_of(language)
    country_of = _country_of()
    zones_in = Counter(country_of.values())
    said = {}
    for name, country in country_of.items():
        said[name] = str(locale.territories.get(country, country))
        if zones_in[country] > 1:
            said[name] += f" – {_city(name, locale)}"
    return dict(sorted(said.items(), key=lambda zone: sorting(zone[1])))


def called(moment: datetime) -> str:
    """What the time is called that this moment is told in: "Central European Summer Time", in the reader's language."""
    language = get_language() or settings.LANGUAGE_CODE
    return get_timezone_name(timezone.localtime(moment), locale=locale_of(language))


def now_called(name: str) -> str:
    """The name that this zone has now: the tz database names one anew now and then."""
    return str(get_global("zone_aliases").get(name, name))


@functools.cache
def _country_of() -> dict[str, str]:
    """The code of the country that each zone is in. One that spans several stands there under a name for each.

    Source: zone.tab of the tz database.
    """
    table = (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {name: country for country, _coordinates, name, *_comments in rows}


def _city(name: str, locale: Locale) -> str:
    # CLDR names a city only where its name is not that of the zone, and knows some by an earlier name of the zone.
    earlier = [before for before, after in get_global("zone_aliases").items() if after == name]
    cities = (locale.time_zones.get(one, {}).get("city") for one in (name, *earlier))
    return next((str(city) for city in cities if city), name.rpartition("/")[2].replace("_", " "))


def of(person: Person | None) -> zoneinfo.ZoneInfo:
    """Return the zone of this person. The house's, where they chose none or it is known no longer."""
    chosen = person.time_zone if person else ""
    return zoneinfo.ZoneInfo(chosen if chosen in known() else settings.TIME_ZONE)


def tell_time(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(of(getattr(request, "holder", None))):
            return get_response(request)

    return middleware
