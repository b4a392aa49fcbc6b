"""The words on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.words import pages
from snowdrop.words.showing import shown


@working
@needs(Act.READ)
@require_http_methods(["GET"])
def paper(request: MemorialRequest) -> HttpResponseBase:
    """All that this reader sees, the oldest first as in a book; what is closed stays so on paper."""
    viewer = request.viewer
    here = reverse("words:print", args=[viewer.memorial.slug])
    reads_as: dict[str, Any] = {"as": viewer.reads_as.name.lower()} if viewer.reads_as is not None else {}
    try:
        sheet = pages.sheet(viewer, after=request.GET.get("after", ""))
    except pages.NoSuchPlace:
        return redirect(f"{here}?{urlencode(reads_as)}" if reads_as else here)
    context = {
        **head(viewer),
        "words": shown(sheet.words, viewer, alone=True),
        "next_url": f"{here}?{urlencode(reads_as | {'after': sheet.newer})}" if sheet.newer else "",
    }
    return render(request, "words/print.html", context)
