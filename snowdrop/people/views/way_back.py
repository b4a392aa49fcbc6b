"""Coming back by a link that somebody made, and stopping one that was made for oneself."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from snowdrop.people import ways_back, zones
from snowdrop.people.coming import Coming
from snowdrop.people.doors import anyone, signed_in, working
from snowdrop.people.limited import limited
from snowdrop.people.models import Person, WayBack
from snowdrop.people.sessions import SessionStore
from snowdrop.people.standing import PersonRequest
from snowdrop.web.answers import kept

OVER = (WayBack.State.STOPPED, WayBack.State.USED, WayBack.State.OVER)


@working
@anyone
@limited("opening links")
@require_http_methods(["GET", "POST"])
def way_back(request: HttpRequest, token: str) -> HttpResponseBase:
    """Who comes back by it and when, and a button once it is open. Looking uses nothing up."""
    refused = False
    if request.method == "POST":
        try:
            ways_back.use(token, store=cast(SessionStore, request.session))
        except ways_back.NotOpen:
            refused = True
        else:
            Coming(request).forget()  # a code may have been asked for at the old address before
            return redirect(f"{reverse('people:you')}?came=back")
    way = ways_back.find(token)
    state = way.state(now=timezone.now()) if way else None
    status = 410 if state is None or state in OVER else 409 if refused else 200
    zone = zones.called(way.opens_at) if way else ""
    return render(request, "people/way_back.html", {"way": way, "state": state, "zone": zone}, status=status)


@working
@signed_in
@require_http_methods(["POST"])
def stop(request: HttpRequest) -> HttpResponseBase:
    person = cast(Person, cast(PersonRequest, request).person)
    ways_back.stop(by=person)
    return kept(request, f"{reverse('people:you')}?stopped=yes", id=person.pk)
