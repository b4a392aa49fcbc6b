"""A sheet to print, and coming in by it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.people import means
from snowdrop.people import sheet as sheets
from snowdrop.people.doors import anyone, signed_in, working
from snowdrop.people.forms import SheetForm
from snowdrop.people.limited import limited
from snowdrop.people.models import Person
from snowdrop.people.proof import asked_again_if_possible
from snowdrop.people.standing import PersonRequest
from snowdrop.people.views.safe_next import safe_next
from snowdrop.web.answers import posted


@working
@signed_in
@asked_again_if_possible
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest) -> HttpResponseBase:
    person = cast(Person, cast(PersonRequest, request).person)
    if request.method != "POST":
        return render(request, "people/sheet.html", {"left": means.of(person).codes})
    # Shown once, on the answer itself: the codes stand in no address and in no session.
    address = request.build_absolute_uri(reverse("people:come_in_by_sheet"))
    context = {"codes": sheets.make(by=person), "address": address}
    return render(request, "people/sheet_made.html", context, status=201)


@working
@anyone
@limited("typing codes")
@require_http_methods(["GET", "POST"])
def come_in(request: HttpRequest) -> HttpResponseBase:
    here = cast(PersonRequest, request)
    to = safe_next(request, reverse("front"))
    if here.person is not None:
        return redirect(to)
    form = SheetForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            here.session.sign_in(sheets.use(form.cleaned_data["line"]))
            return redirect(to)
        except sheets.WrongSheetCode:
            form.is_wrong()
    return render(
        request, "people/come_in_by_sheet.html", {"form": form, "next": to}, status=422 if form.errors else 200
    )
