"""How a moment was written before: a list, one to read, and bringing one back."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.covering import look_first
from snowdrop.memorials.head import head
from snowdrop.story import versions as earlier
from snowdrop.story.models import Moment
from snowdrop.story.models.moment import beginning_of
from snowdrop.story.showing import in_words
from snowdrop.web.answers import kept
from snowdrop.web.markdown import to_html


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def versions(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    moment = get_object_or_404(Moment.objects.changeable_by(viewer).select_related("memorial"), pk=id)
    if not viewer.has_open(moment):
        return look_first(moment, viewer)
    listed = [
        {"version": one, "beginning": beginning_of(one.words.get("title", ""), one.words.get("text", ""))}
        for one in earlier.of(moment, viewer)[:200]
    ]
    return render(request, "story/versions.html", {**head(viewer), "moment": moment, "versions": listed})


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def version(request: MemorialRequest, id: uuid.UUID, version: int) -> HttpResponseBase:
    viewer = request.viewer
    moment = get_object_or_404(Moment.objects.changeable_by(viewer).select_related("memorial"), pk=id)
    if not viewer.has_open(moment):
        return look_first(moment, viewer)
    found = get_object_or_404(earlier.of(moment, viewer), pk=version)
    context = {
        **head(viewer),
        "moment": moment,
        "version": found,
        "title": found.words.get("title", ""),
        "date": in_words(earlier.date_of(found)),
        "html": to_html(found.words.get("text", "")),
    }
    return render(request, "story/version.html", context)


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def bring_back(request: MemorialRequest, id: uuid.UUID, version: int) -> HttpResponseBase:
    viewer = request.viewer
    moment = get_object_or_404(Moment.objects.changeable_by(viewer), pk=id)
    found = get_object_or_404(earlier.of(moment, viewer), pk=version)
    moment = earlier.bring_back(moment, found, by=viewer)
    return kept(request, moment.get_absolute_url(), id=moment.pk, sha=moment.digest)
