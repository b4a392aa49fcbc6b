"""Passkeys. A form that is posted without a `credential` is answered with what to ask the device."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.people import means, passkeys
from snowdrop.people.doors import anyone, signed_in, working
from snowdrop.people.forms import PasskeyForm
from snowdrop.people.limited import limited
from snowdrop.people.models import Passkey, Person
from snowdrop.people.proof import asked_again_if_possible
from snowdrop.people.standing import PersonRequest
from snowdrop.people.views.safe_next import safe_next
from snowdrop.web.answers import kept, not_done, posted


@working
@anyone
@limited("typing codes")
@require_http_methods(["POST"])
def come_in(request: HttpRequest) -> HttpResponseBase:
    here = cast(PersonRequest, request)
    to = safe_next(request, reverse("front"))
    if here.person is not None:
        return kept(request, to)
    place, session = passkeys.place_of(request), here.session.row_now()
    answer = request.POST.get("credential", "")
    if not answer:
        return JsonResponse(passkeys.ask(place=place, session=session))
    try:
        here.session.sign_in(passkeys.come_in(answer, place=place, session=session))
    except passkeys.NotTaken as why:
        return not_done(str(why))
    return kept(request, to)


@working
@signed_in
@require_http_methods(["POST"])
def prove(request: HttpRequest) -> HttpResponseBase:
    """Show by a passkey that it is still the same person."""
    here = cast(PersonRequest, request)
    person = cast(Person, here.person)
    place, session = passkeys.place_of(request), here.session.row_now()
    answer = request.POST.get("credential", "")
    if not answer:
        return JsonResponse(passkeys.ask(place=place, session=session, of=person))
    try:
        passkeys.come_in(answer, place=place, session=session, of=person)
    except passkeys.NotTaken as why:
        return not_done(str(why))
    here.session.prove()
    return kept(request, safe_next(request, reverse("front")))


@working
@signed_in
@asked_again_if_possible
@require_http_methods(["GET"])
def all_of_them(request: HttpRequest) -> HttpResponseBase:
    person = cast(Person, cast(PersonRequest, request).person)
    keys = Passkey.objects.filter(person=person).order_by("made_at", "pk")
    return render(request, "people/passkeys.html", {"keys": keys})


@working
@signed_in
@asked_again_if_possible
@require_http_methods(["POST"])
def add(request: HttpRequest) -> HttpResponseBase:
    here = cast(PersonRequest, request)
    person = cast(Person, here.person)
    place, session = passkeys.place_of(request), here.session.row_now()
    answer = request.POST.get("credential", "")
    if not answer:
        has = Passkey.objects.filter(person=person)
        asked = passkeys.ask_for_new(handle=person.uuid, name=person.name, place=place, session=session, beside=has)
        return JsonResponse(asked)
    try:
        key = passkeys.add(answer, by=person, place=place, session=session)
    except passkeys.NotTaken as why:
        return not_done(str(why))
    return kept(request, reverse("people:passkeys"), id=key.pk)


@working
@signed_in
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest, id: int) -> HttpResponseBase:
    """Call a passkey something else, or take it off."""
    person = cast(Person, cast(PersonRequest, request).person)
    key = get_object_or_404(Passkey, pk=id, person=person)
    form = PasskeyForm(posted(request), instance=key)
    if request.method == "POST" and form.is_valid():
        key.save(update_fields=["label"])
        return redirect("people:passkeys")
    is_last = means.of(person).only_this_passkey
    context = {"form": form, "key": key, "is_last": is_last}
    return render(request, "people/passkey.html", context, status=422 if form.errors else 200)


@working
@signed_in
@asked_again_if_possible
@require_http_methods(["POST"])
def remove(request: HttpRequest, id: int) -> HttpResponseBase:
    person = cast(Person, cast(PersonRequest, request).person)
    key = get_object_or_404(Passkey, pk=id, person=person)
    try:
        passkeys.remove(key, by=person)
    except passkeys.LastWayIn:
        context = {"form": PasskeyForm(instance=key), "key": key, "is_last": True}
        return render(request, "people/passkey.html", context, status=422)
    return redirect("people:passkeys")
