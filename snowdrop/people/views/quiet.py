"""What may reach somebody, in which language and in which time."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.people import quiet as verbs
from snowdrop.people.doors import signed_in, working
from snowdrop.people.forms import QuietForm
from snowdrop.people.models import Person
from snowdrop.people.standing import PersonRequest
from snowdrop.web.answers import kept, not_kept, posted


@working
@signed_in
@require_http_methods(["GET", "POST"])
def quiet(request: HttpRequest) -> HttpResponseBase:
    person = cast(Person, cast(PersonRequest, request).person)
    form = QuietForm(posted(request), instance=person)
    if request.method == "POST" and form.is_valid():
        person.save(update_fields=form.Meta.fields)
        return kept(request, f"{reverse('people:quiet')}?kept=yes", id=person.pk)
    if form.errors:
        return not_kept(request, "people/quiet.html", {}, form)
    said = _("It is kept.") if request.GET.get("kept") == "yes" else ""
    return render(request, "people/quiet.html", {"form": form, "said": said})


@working
@signed_in
@require_http_methods(["POST"])
def write_nothing(request: HttpRequest) -> HttpResponseBase:
    """Nothing at all for now, in one touch."""
    person = cast(Person, cast(PersonRequest, request).person)
    verbs.write_nothing(by=person)
    return kept(request, reverse("people:quiet"), id=person.pk)


@working
@signed_in
@require_http_methods(["POST"])
def write_again(request: HttpRequest) -> HttpResponseBase:
    person = cast(Person, cast(PersonRequest, request).person)
    verbs.write_again(by=person)
    return kept(request, reverse("people:quiet"), id=person.pk)
