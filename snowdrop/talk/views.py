"""One page by country for whoever needs a person, and the pages on which the host looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from snowdrop.config.models import House
from snowdrop.people.doors import anyone, host_only, working
from snowdrop.talk import countries, listing
from snowdrop.talk.forms import LineForm
from snowdrop.talk.models import Kind, SupportLine
from snowdrop.web.alphabet import sorting

IN_ANY_COUNTRY = ""


@dataclass(frozen=True)
class Country:
    """A country as the page names it."""

    code: str
    name: str


@dataclass(frozen=True)
class Shown:
    """A line, and the languages spoken there in the reader's own words; none where it is just the reader's own."""

    line: SupportLine
    languages: list[str]


@working
@anyone
@require_http_methods(["GET"])
def page(request: HttpRequest) -> HttpResponse:
    language = get_language() or "en"
    lines = list(SupportLine.objects.shown().in_order())
    listed = {line.country for line in lines} - {IN_ANY_COUNTRY}
    here = _chosen(request, listed, language)

    def these(country: str, kind: Kind) -> list[Shown]:
        return [_shown(line, language) for line in lines if (line.country, line.kind) == (country, kind)]

    context: dict[str, Any] = {
        "country": here,
        "countries": _named(listed | ({here.code} if here else set()), language),
        "emergency": these(here.code, Kind.EMERGENCY) if here else [],
        "talk": these(here.code, Kind.TALK) if here else [],
        "other": these(here.code, Kind.OTHER) if here else [],
        "anywhere": these(IN_ANY_COUNTRY, Kind.TALK) + these(IN_ANY_COUNTRY, Kind.OTHER),
        "contact": House.here().contact,
    }
    response = render(request, "talk/page.html", context)
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _chosen(request: HttpRequest, listed: set[str], language: str) -> Country | None:
    wished = request.GET.get("country")
    if wished is None:
        code = countries.guess(request.headers.get("Accept-Language", ""), sorted(listed))
    else:
        code = wished.upper() if wished.upper() in dict(countries.all_of_them(language)) else ""
    return Country(code, countries.name(code, language)) if code else None


def _named(codes: set[str], language: str) -> list[Country]:
    named = [Country(code, countries.name(code, language)) for code in codes]
    return sorted(named, key=lambda country: sorting(country.name))


def _shown(line: SupportLine, language: str) -> Shown:
    spoken = line.languages.split()
    if spoken == [language]:
        spoken = []
    return Shown(line, [countries.language_name(code, language) for code in spoken])


@working
@host_only
@require_http_methods(["GET"])
def edit(request: HttpRequest) -> HttpResponse:
    language = get_language() or "en"
    lines = list(SupportLine.objects.in_order())
    by_country = [
        (country, [line for line in lines if line.country == country.code])
        for country in _named({line.country for line in lines} - {IN_ANY_COUNTRY}, language)
    ]
    anywhere = [line for line in lines if line.country == IN_ANY_COUNTRY]
    return render(request, "talk/edit.html", {"by_country": by_country, "anywhere": anywhere})


@working
@host_only
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    return _write(request, SupportLine())


@working
@host_only
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    return _write(request, get_object_or_404(SupportLine, pk=pk))


def _write(request: HttpRequest, line: SupportLine) -> HttpResponse:
    form = LineForm(request.POST or None, instance=line)
    if form.is_valid():
        listing.keep(form.save(commit=False))
        return redirect("talk:edit")
    context = {"form": form, "line": line}
    return render(request, "talk/line.html", context, status=422 if form.errors else 200)


@working
@host_only
@require_http_methods(["POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    listing.check(get_object_or_404(SupportLine, pk=pk))
    return redirect("talk:edit")


@working
@host_only
@require_http_methods(["POST"])
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    listing.take_off(get_object_or_404(SupportLine, pk=pk))
    return redirect("talk:edit")


@working
@host_only
@require_http_methods(["POST"])
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    listing.bring_back(get_object_or_404(SupportLine, pk=pk))
    return redirect("talk:edit")
