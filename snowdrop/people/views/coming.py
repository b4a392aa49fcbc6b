"""Coming in, and going out."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.people import choosing
from snowdrop.people.coming import Coming
from snowdrop.people.doors import anyone, signed_in, working
from snowdrop.people.standing import PersonRequest
from snowdrop.people.views.devices import gone
from snowdrop.people.views.safe_next import safe_next


@working
@anyone
@require_http_methods(["GET", "POST"])
def come_in(request: HttpRequest) -> HttpResponseBase:
    person = cast(PersonRequest, request).person
    to = safe_next(request, reverse("front"))
    if person is not None:
        return redirect(to)
    coming = Coming(request)
    if coming.types_code:
        if email := coming.proven():
            if choosing.come(email, store=coming.store) is None:
                return redirect(f"{reverse('people:which')}?{urlencode({'next': to})}")
            return redirect(to)
    elif coming.posted and coming.send():
        return redirect(f"{reverse('people:come_in')}?{urlencode({'next': to})}")
    return coming.page("people/come_in.html", {"next": to})


@working
@anyone
@require_http_methods(["POST"])
def begin_again(request: HttpRequest) -> HttpResponseBase:
    """Type another address: the code that was sent is worth nothing any more."""
    Coming(request).forget()
    return redirect(safe_next(request, reverse("people:come_in")))


@working
@signed_in
@require_http_methods(["POST"])
def sign_out(request: HttpRequest) -> HttpResponseBase:
    return gone(request)
