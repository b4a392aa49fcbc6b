"""Countries and languages by name, and the country a reader seems to be in."""

from __future__ import annotations

from collections.abc import Collection

from babel import Locale
from babel.languages import get_official_languages

from snowdrop.web.alphabet import sorting

# Two-letter codes in CLDR that are no country: unions, the unknown, test regions.
_NO_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


def name(country: str, language: str) -> str:
    """Return a country's name in `language`, or its code where that has no name."""
    return str(Locale.parse(language, sep="-").territories.get(country, country))


def all_of_them(language: str) -> list[tuple[str, str]]:
    """Return every country as (code, name), by name."""
    names = Locale.parse(language, sep="-").territories
    countries = [(code, str(called)) for code, called in names.items() if len(code) == 2 and code not in _NO_COUNTRY]
    return sorted(countries, key=lambda country: sorting(country[1]))


def guess(accept_language: str, listed: Collection[str]) -> str:
    """Return the country among `listed` that the browser's languages speak of, or "".

    A region in the header says it ("en-GB"). A language alone says it where only one of the listed
    countries speaks it officially: "ko" does, "en" and "de" do not. Nothing else is looked at: no address.
    """
    for tag in _by_wish(accept_language):
        language, *rest = tag.replace("_", "-").split("-")
        region = next((part.upper() for part in rest if len(part) == 2 and part.isalpha()), "")
        if region in listed:
            return region
        if not region:
            speaking = [country for country in listed if language.lower() in _official(country)]
            if len(speaking) == 1:
                return speaking[0]
    return ""


def _by_wish(accept_language: str) -> list[str]:
    wishes = []
    for part in accept_language[:500].split(","):
        tag, _sep, quality = part.partition(";q=")
        try:
            wishes.append((float(quality or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for _quality, tag in sorted(wishes, key=lambda wish: -wish[0])]


def _official(country: str) -> tuple[str, ...]:
    return tuple(get_official_languages(country, regional=False, de_facto=True))


def language_name(code: str, language: str) -> str:
    """Return a language's name in `language`, or its code where that has no name."""
    return str(Locale.parse(language, sep="-").languages.get(code, code))


def language_code(said: str, language: str) -> str | None:
    """Return the code of a language named by its code, in English or in `language`; None if unknown."""
    wanted = said.strip().casefold()
    if wanted in Locale("en").languages:
        return wanted
    for spoken in ("en", language):
        for code, called in Locale.parse(spoken, sep="-").languages.items():
            if str(called).casefold() == wanted:
                return str(code)
    return None
