"""Beginning: one question, one code, then the page."""

from __future__ import annotations

from typing import cast
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.config.models import House, WhoMayBegin
from snowdrop.memorials import beginning
from snowdrop.memorials.access import anyone, working
from snowdrop.memorials.forms import CallForm
from snowdrop.memorials.models import Membership
from snowdrop.people import cards, choosing, passkeys
from snowdrop.people.agents import short_name
from snowdrop.people.coming import Coming
from snowdrop.people.forms import HostForm
from snowdrop.people.limited import limited
from snowdrop.people.models import Card, Person
from snowdrop.people.standing import PersonRequest
from snowdrop.web.answers import kept, not_done, not_kept, posted

_CALLED = "called"
_CARD = "card"
_HANDLE = "handle"  # by which a passkey will know somebody who is not here yet


def _may_begin(request: HttpRequest) -> bool:
    """Whether this browser may begin a page here: as the host chose, or by a card."""
    chosen = House.here().who_may_begin
    person = cast(PersonRequest, request).person
    if chosen == WhoMayBegin.OPEN or (person is not None and person.is_host):
        return True
    if chosen == WhoMayBegin.CODE and person is not None and Membership.objects.live().filter(person=person).exists():
        return True
    token = request.session.get(_CARD) if request.session.session_key else None
    return bool(token) and cards.find(str(token), Card.For.BEGINNING) is not None


@working
@anyone
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponseBase:
    if not _may_begin(request):
        return render(request, "memorials/begin_closed.html", {"house": House.here()}, status=403)
    kept = request.session.get(_CALLED, "") if request.session.session_key else ""
    form = CallForm(posted(request), initial={"name": kept})
    if request.method != "POST":
        return render(request, "memorials/begin.html", {"form": form, "offer_someone": True})
    name = ""
    if "no_name" not in request.POST:
        if not form.is_valid():
            return not_kept(request, "memorials/begin.html", {"offer_someone": True}, form)
        name = form.cleaned_data["name"]
    person = cast(PersonRequest, request).person
    token = request.session.get(_CARD)
    if person is None and token:
        try:
            person = cards.use(str(token), Card.For.BEGINNING, person=None)
        except cards.CardIsUsed:
            return render(request, "memorials/link_is_over.html", status=410)
        request.session.pop(_CARD)
        request.session.sign_in(person)  # type: ignore[attr-defined]
    if person is None:
        request.session[_CALLED] = name
        return redirect("memorials:find_again")
    request.session.pop(_CALLED, None)
    return _open(person, name)


def _open(person: Person, name: str) -> HttpResponseBase:
    return redirect("memorials:page", beginning.begin(by=person, name=name).slug)


@working
@anyone
@require_http_methods(["GET", "POST"])
def find_again(request: HttpRequest) -> HttpResponseBase:
    """The second screen: an address, and on the same screen the code that came to it."""
    if _CALLED not in request.session or not _may_begin(request):
        return redirect("memorials:begin")
    if cast(PersonRequest, request).person is not None:
        return redirect("memorials:begin")  # they said which of two they are; what was typed stands there
    coming = Coming(request)
    if coming.types_code:
        if email := coming.proven():
            person = choosing.come(email, store=coming.store)
            if person is None:
                return redirect(f"{reverse('people:which')}?{urlencode({'next': reverse('memorials:begin')})}")
            return _open(person, request.session.pop(_CALLED))
    elif coming.posted and coming.send():
        return redirect("memorials:find_again")
    return coming.page("memorials/find_again.html", {"offer_someone": True})


@working
@anyone
@require_http_methods(["POST"])
def begin_by_passkey(request: HttpRequest) -> HttpResponseBase:
    """The same second screen without an address: a passkey kept on this device is the way back in."""
    here = cast(PersonRequest, request)
    if _CALLED not in here.session or here.person is not None or not _may_begin(request):
        return not_done(_("This page was begun somewhere else, or a while ago. Please begin once more."))
    place, session = passkeys.place_of(request), here.session.row_now()
    answer = request.POST.get("credential", "")
    if not answer:
        handle = uuid4()
        here.session[_HANDLE] = str(handle)
        return JsonResponse(passkeys.ask_for_new(handle=handle, name="", place=place, session=session))
    device = short_name(here.session.agent)
    try:
        handle = UUID(here.session.get(_HANDLE, str(uuid4())))
        person = passkeys.begin(answer, handle=handle, place=place, session=session, device=device)
    except passkeys.NotTaken as why:
        return not_done(str(why))
    here.session.pop(_HANDLE, None)
    name = here.session.pop(_CALLED)
    here.session.sign_in(person)
    return kept(request, reverse("memorials:page", args=[beginning.begin(by=person, name=name).slug]))


@working
@anyone
@limited("opening links")
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link of the host's. Looking at it uses nothing up; the button does."""
    found = cards.find(token, Card.For.FIRST_HOST) or cards.find(token, Card.For.BEGINNING)
    if found is None:
        return render(request, "memorials/link_is_over.html", status=410)
    if found.purpose == Card.For.BEGINNING:
        if request.method == "POST":
            request.session[_CARD] = token
            return redirect("memorials:begin")
        return render(request, "memorials/card.html", {"card": found, "house": House.here()})
    form = HostForm(posted(request))
    if request.method == "POST" and form.is_valid():
        person = cast(PersonRequest, request).person
        try:
            host = cards.use(token, Card.For.FIRST_HOST, person=person, name=form.cleaned_data["name"])
        except cards.CardIsUsed:
            return render(request, "memorials/link_is_over.html", status=410)
        if person is None:
            request.session.sign_in(host)  # type: ignore[attr-defined]
        return redirect("house")
    return render(request, "memorials/host_card.html", {"form": form}, status=422 if form.errors else 200)
