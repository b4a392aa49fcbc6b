"""Where a person wanted to go."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Return where the person wanted to go, if that is a path of this house."""
    wished = request.POST.get("next") or request.GET.get("next") or ""
    here = wished.startswith("/") and url_has_allowed_host_and_scheme(wished, allowed_hosts=None)
    return wished if here else otherwise
