"""Choosing several moments, to open them to others or to take them off the page."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.story import pages
from snowdrop.story.models import Moment
from snowdrop.story.showing import in_words

PAGE = 100  # lines


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def several(request: MemorialRequest) -> HttpResponseBase:
    """A line for each moment of the story that one may change, in its order, with a tick and with who sees it.

    `memorials:who_many` opens what is chosen to others, `memorials:put_away_many` takes it off the page.
    """
    viewer = request.viewer
    here = reverse("story:several", args=[viewer.memorial.slug])
    own = Moment.objects.changeable_by(viewer).filter(shown_at__isnull=False)
    try:
        page = pages.page_of(own, after=request.GET.get("after", ""), before=request.GET.get("before", ""), most=PAGE)
    except pages.NoSuchPlace:
        return redirect(here)
    # The beginning of a text stands for one without a title; only where that is so are texts read at all.
    texts = dict(
        own.filter(pk__in=[m.pk for m in page.moments if not m.title and not m.is_closed]).values_list("pk", "text")
    )
    things: list[dict[str, Any]] = []
    for moment in page.moments:
        moment.memorial = viewer.memorial
        moment.text = texts.get(moment.pk, "")
        things.append(
            {
                "id": moment.pk,
                "title": moment.title_for_lists,
                "date": "" if moment.is_closed else in_words(moment.date),
                "audience": moment.seen_by,
            }
        )
    context = {
        **head(viewer, "story"),
        "things": things,
        "previous_url": _address(here, before=page.earlier),
        "next_url": _address(here, after=page.later),
        "room_url": reverse("story:room", args=[viewer.memorial.slug]),
    }
    return render(request, "story/several.html", context)


def _address(here: str, **at: uuid.UUID | None) -> str:
    ((name, place),) = at.items()
    return f"{here}?{urlencode({name: str(place)})}" if place else ""
