"""A few words today, in the order in which they were let in, with one's own place kept."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept
from snowdrop.words import pace
from snowdrop.words.showing import shown


@working
@needs(Act.READ)
@require_http_methods(["GET", "POST"])
def few(request: MemorialRequest) -> HttpResponseBase:
    """Nothing shows and no place moves before the button is pressed. `?again` shows those of the last time."""
    viewer, now = request.viewer, timezone.now()
    if viewer.person is None:
        raise NotForYou
    if request.method == "POST":
        pace.go_on(behind=_behind(request), by=viewer, at=now)
        return kept(request, reverse("words:few", args=[viewer.memorial.slug]))
    found = pace.few(viewer, at=now)
    shows = found.is_today or "again" in request.GET
    context = {
        **head(viewer),
        "few": found,
        "words": shown(found.words, viewer) if shows else [],
        "shows": shows,
        "may_read_again": bool(found.words) and not shows,
    }
    return render(request, "words/few.html", context)


def _behind(request: MemorialRequest) -> uuid.UUID | None:
    said = request.POST.get("behind", "")
    try:
        return uuid.UUID(said) if said else None
    except ValueError as error:
        raise NotForYou from error
