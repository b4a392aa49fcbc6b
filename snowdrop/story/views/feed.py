"""The feed: for everyone, where that was chosen, and for a member by an address of their own."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

import snowdrop
from snowdrop.keepsakes import serving
from snowdrop.memorials import feeds, glance
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, anyone, needs, working
from snowdrop.memorials.circles import Circle
from snowdrop.people.limited import limited
from snowdrop.story import feed as writing
from snowdrop.story.room import PARTS


@working
@needs(Act.READ)
@limited("opening links")
@require_http_methods(["GET"])
def feed(request: MemorialRequest) -> HttpResponseBase:
    """What everyone sees, whoever asks."""
    viewer = Viewer(request.viewer.memorial, None, Circle.PUBLIC)
    if not (viewer.is_everyone and viewer.memorial.has_feed):
        raise NotForYou
    return _answer(request, viewer, feed_url=request.build_absolute_uri(request.path))


@working
@anyone
@limited("opening links")
@require_http_methods(["GET"])
def by_token(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a member's circle sees. The address is their own, and nobody has to sign in for it."""
    followed = feeds.follow(token)
    with translation.override(followed.language or translation.get_language()):
        # The address is a secret, so it does not stand in the feed itself.
        return _answer(request, followed.viewer, feed_url=None)


def _answer(request: HttpRequest, viewer: Viewer, *, feed_url: str | None) -> HttpResponseBase:
    page_url = request.build_absolute_uri(reverse("memorials:page", args=[viewer.memorial.slug]))
    revisions = glance.revisions(viewer.memorial, PARTS)
    named = (page_url, feed_url, viewer.circle.name, translation.get_language(), snowdrop.__version__, revisions)
    etag = f'"{hashlib.sha256(repr(named).encode()).hexdigest()[:32]}"'
    if (unchanged := serving.unchanged(request, etag)) is not None:
        return unchanged
    made = writing.write(viewer, page_url=page_url, feed_url=feed_url, absolute=request.build_absolute_uri)
    answer = HttpResponse(made, content_type="application/atom+xml; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = serving.ASK_EACH_TIME
    return answer
