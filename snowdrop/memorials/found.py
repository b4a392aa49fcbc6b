"""What search engines are told. Nothing may be listed that the keepers did not choose to have found."""

from __future__ import annotations

from functools import wraps
from typing import ParamSpec

from django.http import HttpResponseBase

from snowdrop.memorials.access import MemorialRequest, MemorialView, Viewer

P = ParamSpec("P")


# The words may be listed. No copy of the page is shown elsewhere, and pictures are found by nobody.
MAY_BE_LISTED = "noarchive, noimageindex, noai, noimageai"


def robots_for(viewer: Viewer) -> str:
    """Return what a page says to search engines; "" where it says what every page says, which is no."""
    return MAY_BE_LISTED if viewer.is_everyone and viewer.memorial.may_be_found else ""


def may_be_found(view: MemorialView[P]) -> MemorialView[P]:
    """Mark a page of words that search engines may list, where the keepers chose it. Stands beneath `needs`."""

    @wraps(view)
    def saying_so(request: MemorialRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if robots := robots_for(request.viewer):
            answer.headers["X-Robots-Tag"] = robots
        return answer

    return saying_so
