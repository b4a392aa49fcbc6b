"""Who stands here: the person behind the request, for views and templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from snowdrop.people.models import Person
from snowdrop.people.sessions import SessionStore


class PersonRequest(HttpRequest):
    """A request as our views get it."""

    person: Person | None
    session: SessionStore


def who_is_here(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        session = cast(SessionStore, request.session)
        session.agent = request.headers.get("User-Agent", "")
        # Whoever brings no cookie has no session to ask the database about.
        person = session.person if session.session_key else None
        # Closing an account ends its sessions; one that began in that moment is nobody's all the same.
        request.person = person if person and not person.closed_at else None  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def for_templates(request: HttpRequest) -> dict[str, Any]:
    return {"person": getattr(request, "person", None)}
