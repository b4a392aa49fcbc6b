"""The room of recordings, and each recording on a page of its own. Nothing plays by itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from snowdrop.keepsakes import changing, jobs, pages, showing
from snowdrop.keepsakes.forms import RecordingForm
from snowdrop.keepsakes.models import Recording
from snowdrop.keepsakes.views.finding import changeable_recording, heard_or_own
from snowdrop.keepsakes.views.room import turning
from snowdrop.memorials.access import Act, MemorialRequest, needs, reading, working
from snowdrop.memorials.covering import look_first
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head
from snowdrop.storage import making
from snowdrop.web.answers import kept, not_kept, posted


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def room(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    slug = viewer.memorial.slug
    page = pages.page(
        Recording.objects.visible_to(viewer).while_pictures(viewer.memorial.has_pictures).met_by(viewer),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = head(viewer, current="recordings")
    suffix = context["as_suffix"]
    context |= {
        "recordings": [showing.recording(one, slug, suffix, is_open=viewer.leaves_open(one)) for one in page.things],
        **turning(reverse("keepsakes:recordings", args=[slug]), page, suffix),
        "may_add": viewer.offers(Act.ADD) and viewer.memorial.shows_pictures,
    }
    return render(request, "keepsakes/recordings.html", context)


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def recording(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    slug = viewer.memorial.slug
    row = heard_or_own(viewer, id)
    shown = Recording.objects.visible_to(viewer).while_pictures(viewer.memorial.has_pictures).met_by(viewer)
    before, after = pages.neighbours(shown, row)
    context = head(viewer, current="recordings")
    suffix = context["as_suffix"]
    is_open = viewer.leaves_open(row)  # who only looks has a page of its own for that
    context |= {
        "recording": row,
        "player": showing.recording(row, slug, suffix, is_open=is_open),
        "is_open": is_open,
        **(showing.spoken(row) if is_open else {}),
        "facts": showing.facts_of_recording(row, viewer) if is_open else [],
        "previous_url": _address(before, slug, suffix),
        "next_url": _address(after, slug, suffix),
        "room_url": reverse("keepsakes:recordings", args=[slug]) + suffix,
        "may_change": Recording.objects.changeable_by(viewer).filter(pk=row.pk).exists(),
    }
    return render(request, "keepsakes/recording.html", context)


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def change(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    row = changeable_recording(viewer, id)
    is_open = viewer.has_open(row)
    if request.method == "GET" and not is_open:
        return look_first(row, viewer)
    slug = viewer.memorial.slug
    initial = {name: getattr(row, name) for name in changing.SAID_OF_RECORDING}
    form = RecordingForm(viewer, row, posted(request), initial=initial)
    back = reverse("keepsakes:recording", args=[slug, row.pk])
    rests = row.is_film and not viewer.memorial.has_pictures
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            changing.change_recording(row, form.cleaned_data, by=viewer)
            changing.say_who_is_seen(row, form.seen(), by=viewer)
        return kept(request, reverse("memorials:page", args=[slug]) if rests else back, id=id)
    context: dict[str, Any] = {
        **head(viewer, current="recordings"),
        "recording": row,
        "player": None if rests else showing.recording(row, slug, is_open=is_open),
        "came_as": row.came_as if is_open else "",
        "back": back,
    }
    if form.errors:
        return not_kept(request, "keepsakes/change_recording.html", context, form)
    return render(request, "keepsakes/change_recording.html", {**context, "form": form})


@working
@needs(Act.ADD)
@require_POST
def try_again(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Have what could not be made ready tried once more. Does nothing to what plays."""
    row = changeable_recording(request.viewer, id)
    if row.could_not_be_made:
        with transaction.atomic():
            making.ask_again(row.original)
            jobs.say_how_it_stands(row.original)
            jobs.make_recording.enqueue(row.original_id)
    return kept(request, reverse("keepsakes:recording", args=[request.viewer.memorial.slug, row.pk]), id=row.pk)


def _address(row: Recording | None, slug: str, suffix: str) -> str:
    if row is None:
        return ""
    return reverse("keepsakes:recording", args=[slug, row.pk]) + suffix
