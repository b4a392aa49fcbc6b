"""A moment that waits: its writer sees it, and the keepers read it before they let it show."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.keepsakes import showing as pictures
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.story import placing, writing
from snowdrop.story.models import Moment
from snowdrop.story.showing import closed, in_words
from snowdrop.story.views.read import as_json
from snowdrop.web.answers import kept, wants_json


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def waiting(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    own = Moment.objects.own_waiting(viewer).filter(pk=id)
    found = own.first() or Moment.objects.waiting_for(viewer).filter(pk=id).first()
    if found is None:
        # Shown since: whoever kept this address goes on to the moment itself.
        shown = get_object_or_404(Moment.objects.visible_to(viewer).select_related("memorial"), pk=id)
        return redirect(shown.get_absolute_url())
    if wants_json(request):
        return as_json(found, viewer)
    slug = viewer.memorial.slug
    # Photographs that came with it wait as it does, and are looked at with it.
    ids = list(found.placed.values_list("photograph", flat=True))
    seen = placing.placeable(ids, viewer) | Photograph.objects.waiting_for(viewer).among(ids)
    photographs = seen.filter(placed__moment=found).select_related("original")
    is_open = viewer.has_open(found)
    context = {
        **head(viewer),
        "moment": found,
        "closed": None if is_open else closed(found, viewer).closed,
        "date": in_words(found.date),
        "photographs": [pictures.picture(one, slug) for one in photographs.order_by("placed__order")]
        if viewer.memorial.has_pictures and is_open
        else [],
        "is_own": found.writer_id is not None and found.writer == viewer.person,
        "may_show": viewer.is_keeper,
    }
    return render(request, "story/waiting.html", context)


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def let_show(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Show it, with the photographs that came with it."""
    viewer = request.viewer
    moment = get_object_or_404(Moment.objects.waiting_for(viewer), pk=id)
    writing.let_show(moment, by=viewer)
    return kept(request, reverse("memorials:waiting", args=[viewer.memorial.slug]), id=moment.pk, sha=moment.digest)
