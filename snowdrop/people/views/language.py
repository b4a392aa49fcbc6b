"""Reading in another language."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from snowdrop.people.doors import anyone, working
from snowdrop.people.models import Person
from snowdrop.people.standing import PersonRequest
from snowdrop.people.views.safe_next import safe_next


@working
@anyone
@require_http_methods(["POST"])
def language(request: HttpRequest) -> HttpResponseBase:
    """Read in another language: kept for the person, and in this browser for whoever is not signed in."""
    chosen = request.POST.get("language", "")
    response: HttpResponse = redirect(safe_next(request, reverse("front")))
    if chosen not in dict(settings.LANGUAGES):
        return response
    person = cast(PersonRequest, request).person
    if person is not None:
        Person.objects.filter(pk=person.pk).update(language=chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    translation.activate(chosen)
    return response
