"""Who may open a view that belongs to no memorial. Inside a memorial, `memorials.access` decides."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from snowdrop.people.standing import PersonRequest

View = Callable[..., HttpResponseBase]

# Says of a reading page whose it is: alike for everyone in a circle, or with something of this visitor's own. A
# request that says "alike" asks for the first where it would get the second: what a device keeps is never one's own.
READING_PAGE = "Reading-Page"
ALIKE, OWN = "alike", "own"


class NotForYou(Http404):
    """What one may not see or do answers like what is not there."""


def anyone(view: View) -> View:
    """Open a view of the house to everybody: it shows nothing of any memorial."""
    view.needs = "anyone"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Open a view to whoever is signed in; others are asked to come in first."""

    @wraps(view)
    def at_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if cast(PersonRequest, request).person is None:
            # Back to a page that can be looked at: what was only posted to answers no GET.
            query = f"?{urlencode({'next': request.path})}" if request.method == "GET" else ""
            return HttpResponseRedirect(reverse("people:come_in") + query)
        return view(request, *args, **kwargs)

    at_the_door.needs = "signed in"  # type: ignore[attr-defined]
    return at_the_door


def host_only(view: View) -> View:
    """Open a view to hosts; to everyone else it is not there."""

    @wraps(view)
    def at_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = cast(PersonRequest, request).person
        if person is None or not person.is_host:
            raise NotForYou
        return view(request, *args, **kwargs)

    at_the_door.needs = "host"  # type: ignore[attr-defined]
    return at_the_door


def reading(view: View) -> View:
    """Mark a page that everyone in a circle sees alike, but for what this visitor has of their own on it."""

    @wraps(view)
    def to_read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response[READING_PAGE] = OWN
        return response

    to_read.kind = "reading"  # type: ignore[attr-defined]
    return to_read


def working(view: View) -> View:
    """Mark a page on which one person acts or sees something of their own."""
    view.kind = "working"  # type: ignore[attr-defined]
    return view
