"""The page that asks once more whether it is you."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from snowdrop.config.limits import TooMany
from snowdrop.people import codes, means, proof
from snowdrop.people import sheet as sheets
from snowdrop.people.coming import many_codes, send_code
from snowdrop.people.doors import signed_in, working
from snowdrop.people.forms import CodeForm, SheetForm
from snowdrop.people.limited import limited, network_here
from snowdrop.people.models import Person
from snowdrop.people.standing import PersonRequest
from snowdrop.people.views.safe_next import safe_next

_SENT = "proof_sent"


@working
@signed_in
@limited("typing codes")
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponseBase:
    """By a code to one's address, by a line of one's sheet, or by a button where there is neither."""
    here = cast(PersonRequest, request)
    person, session = cast(Person, here.person), here.session.row_now()
    to = safe_next(request, reverse("front"))
    if proof.is_recent(session, timezone.now()):
        return redirect(to)
    has = means.of(person)
    way = request.POST.get("way", "")
    code = CodeForm(request.POST if way == "code" else None)
    line = SheetForm(request.POST if way == "sheet" else None)
    why_not = ""
    is_shown = sent_again = False
    if way == "send" and person.email:
        try:
            why_not = send_code(person.email, session=session, network=network_here(request))
        except TooMany as many:
            why_not = many_codes(many)
        sent_again = not why_not and here.session.get(_SENT, False)
        here.session[_SENT] = not why_not
    elif way == "code" and code.is_valid():
        is_shown = _is_their_code(code, person, here)
    elif way == "sheet" and line.is_valid():
        is_shown = _is_their_line(line, person)
    elif way == "none":
        is_shown = not has
    if is_shown:
        here.session.pop(_SENT, None)
        here.session.prove()
        return redirect(to)
    context = {
        "means": has,
        "address": proof.veiled_address(person.email) if person.email else "",
        "sent": here.session.get(_SENT, False),
        "sent_again": sent_again,
        "code": code,
        "line": line,
        "why_not": why_not,
        "next": to,
    }
    failed = request.method == "POST" and (way != "send" or bool(why_not))
    return render(request, "people/prove.html", context, status=422 if failed else 200)


def _is_their_code(form: CodeForm, person: Person, here: PersonRequest) -> bool:
    try:
        # A code that went to another address (a new one, not taken yet) proves nothing here.
        if codes.proven(form.cleaned_data["code"], session=here.session.row_now()) == person.email:
            return True
    except codes.WrongCode:
        pass
    form.is_wrong()
    return False


def _is_their_line(form: SheetForm, person: Person) -> bool:
    try:
        sheets.use(form.cleaned_data["line"], by=person)
        return True
    except sheets.WrongSheetCode:
        form.is_wrong()
        return False
