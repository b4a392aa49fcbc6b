"""What everyone sees: all that was chosen for them, each with a way to take it back, and what else they may meet."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import composition as verbs
from snowdrop.memorials import kinds
from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.forms import CompositionForm
from snowdrop.memorials.head import head
from snowdrop.memorials.models import Memorial
from snowdrop.web.answers import kept, posted


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def composition(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    form = CompositionForm(posted(request), instance=Memorial.objects.get(pk=viewer.memorial.pk))
    if request.method == "POST" and form.is_valid():
        verbs.choose(by=viewer, **form.cleaned_data)
        return kept(request, reverse("memorials:composition", args=[viewer.memorial.slug]))
    context = {"parts": verbs.chosen(viewer), "is_public": viewer.memorial.audience == Circle.PUBLIC, "form": form}
    return render(request, "memorials/composition.html", head(viewer) | context)


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def leave_out(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    thing = kinds.changeable(id, viewer)
    verbs.leave_out(thing, by=viewer)
    return kept(request, reverse("memorials:composition", args=[viewer.memorial.slug]), id=thing.pk)
