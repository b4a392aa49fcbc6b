"""Reading without a connection, on a device where somebody chose it: the worker, and its own page."""

from __future__ import annotations

import json
from pathlib import Path

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.people.doors import anyone, working

_SOURCE = Path(__file__).resolve().parent.parent / "without_a_connection.js"
# What every page needs, and a browser may take from its memory without asking anybody.
_FILES = ("web/snowdrop.css", "web/icon.svg", "web/fonts/newsreader.woff2", "web/fonts/newsreader-italic.woff2")


@working
@anyone
@require_http_methods(["GET"])
def page(request: HttpRequest) -> HttpResponseBase:
    """What a device shows for a page it does not keep: alike for everybody, in the reader's language."""
    return HttpResponse(render_to_string("people/without_a_connection.html"))


@working
@anyone
@csp({"default-src": [NONE], "connect-src": [SELF]})
@require_http_methods(["GET"])
def worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker. It stands at the root, because it answers for every page; it holds nothing of anybody's."""
    house = {
        "page": reverse("people:without_a_connection"),
        "onlyForStrangers": [reverse("front"), reverse("people:come_in")],
        "static": settings.STATIC_URL,
        "files": [static(name) for name in _FILES],
    }
    source = _SOURCE.read_text(encoding="utf-8")
    answer = HttpResponse(
        f"const HOUSE = {json.dumps(house)};\n{source}", content_type="text/javascript; charset=utf-8"
    )
    # Asked for anew each time it is looked for, so that no device runs one from before.
    answer["Cache-Control"] = "no-cache"
    return answer
