"""Who of those who share a mail address has come."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.people import choosing
from snowdrop.people.doors import anyone, working
from snowdrop.people.forms import WhichForm
from snowdrop.people.models import Person
from snowdrop.people.sessions import SessionStore
from snowdrop.people.views.safe_next import safe_next
from snowdrop.web.answers import not_kept, posted


@working
@anyone
@require_http_methods(["GET", "POST"])
def which(request: HttpRequest) -> HttpResponseBase:
    store = cast(SessionStore, request.session)
    to = safe_next(request, reverse("front"))
    address = choosing.proven(store)
    if address is None:
        return redirect(f"{reverse('people:come_in')}?{urlencode({'next': to})}")
    form = WhichForm(Person.objects.with_address(address), posted(request))
    if request.method == "POST" and form.is_valid() and choosing.choose(form.cleaned_data["who"], store=store):
        return redirect(to)
    context = {"next": to, "address": address}
    if form.errors:
        return not_kept(request, "people/which.html", context, form)
    return render(request, "people/which.html", {**context, "form": form})
