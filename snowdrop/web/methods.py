"""Methods besides those of pages and forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]

# Among a request's variables: its body broke off, and this is what came of it. No header can write this name.
CUT_OFF = "snowdrop.cut_off"
OF_PAGES = ("GET", "HEAD", "POST")


def answers(*methods: str) -> Callable[[View], View]:
    """Have a view asked by these methods and by no other. For one that speaks a protocol, not for a page."""

    def decorate(view: View) -> View:
        only = require_http_methods(list(methods))(view)
        only.methods = methods  # type: ignore[attr-defined]
        return only

    return decorate


def answered_by(view: Any) -> tuple[str, ...]:
    return getattr(view, "methods", OF_PAGES)
