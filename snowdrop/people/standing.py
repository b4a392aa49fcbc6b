"""Who stands here: the person behind the request, for views and templates."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from snowdrop.people.models import Person
from snowdrop.people.sessions import SessionStore

# A browser forgets what it kept of whoever was signed in, and ends what keeps pages to read without a connection.
FORGET = '"cache", "storage"'


class PersonRequest(HttpRequest):
    """A request as our views get it."""

    person: Person | None  # nobody, while the device is with the children
    holder: Person | None  # whose device it is, also then
    session: SessionStore


def who_is_here(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        session = cast(SessionStore, request.session)
        session.agent = request.headers.get("User-Agent", "")
        # Whoever brings no cookie has no session to ask the database about.
        brought = bool(session.session_key)
        person = session.person if brought else None
        is_over = brought and session.row is None
        # Closing an account ends its sessions; one that began in that moment is nobody's all the same.
        holder = person if person and not person.closed_at else None
        children_at = session.row.children_at if brought and session.row else ""
        asks = bool(children_at) and request.path in _questions()
        request.holder = holder  # type: ignore[attr-defined]
        request.person = None if children_at and not asks else holder  # type: ignore[attr-defined]
        if children_at and not asks and not _is_for_children(request, children_at):
            response: HttpResponse = HttpResponseRedirect(children_at)
        else:
            response = get_response(request)
        went_to_children = not children_at and session.row is not None and bool(session.row.children_at)
        if is_over or went_to_children or _is_another(person, session):
            response["Clear-Site-Data"] = FORGET
        return response

    return middleware


@functools.cache
def _questions() -> frozenset[str]:
    """Where somebody shows that it is them."""
    return frozenset({reverse("people:prove"), reverse("people:prove_by_passkey")})


def _is_for_children(request: HttpRequest, at: str) -> bool:
    """Whether it only looks, at the one page that was opened to them. What of it shows is asked there."""
    return request.method in ("GET", "HEAD") and request.path.startswith(at)


def _is_another(person: Person | None, session: SessionStore) -> bool:
    """Whether whoever was signed in on this device is not any more: signed out, or somebody else came in."""
    return person is not None and (session.row is None or session.row.person_id != person.pk)


def for_templates(request: HttpRequest) -> dict[str, Any]:
    return {"person": getattr(request, "person", None)}
