"""The devices somebody is signed in on, and bringing in another."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.people import devices as verbs
from snowdrop.people import means
from snowdrop.people.doors import anyone, signed_in, working
from snowdrop.people.forms import DeviceForm
from snowdrop.people.limited import limited
from snowdrop.people.models import Person, Session
from snowdrop.people.proof import asked_again_if_possible
from snowdrop.people.standing import PersonRequest
from snowdrop.people.views.safe_next import safe_next
from snowdrop.web.answers import posted
from snowdrop.web.squares import square


@working
@signed_in
@require_http_methods(["GET"])
def devices(request: HttpRequest) -> HttpResponseBase:
    here = cast(PersonRequest, request)
    person = cast(Person, here.person)
    context = {"devices": verbs.of(person), "this": here.session.row, "means": means.of(person)}
    return render(request, "people/devices.html", context)


@working
@signed_in
@asked_again_if_possible
@require_http_methods(["GET", "POST"])
def bring_in(request: HttpRequest) -> HttpResponseBase:
    """Show a code to type on another device. A GET makes none."""
    if request.method != "POST":
        return render(request, "people/bring_in.html")
    address = request.build_absolute_uri(reverse("people:come_in_by_device"))
    code = verbs.bring_in(by=cast(Person, cast(PersonRequest, request).person))
    context = {"code": code, "address": address, "picture": square(address)}
    return render(request, "people/bring_in.html", context, status=201)


@working
@anyone
@limited("typing codes")
@require_http_methods(["GET", "POST"])
def come_in(request: HttpRequest) -> HttpResponseBase:
    here = cast(PersonRequest, request)
    to = safe_next(request, reverse("front"))
    if here.person is not None:
        return redirect(to)
    form = DeviceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            here.session.sign_in(verbs.typed(form.cleaned_data["letters"]))
            return redirect(to)
        except verbs.WrongDeviceCode:
            form.is_wrong()
    return render(
        request, "people/come_in_by_device.html", {"form": form, "next": to}, status=422 if form.errors else 200
    )


@working
@signed_in
@require_http_methods(["POST"])
def sign_out(request: HttpRequest, id: int) -> HttpResponseBase:
    here = cast(PersonRequest, request)
    person = cast(Person, here.person)
    device = get_object_or_404(Session, pk=id, person=person)
    verbs.sign_out(device, by=person)
    return gone(request) if device == here.session.row else redirect("people:devices")


@working
@signed_in
@require_http_methods(["POST"])
def sign_out_elsewhere(request: HttpRequest) -> HttpResponseBase:
    here = cast(PersonRequest, request)
    verbs.sign_out_elsewhere(by=cast(Person, here.person), here=here.session.row_now())
    return redirect("people:devices")


@working
@signed_in
@require_http_methods(["POST"])
def sign_out_everywhere(request: HttpRequest) -> HttpResponseBase:
    verbs.sign_out_everywhere(by=cast(Person, cast(PersonRequest, request).person))
    return gone(request)


def gone(request: HttpRequest, *, to: str = "front") -> HttpResponse:
    """Answer a browser that is signed out: its session has ended. `standing` has it forget what it kept."""
    request.session.flush()
    return redirect(to)
