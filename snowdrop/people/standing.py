"""Who stands here: the person behind the request, for views and templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from snowdrop.people.models import Person
from snowdrop.people.sessions import SessionStore

# A browser forgets what it kept of whoever was signed in, and ends what keeps pages to read without a connection.
FORGET = '"cache", "storage"'


class PersonRequest(HttpRequest):
    """A request as our views get it."""

    person: Person | None
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
        request.person = person if person and not person.closed_at else None  # type: ignore[attr-defined]
        response = get_response(request)
        if is_over or _is_another(person, session):
            response["Clear-Site-Data"] = FORGET
        return response

    return middleware


def _is_another(person: Person | None, session: SessionStore) -> bool:
    """Whether whoever was signed in on this device is not any more: signed out, or somebody else came in."""
    return person is not None and (session.row is None or session.row.person_id != person.pk)


def for_templates(request: HttpRequest) -> dict[str, Any]:
    return {"person": getattr(request, "person", None)}
