"""Pictures from a hospital: whether a name stands in one, and what of it is covered; and prints that fade."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.keepsakes import changing, showing
from snowdrop.keepsakes.forms import NamesForm
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.keepsakes.views.finding import from_hospital
from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.covering import look_first
from snowdrop.memorials.head import head
from snowdrop.storage import scans
from snowdrop.web.answers import kept, not_kept, posted


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def names_in_it(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Does a name stand in it? What is covered is covered in all that pages show; the original stays as it came."""
    viewer = request.viewer
    row = from_hospital(viewer, id)
    if not viewer.has_open(row):
        return look_first(row, viewer)
    slug = viewer.memorial.slug
    form = NamesForm(row, posted(request))
    if request.method == "POST" and form.is_valid():
        covered = scans.NOTHING if request.POST.get("do") == "nothing" else form.covered
        changing.cover(row, covered, by=viewer)
        return kept(request, reverse("keepsakes:names_in_it", args=[slug, row.pk]), id=row.pk)
    context: dict[str, Any] = {
        **head(viewer),
        "thing": row,
        "back": row.get_absolute_url(),
        "covers_something": bool(row.covered.strip("0")),
    }
    if isinstance(row, Photograph):
        context["picture"] = showing.picture(row, slug, with_words=False, is_open=True)
    elif isinstance(row, Recording):
        context["player"] = showing.recording(row, slug, is_open=True)
    if form.errors:
        return not_kept(request, "keepsakes/names_in_it.html", context, form)
    return render(request, "keepsakes/names_in_it.html", {**context, "form": form})


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def prints_that_fade(request: MemorialRequest) -> HttpResponseBase:
    """How to copy an ultrasound print on thermal paper, which goes pale within a few years."""
    return render(request, "keepsakes/prints_that_fade.html", head(request.viewer))
