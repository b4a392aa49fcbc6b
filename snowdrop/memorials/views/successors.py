"""People named to keep a page after those who keep it now: named by its keepers, and what they themselves see."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import inviting, pausing
from snowdrop.memorials import successors as verbs
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, anyone, needs, signed_in, working
from snowdrop.memorials.forms import SuccessorForm
from snowdrop.memorials.head import head
from snowdrop.memorials.models import Successor
from snowdrop.memorials.views.keepers import front, paused, refused
from snowdrop.people.forms import HostForm
from snowdrop.people.limited import limited
from snowdrop.people.models import Person
from snowdrop.people.proof import asked_again
from snowdrop.people.standing import PersonRequest
from snowdrop.web.answers import kept, not_kept, posted, wants_json


def _named(viewer: Viewer) -> dict[str, Any]:
    rows = Successor.objects.named().filter(memorial=viewer.memorial).select_related("person").order_by("named_at")
    return {**head(viewer), "named": rows}


@working
@needs(Act.KEEP)
@asked_again
@require_http_methods(["GET", "POST"])
def successors(request: MemorialRequest) -> HttpResponseBase:
    """Who is named, and naming another: somebody who is here, or somebody who comes by a link."""
    viewer = request.viewer
    form = SuccessorForm(viewer, posted(request))
    if request.method != "POST":
        return render(request, "memorials/successors.html", {**_named(viewer), "form": form})
    if not form.is_valid():
        return not_kept(request, "memorials/successors.html", _named(viewer), form)
    waits = form.cleaned_data["waits"]
    here = reverse("memorials:successors", args=[viewer.memorial.slug])
    if (member := form.cleaned_data["member"]) is not None:
        return kept(request, here, id=verbs.name(member, by=viewer, waits=waits).pk)
    row, token = verbs.name_by_link(form.cleaned_data["called"], by=viewer, waits=waits)
    link = request.build_absolute_uri(reverse("memorials:succeed", args=[token]))
    if wants_json(request):
        return kept(request, link, id=row.pk)
    context = {**head(viewer), "link": link, "row": row, "until": row.named_at + verbs.LINK_LASTS}
    # Shown once, on the answer itself: a token stands in no address of ours and in no session.
    return render(request, "memorials/successor_link.html", context, status=201)


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def take_back_successor(request: MemorialRequest, id: int) -> HttpResponseBase:
    row = get_object_or_404(Successor, pk=id, memorial=request.viewer.memorial)
    verbs.take_back(row, by=request.viewer)
    return kept(request, reverse("memorials:successors", args=[request.viewer.memorial.slug]), id=row.pk)


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def refuse_successor(request: MemorialRequest, id: int) -> HttpResponseBase:
    row = get_object_or_404(Successor, pk=id, memorial=request.viewer.memorial)
    verbs.refuse(row, by=request.viewer)
    return kept(request, reverse("memorials:keepers", args=[request.viewer.memorial.slug]), id=row.pk)


@working
@anyone
@limited("opening links")
@require_http_methods(["GET", "POST"])
def succeed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Who names whom, and what it means; a button to say yes. Looking uses nothing up."""
    found = verbs.find(token)
    if found is None:
        return render(request, "memorials/link_is_over.html", status=410)
    person = cast(PersonRequest, request).person
    form = HostForm(posted(request), initial={"name": found.called})
    if request.method == "POST" and form.is_valid():
        try:
            row = verbs.accept(token, person=person, name=form.cleaned_data["name"])
        except inviting.LinkIsOver:
            return render(request, "memorials/link_is_over.html", status=410)
        if person is None:
            request.session.sign_in(row.person)  # type: ignore[attr-defined]
        return redirect("memorials:after", row.pk)
    context = {"row": found, "form": form}
    return render(request, "memorials/succeed.html", context, status=422 if form.errors else 200)


@working
@signed_in
@require_http_methods(["GET", "POST"])
def after(request: HttpRequest, id: int) -> HttpResponseBase:
    """What somebody who was named sees of it: asking to look after the page, or laying it down."""
    person = cast(Person, cast(PersonRequest, request).person)
    row = verbs.of(person).filter(pk=id).select_related("named_by", "memorial").first()
    if row is None:
        raise NotForYou
    context = {"row": row, "paused": paused(row.memorial)}
    if request.method != "POST":
        return render(request, "memorials/after.html", context)
    if request.POST.get("do") == "lay_down":
        verbs.lay_down(row, by=person)
        return kept(request, reverse("memorials:mine"), id=row.pk)
    try:
        verbs.ask(row, by=person, address=front(request))
    except pausing.IsPaused as why:
        return refused(request, "memorials/after.html", context, why)
    return kept(request, reverse("memorials:after", args=[row.pk]), id=row.pk)
