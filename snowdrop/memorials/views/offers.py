"""What friends and family offer, as those who look after the page meet it: a plain line, until they choose to look."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import kinds, veil
from snowdrop.memorials import offers as verbs
from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept

AT_ONCE = 50  # of each kind


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def waiting(request: MemorialRequest) -> HttpResponseBase:
    """Nothing of what was offered is on this page. "Look" leads to it."""
    viewer = request.viewer
    things = [
        thing
        for kind in kinds.all_kinds()
        for thing in kind._default_manager.waiting_for(viewer)
        .select_related("writer", "memorial")
        .order_by("offered_at")[:AT_ONCE]
    ]
    context = {
        **head(viewer),
        "things": [{"thing": thing, "line": verbs.line(thing)} for thing in things],
        "somebody_looks_first": bool(things) and bool(veil.companions(viewer)),
    }
    return render(request, "memorials/waiting.html", context)


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def not_shown(request: MemorialRequest) -> HttpResponseBase:
    """What keepers did not let show, each by its line alone."""
    viewer = request.viewer
    things = [
        thing
        for kind in kinds.all_kinds()
        for thing in kind._default_manager.set_aside_for(viewer)
        .select_related("writer", "memorial")
        .order_by("-offered_at")[:AT_ONCE]
    ]
    lines = [{"thing": thing, "line": verbs.line(thing)} for thing in things]
    return render(request, "memorials/not_shown.html", {**head(viewer), "things": lines})


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def set_aside(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Do not show it. Whoever offered it is not told."""
    viewer = request.viewer
    thing = kinds.waiting(id, viewer)
    verbs.set_aside(thing, by=viewer)
    return kept(request, reverse("memorials:waiting", args=[viewer.memorial.slug]), id=thing.pk)


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def let_wait(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    thing = kinds.set_aside(id, viewer)
    verbs.let_wait(thing, by=viewer)
    return kept(request, reverse("memorials:waiting", args=[viewer.memorial.slug]), id=thing.pk)
