"""The room of photographs, and each photograph on a page of its own."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from snowdrop.keepsakes import leafing, pages, series, showing
from snowdrop.keepsakes.models import Cover, Photograph
from snowdrop.keepsakes.views.finding import shown_or_own, twins_of
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, reading
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head


def turning(address: str, page: pages.Page[Any], as_suffix: str) -> dict[str, str]:
    """Return the addresses of the page before and the page after, "" where there is none."""
    circle = [("as", as_suffix.removeprefix("?as="))] if as_suffix else []

    def link(name: str, key: str) -> str:
        return f"{address}?{urlencode([(name, key), *circle])}" if key else ""

    return {"previous_url": link("before", page.before), "next_url": link("after", page.after)}


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def room(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    if not viewer.memorial.has_pictures:
        raise NotForYou
    slug = viewer.memorial.slug
    page = pages.page(
        Photograph.objects.visible_to(viewer).met_by(viewer),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = head(viewer, current="photographs")
    suffix, largest = context["as_suffix"], showing.largest_for(viewer)
    context |= {
        "photographs": [
            showing.in_series(some, slug, suffix, largest=largest, is_open=viewer.leaves_open(some[0]))
            for some in series.fold(page.things)
        ],
        "albums": leafing.listed(viewer, suffix) if not page.before else [],
        **turning(reverse("keepsakes:room", args=[slug]), page, suffix),
        "may_add": viewer.offers(Act.ADD),
        "may_keep": viewer.may(Act.KEEP),
        "has_chosen": viewer.has_chosen,
    }
    return render(request, "keepsakes/room.html", context)


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def photograph(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    if not viewer.memorial.has_pictures:
        raise NotForYou
    slug = viewer.memorial.slug
    row = shown_or_own(viewer, id)
    before, after = pages.neighbours(Photograph.objects.visible_to(viewer).met_by(viewer), row)
    context = head(viewer, current="photographs")
    suffix = context["as_suffix"]
    may_change = Photograph.objects.changeable_by(viewer).filter(pk=row.pk).exists()
    is_open = viewer.leaves_open(row)  # who only looks has a page of its own for that
    twins = twins_of(row, viewer) if may_change and is_open else []
    context |= {
        "photograph": row,
        "picture": showing.picture(row, slug, suffix, largest=showing.largest_for(viewer), is_open=is_open),
        "facts": showing.facts(row, viewer) if is_open else [],
        "is_open": is_open,
        "previous_url": _address(before, slug, suffix),
        "next_url": _address(after, slug, suffix),
        "moving_url": reverse("keepsakes:moving", args=[slug, row.pk]) + suffix
        if row.original.moves and is_open
        else "",
        "room_url": reverse("keepsakes:room", args=[slug]) + suffix,
        "may_change": may_change,
        "twins": [{"url": _address(one, slug, ""), "title": one.title_for_lists} for one in twins],
        "may_keep": viewer.may(Act.KEEP),
        "is_cover": viewer.may(Act.KEEP) and Cover.objects.filter(photograph=row.pk).exists(),
    }
    return render(request, "keepsakes/photograph.html", context)


@reading
@needs(Act.READ)
@require_safe
def moving(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """The page on which a picture of many frames moves. Everywhere else it stands still."""
    viewer = request.viewer
    row = shown_or_own(viewer, id)
    if not viewer.memorial.has_pictures or not row.original.moves or not viewer.has_open(row):
        raise NotForYou
    context = head(viewer, current="photographs")
    suffix = context["as_suffix"]
    context |= {
        "photograph": row,
        "picture": showing.moving(row, viewer.memorial.slug, suffix),
        "still_url": _address(row, viewer.memorial.slug, suffix),
    }
    return render(request, "keepsakes/moving.html", context)


def _address(photograph: Photograph | None, slug: str, suffix: str) -> str:
    return reverse("keepsakes:photograph", args=[slug, photograph.pk]) + suffix if photograph else ""
