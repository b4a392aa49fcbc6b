"""With the children."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from snowdrop.memorials import children
from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.memorials.views.kept import chosen
from snowdrop.people import means
from snowdrop.people.models import Person
from snowdrop.people.views.safe_next import safe_next
from snowdrop.web.answers import kept


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def with_children(request: MemorialRequest) -> HttpResponseBase:
    """Give this device to the children, in one touch."""
    viewer = request.viewer
    slug = viewer.memorial.slug
    if request.method == "POST":
        children.give(request.session, by=viewer)
        return kept(request, reverse("memorials:page", args=[slug]))
    has = means.of(cast(Person, viewer.person))
    context = {**head(viewer), "ticked": children.ticked(viewer), "means": has}
    return render(request, "memorials/with_children.html", context)


@working
@needs(Act.KEEP)
@require_POST
def for_children(request: MemorialRequest) -> HttpResponseBase:
    """Tick the things posted as `ids` for the children, or take their ticks away."""
    viewer = request.viewer
    things = chosen(request)
    children.tick(things, yes=request.POST.get("do", "yes") != "no", by=viewer)
    page = reverse("memorials:with_children", args=[viewer.memorial.slug])
    if not things:
        return redirect(page)
    return kept(request, safe_next(request, page), id=things[0].pk)
