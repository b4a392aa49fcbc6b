"""Changing one photograph, and choosing several."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from snowdrop.keepsakes import changing, clips, covers, pages, showing
from snowdrop.keepsakes.forms import PhotographForm
from snowdrop.keepsakes.models import Photograph
from snowdrop.keepsakes.views.finding import changeable, shown_or_own
from snowdrop.keepsakes.views.room import turning
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, working
from snowdrop.memorials.covering import look_first
from snowdrop.memorials.head import head
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.room import DiskIsFull
from snowdrop.web.answers import kept, not_kept, posted


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def change(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    row = changeable(viewer, id)
    slug = viewer.memorial.slug
    is_open = viewer.has_open(row)
    if request.method == "GET" and not is_open:
        return look_first(row, viewer)
    if request.method == "POST" and request.POST.get("do") == "clip":
        return _keep_clip(request, row)
    initial = {name: getattr(row, name) for name in changing.SAID}
    form = PhotographForm(viewer, row, posted(request), initial=initial)
    back = reverse("keepsakes:photograph", args=[slug, row.pk])
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            changing.change(row, form.cleaned_data, by=viewer)
            changing.say_who_is_seen(row, form.seen(), by=viewer)
        return kept(request, back if viewer.memorial.has_pictures else reverse("memorials:page", args=[slug]), id=id)
    context: dict[str, Any] = {
        **head(viewer, current="photographs"),
        "photograph": row,
        "picture": showing.picture(row, slug, with_words=False, is_open=is_open),
        "came_as": row.came_as if is_open else "",
        "back": back,
        "has_clip": is_open and viewer.memorial.shows_pictures and clips.found(row) is not None,
    }
    if form.errors:
        return not_kept(request, "keepsakes/change.html", context, form)
    return render(request, "keepsakes/change.html", {**context, "form": form})


def _keep_clip(request: MemorialRequest, row: Photograph) -> HttpResponseBase:
    """Keep the clip in it as a film, and lead to where something is said to that one."""
    viewer = request.viewer
    if not viewer.has_open(row):
        return look_first(row, viewer)
    try:
        film = clips.keep(row, by=viewer).kept
    except (NotAPicture, CouldNotOpen, DiskIsFull) as why:
        context = {
            **head(viewer, current="photographs"),
            "sentence": why.sentence,
            "back": reverse("keepsakes:change", args=[viewer.memorial.slug, row.pk]),
        }
        return render(request, "keepsakes/no_clip.html", context, status=422)
    return kept(request, reverse("keepsakes:change_recording", args=[viewer.memorial.slug, film.pk]), id=film.pk)


@working
@needs(Act.KEEP)
@require_POST
def cover(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Put this photograph at the head of the page, or have none there."""
    viewer = request.viewer
    row = shown_or_own(viewer, id)
    if request.POST.get("do") == "none":
        covers.take_down(by=viewer)
    else:
        covers.choose(row, by=viewer)
    return kept(request, reverse("keepsakes:photograph", args=[viewer.memorial.slug, row.pk]), id=row.pk)


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def choose(request: MemorialRequest) -> HttpResponseBase:
    """Choose several: `memorials:who_many` opens them to others, `memorials:put_away_many` takes them off the page."""
    viewer = request.viewer
    if not viewer.memorial.has_pictures:
        raise NotForYou
    slug = viewer.memorial.slug
    page = pages.page(
        Photograph.objects.changeable_by(viewer),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        **head(viewer, current="photographs"),
        "things": [
            {
                "id": row.pk,
                "picture": showing.picture(row, slug, src_size=showing.SMALL),
                "audience": row.get_audience_display(),
            }
            for row in page.things
        ],
        **turning(reverse("keepsakes:choose", args=[slug]), page, ""),
        "room_url": reverse("keepsakes:room", args=[slug]),
        "album": _key(request.GET.get("album", "")),  # into which they are to go
    }
    return render(request, "keepsakes/choose.html", context)


def _key(said: str) -> str:
    try:
        return str(uuid.UUID(said))
    except ValueError:
        return ""
