"""The few things we know about a person."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.people import addresses, means, naming, ways_back
from snowdrop.people.coming import Coming
from snowdrop.people.doors import signed_in, working
from snowdrop.people.forms import YouForm
from snowdrop.people.models import Person
from snowdrop.people.proof import asked_again_if_possible
from snowdrop.people.standing import PersonRequest
from snowdrop.people.views.safe_next import safe_next
from snowdrop.web.answers import posted


@working
@signed_in
@require_http_methods(["GET", "POST"])
def you(request: HttpRequest) -> HttpResponseBase:
    person = cast(Person, cast(PersonRequest, request).person)
    form = YouForm(posted(request), instance=person)
    if request.method == "POST" and form.is_valid():
        naming.call(person, form.cleaned_data["name"])
        return redirect(safe_next(request, reverse("people:you")))
    context = {
        "form": form,
        "means": means.of(person),
        "said": _said(request),
        "way_back": ways_back.standing_for(person),
        # Whoever came back has no address any more, and may give one at once.
        "coming": Coming(request) if _came_back(request) and not person.email else None,
    }
    return render(request, "people/you.html", context, status=422 if form.errors else 200)


def _came_back(request: HttpRequest) -> bool:
    return request.GET.get("came") == "back"


def _said(request: HttpRequest) -> str:
    """What was just done, on the page it leads to."""
    if _came_back(request):
        return _(
            "You are in. Every other device was signed out, and no address, passkey or sheet from before lets "
            "anybody in as you any more."
        )
    if request.GET.get("stopped") == "yes":
        return _("It is stopped. That link opens nothing any more.")
    return ""


@working
@signed_in
@asked_again_if_possible
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest) -> HttpResponseBase:
    """Give an address, or another one, so that a person finds their pages again on any device."""
    person = cast(Person, cast(PersonRequest, request).person)
    coming = Coming(request)
    if coming.types_code:
        if email := coming.proven():
            addresses.give(email, by=person)
            return redirect("people:you")
    elif coming.posted and coming.send():
        return redirect("people:address")
    return coming.page("people/address.html")
