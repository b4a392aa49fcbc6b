"""Finding something again by its words."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.config import limits
from snowdrop.finding.asking import LONGEST
from snowdrop.memorials import finding
from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.people.limited import network_here


@working
@needs(Act.READ)
@require_http_methods(["GET"])
def find(request: MemorialRequest) -> HttpResponseBase:
    """Never kept ready, by nobody: what somebody looks for is theirs."""
    viewer = request.viewer
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST].strip()
    if text and request.person is None:
        limits.take("finding", network_here(request))
    page = finding.find(text, viewer, after=request.GET.get("after", ""))
    query: dict[str, Any] = {"as": viewer.reads_as.name.lower()} if viewer.reads_as is not None else {}
    query |= {"q": text, "after": page.after}
    address = reverse("memorials:find", args=[viewer.memorial.slug])
    context = head(viewer) | {
        "text": text,
        "sections": page.sections,
        "among": page.among,
        "next_url": f"{address}?{urlencode(query)}" if page.after else "",
    }
    return render(request, "memorials/find.html", context)
