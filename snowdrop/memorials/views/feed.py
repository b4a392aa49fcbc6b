"""A member's own address for a feed reader: whether there is one, making it, ending it."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import feeds
from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept, wants_json


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def feed(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    if request.method == "GET":
        return render(request, "memorials/feed.html", head(viewer) | {"feed": feeds.of(viewer)})
    made, token = feeds.make(by=viewer)
    address = request.build_absolute_uri(reverse("feed_by_token", args=[token]))
    if wants_json(request):
        return kept(request, address, id=made.pk)
    # Shown once, on the answer itself: a token stands in no address of ours and in no session.
    return render(request, "memorials/feed.html", head(viewer) | {"feed": made, "address": address}, status=201)


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def end_feed(request: MemorialRequest) -> HttpResponseBase:
    feeds.end(by=request.viewer)
    return kept(request, reverse("memorials:feed", args=[request.viewer.memorial.slug]))
