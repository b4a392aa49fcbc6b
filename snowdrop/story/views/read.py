"""The story, and one moment of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, Viewer, needs, reading
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head
from snowdrop.story import pages, writing
from snowdrop.story.models import Moment
from snowdrop.story.showing import shown
from snowdrop.web.answers import wants_json


@reading
@needs(Act.READ)
@may_be_found
@require_http_methods(["GET"])
def room(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    try:
        page = pages.page(viewer, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    except pages.NoSuchPlace:
        # Taken off the page since, or never there: the story is read from its beginning.
        return redirect(_address(viewer))
    context = head(viewer, "story")
    moments = shown(page.moments, viewer, as_suffix=context["as_suffix"])
    context |= {
        # One that carries only what this viewer may not see would be an empty place that asks why.
        "moments": [moment for moment in moments if moment.says_something],
        "earlier_url": _address(viewer, before=page.earlier) if page.earlier else "",
        "later_url": _address(viewer, after=page.later) if page.later else "",
        "may_add": viewer.offers(Act.ADD),
        "has_chosen": viewer.has_chosen,
    }
    return render(request, "story/room.html", context)


def _address(viewer: Viewer, **at: uuid.UUID) -> str:
    query: dict[str, Any] = dict(at)
    if viewer.reads_as is not None:
        query = {"as": viewer.reads_as.name.lower()} | query
    address = reverse("story:room", args=[viewer.memorial.slug])
    return f"{address}?{urlencode(query)}" if query else address


@reading
@needs(Act.READ)
@may_be_found
@require_http_methods(["GET"])
def moment(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    found = get_object_or_404(Moment.objects.visible_to(viewer), pk=id)
    if wants_json(request):
        return as_json(found, viewer)
    context = head(viewer, "story")
    before, after = pages.neighbours(viewer, found)
    context |= {
        "moment": shown([found], viewer, as_suffix=context["as_suffix"], alone=True)[0],
        "before": before,
        "after": after,
        "row": found,
        "may_change": Moment.objects.changeable_by(viewer).filter(pk=found.pk).exists(),
    }
    if viewer.may(Act.KEEP) and context["may_change"]:
        context |= {
            "may_move_up": writing.neighbour(found, later=False, by=viewer) is not None,
            "may_move_down": writing.neighbour(found, later=True, by=viewer) is not None,
        }
    return render(request, "story/moment.html", context)


def as_json(moment: Moment, viewer: Viewer) -> JsonResponse:
    name = "story:waiting" if moment.is_waiting else "story:moment"
    if not viewer.has_open(moment):
        to_look = reverse("memorials:closed", args=[viewer.memorial.slug, moment.pk])
        return JsonResponse({"id": str(moment.pk), "closed": True, "words": moment.cover_words, "url": to_look})
    return JsonResponse(
        {
            "id": str(moment.pk),
            "title": moment.title,
            "text": moment.text,
            "date": str(moment.date or ""),
            "url": reverse(name, args=[viewer.memorial.slug, moment.pk]),
        }
    )
