"""Saying something to many photographs at once, and what is to be seen in them, one after another."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.keepsakes import changing, pages, showing
from snowdrop.keepsakes.forms import ManyForm, SeenForm
from snowdrop.keepsakes.models import Photograph
from snowdrop.keepsakes.views.finding import changeable, changeable_among, ids_in
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept, not_kept


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def say_to_these(request: MemorialRequest) -> HttpResponseBase:
    """The same words, date and turn for what is posted as `ids`. The first post only asks."""
    viewer = request.viewer
    if not viewer.memorial.has_pictures:
        raise NotForYou
    room_url = reverse("keepsakes:room", args=[viewer.memorial.slug])
    things = changeable_among(viewer, request.POST.getlist("ids"))
    if not things:
        return redirect(room_url)
    form = ManyForm(request.POST if "do" in request.POST else None)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("caption", "people", "date")}
        turn, over = form.cleaned_data["turned"], form.cleaned_data["over"]
        changing.say_to_all(things, said, by=viewer, turn=turn, over=over)
        return kept(request, room_url, id=things[0].pk)
    context: dict[str, Any] = {**head(viewer, current="photographs"), "things": things, "back": room_url}
    if form.errors:
        return not_kept(request, "keepsakes/say_to_these.html", context, form)
    return render(request, "keepsakes/say_to_these.html", {**context, "form": form})


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def what_is_seen(request: MemorialRequest) -> HttpResponseBase:
    """One photograph that nobody described yet, and one question. Passing it by is kept nowhere."""
    viewer = request.viewer
    if not viewer.memorial.has_pictures:
        raise NotForYou
    slug = viewer.memorial.slug
    here = reverse("keepsakes:what_is_seen", args=[slug])
    form = SeenForm(request.POST or None)
    if request.method == "POST":
        (id,) = ids_in([request.POST.get("id", "")])
        row = changeable(viewer, id)
        if row.is_closed:
            raise NotForYou
        if form.is_valid():
            if form.cleaned_data["alt"]:
                changing.change(row, {"alt": form.cleaned_data["alt"]}, by=viewer)
            return kept(request, f"{here}?{urlencode({'after': row.order_key})}", id=row.pk)
        found = [row]
    else:
        # Of what is closed nothing is asked: it would stand here without its cover.
        silent = Photograph.objects.changeable_by(viewer).filter(alt="", is_closed=False)
        found = pages.page(silent, after=request.GET.get("after", ""), most=1).things
    context: dict[str, Any] = {**head(viewer, current="photographs"), "back": reverse("keepsakes:room", args=[slug])}
    for row in found:
        context["photograph"] = row
        context["picture"] = showing.picture(row, slug)
        context["next_url"] = f"{here}?{urlencode({'after': row.order_key})}"
    if form.errors:
        return not_kept(request, "keepsakes/what_is_seen.html", context, form)
    return render(request, "keepsakes/what_is_seen.html", {**context, "form": form})
