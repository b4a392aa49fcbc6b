"""In which language somebody reads: chosen by the person, then in this browser, then as the browser asks."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header


def of(request: HttpRequest) -> str:
    """Return the code of the language to answer in; always one that is offered."""
    person = getattr(request, "holder", None)
    return chosen(
        person.language if person else "",
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        request.headers.get("Accept-Language", ""),
    )


def chosen(by_person: str, in_browser: str, accepted: str) -> str:
    """The same, from what a person chose, what was chosen in this browser, and what the browser asks for."""
    for wished in (by_person, in_browser):
        if wished and wished in dict(settings.LANGUAGES):
            return wished
    # Ten thousand languages cost nothing: Django reads five hundred characters of them, and we remember no more.
    return _asked_for(accepted[:500].rpartition(",")[0] if len(accepted) > 500 else accepted)


@functools.lru_cache(maxsize=1024)
def _asked_for(accepted: str) -> str:
    for code, _weight in parse_accept_lang_header(accepted.lower()):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def speak(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        language = of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
            return response

    return middleware
