"""May I come in? The question, and what a keeper does with it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import knocking
from snowdrop.memorials.access import Act, MemorialRequest, needs, signed_in, working
from snowdrop.memorials.forms import KnockForm, LetInForm
from snowdrop.memorials.head import head
from snowdrop.memorials.models import Knock
from snowdrop.people.limited import limited
from snowdrop.people.models import Person
from snowdrop.people.standing import PersonRequest
from snowdrop.web.answers import kept, not_kept, posted


@working
@signed_in
@limited("knocks of a network")
@limited("knocks of a person")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponseBase:
    """The answer is the same whatever there is at the address, and whoever asks."""
    person = cast(Person, cast(PersonRequest, request).person)
    form = KnockForm(posted(request))
    if request.method == "POST" and form.is_valid():
        knocking.knock(form.cleaned_data["where"], form.cleaned_data["says"], by=person)
        return kept(request, f"{reverse('memorials:ask')}?asked=yes")
    if form.errors:
        return not_kept(request, "memorials/ask.html", {}, form)
    return render(request, "memorials/ask.html", {"form": form, "asked": request.GET.get("asked") == "yes"})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def let_in(request: MemorialRequest, id: int) -> HttpResponseBase:
    """What somebody wrote who asks; how close they would stand, and a button."""
    viewer = request.viewer
    row = get_object_or_404(Knock.objects.at(viewer.memorial), pk=id)
    form = LetInForm(posted(request))
    if request.method == "POST" and form.is_valid():
        knocking.let_in(row, form.cleaned_data["circle"], by=viewer)
        return kept(request, reverse("memorials:people", args=[viewer.memorial.slug]), id=row.pk)
    context = {**head(viewer), "knock": row}
    if form.errors:
        return not_kept(request, "memorials/let_in.html", context, form)
    return render(request, "memorials/let_in.html", {**context, "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def not_now(request: MemorialRequest, id: int) -> HttpResponseBase:
    row = get_object_or_404(Knock.objects.at(request.viewer.memorial), pk=id)
    knocking.not_now(row, by=request.viewer)
    return kept(request, reverse("memorials:people", args=[request.viewer.memorial.slug]), id=row.pk)
