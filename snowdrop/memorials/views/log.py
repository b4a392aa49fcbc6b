"""The keepers' log."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import log as keepers_log
from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def log(request: MemorialRequest) -> HttpResponseBase:
    before = request.GET.get("before", "")
    page = keepers_log.page(request.viewer, before=before)
    here = reverse("memorials:log", args=[request.viewer.memorial.slug])
    context = {
        "entries": page.entries,
        "earlier_url": f"{here}?{urlencode({'before': page.before})}" if page.before else "",
        "newest_url": here if before else "",
    }
    return render(request, "memorials/log.html", head(request.viewer) | context)
