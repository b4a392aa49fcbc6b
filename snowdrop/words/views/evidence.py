"""What is kept as evidence: for whoever reads first, and for keepers who ask to see it."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept
from snowdrop.words import evidence as verbs
from snowdrop.words.models import Evidence, KindWord

AT_ONCE = 50


def _check(viewer: Viewer) -> None:
    if not (viewer.may(Act.READ_FIRST) or viewer.may(Act.KEEP)):
        raise NotForYou


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def evidence(request: MemorialRequest) -> HttpResponseBase:
    """Covered for a keeper until they press the button: `?read`."""
    viewer = request.viewer
    _check(viewer)
    rows = Evidence.objects.kept_for(viewer).order_by("-kept_at", "-pk")
    reads = viewer.may(Act.READ_FIRST) or "read" in request.GET
    found = list(rows.select_related("word")[:AT_ONCE]) if reads else []
    context = {**head(viewer), "reads": reads, "found": found, "there_are_some": bool(found) or rows.exists()}
    return render(request, "words/evidence.html", context | {"reads_first": viewer.may(Act.READ_FIRST)})


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def keep_evidence(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Keep these words as evidence, or no longer."""
    viewer = request.viewer
    _check(viewer)
    if request.POST.get("do") == "no_longer":
        verbs.no_longer(get_object_or_404(Evidence.objects.kept_for(viewer), word=id), by=viewer)
    else:
        verbs.keep(get_object_or_404(KindWord.objects.filter(memorial=viewer.memorial), pk=id), by=viewer)
    return kept(request, reverse("words:evidence", args=[viewer.memorial.slug]), id=id)


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def evidence_file(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """One plain text, to be given to the police as it is."""
    viewer = request.viewer
    _check(viewer)
    row = get_object_or_404(Evidence.objects.kept_for(viewer).select_related("word", "memorial"), word=id)
    page = request.build_absolute_uri(reverse("memorials:page", args=[viewer.memorial.slug]))
    answer = HttpResponse(verbs.as_text(row, page=page), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{str(row.word_id)[:8]}.txt"'
    answer["Cache-Control"] = "no-store"
    return answer
