"""Things kept at home: a list of them, each on a page of its own, and writing one down."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from snowdrop.keepsakes import at_home, showing
from snowdrop.keepsakes.forms import KeptAtHomeForm
from snowdrop.keepsakes.models import KeptAtHome, Photograph
from snowdrop.keepsakes.views.finding import at_home_or_own
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, reading, working
from snowdrop.memorials.covering import look_first
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept, not_kept, posted

SHELF = 60  # photographs offered at once


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def room(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    context = head(viewer, current="at-home")
    suffix, slug = context["as_suffix"], viewer.memorial.slug
    context |= {
        "things": [
            {
                "title": thing.title_for_lists,
                "place": thing.place if viewer.leaves_open(thing) else "",
                "url": _address(thing, slug, suffix),
            }
            for thing in KeptAtHome.objects.visible_to(viewer).met_by(viewer).in_order()
        ],
        "may_add": viewer.offers(Act.ADD),
    }
    return render(request, "keepsakes/at_home_room.html", context)


def _address(thing: KeptAtHome, slug: str, suffix: str) -> str:
    return reverse("memorials:closed" if thing.is_closed else "keepsakes:at_home", args=[slug, thing.pk]) + suffix


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def thing(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    row = at_home_or_own(viewer, id)
    context = head(viewer, current="at-home")
    suffix, slug = context["as_suffix"], viewer.memorial.slug
    is_open = viewer.leaves_open(row)  # who only looks has a page of its own for that
    context |= {
        "thing": row,
        "is_open": is_open,
        "pictures": showing.of_it(row, viewer, suffix) if is_open else [],
        "cover": None if is_open else showing.cover_of(row, slug, suffix),
        "room_url": reverse("keepsakes:at_home_room", args=[slug]) + suffix,
        "may_change": KeptAtHome.objects.changeable_by(viewer).filter(pk=row.pk).exists(),
    }
    return render(request, "keepsakes/at_home.html", context)


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def add(request: MemorialRequest) -> HttpResponseBase:
    return _write(request, None)


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def change(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    row = KeptAtHome.objects.changeable_by(viewer).select_related("memorial").filter(pk=id).first()
    if row is None:
        raise NotForYou
    if request.method == "GET" and not viewer.has_open(row):
        return look_first(row, viewer)
    return _write(request, row)


def _write(request: MemorialRequest, row: KeptAtHome | None) -> HttpResponseBase:
    viewer, slug = request.viewer, request.viewer.memorial.slug
    there = list(row.shown_in.order_by("place", "pk").values_list("photograph", flat=True)) if row else []
    initial = {"what": row.what, "text": row.text, "place": row.place} if row else {}
    form = KeptAtHomeForm(viewer, posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in at_home.SAID}
        chosen = form.cleaned_data["pictures"]
        if row is None:
            kept_now = at_home.keep(said, by=viewer, pictures=list(chosen.in_order()))
        else:
            kept_now = at_home.change(row, said, by=viewer, pictures=list(chosen.in_order()))
        return kept(request, reverse("keepsakes:at_home", args=[slug, kept_now.pk]), id=kept_now.pk)
    context: dict[str, Any] = {
        **head(viewer, current="at-home"),
        "thing": row,
        "shelf": _shelf(viewer, there) if not (row and not viewer.has_open(row)) else [],
        "back": reverse("keepsakes:at_home", args=[slug, row.pk]) if row else reverse("memorials:page", args=[slug]),
    }
    if form.errors:
        return not_kept(request, "keepsakes/write_at_home.html", context, form)
    return render(request, "keepsakes/write_at_home.html", {**context, "form": form})


def _shelf(viewer: Viewer, there: list[uuid.UUID]) -> list[dict[str, Any]]:
    """Photographs to choose from: those that show it already, then the latest."""
    if not viewer.memorial.has_pictures:
        return []
    seen = Photograph.objects.visible_to(viewer)
    shown = list(seen.among(there).select_related("original").in_order())
    others = list(seen.exclude(pk__in=there).select_related("original").order_by("-written_at", "-pk")[:SHELF])
    slug = viewer.memorial.slug
    return [
        {
            "id": one.pk,
            "picture": showing.picture(one, slug, with_words=False, src_size=showing.SMALL),
            "is_chosen": one.pk in there,
        }
        for one in [*shown, *others]
    ]
