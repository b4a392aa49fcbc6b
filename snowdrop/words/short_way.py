"""A shorter way through Django for words that strangers and guests leave: in a surge, nearly everything that comes.

What the whole way asks of a request is asked here too, by the same code: the middlewares but for those about whoever
is signed in, the check of the form's token, and the view itself, with its form, its stamp, its spam checks and its
verb. Shorter is how it learns who stands there: one statement, compiled once, where the whole way asks four times.
Whatever is out of the ordinary, and every answer but "kept", is left to the whole way.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.module_loading import import_string

from snowdrop.memorials import glance
from snowdrop.memorials.access import Act, MemorialRequest, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.glance import KEY, MEMORIAL, NOW, Compiled
from snowdrop.memorials.models import GuestLink, GuestPass, Memorial
from snowdrop.people import tokens
from snowdrop.people.models import Session
from snowdrop.words.models import Book
from snowdrop.words.views import leave

_ADDRESS = re.compile(r"/m/([-\w]+)/words/leave/", re.ASCII)
_FORM = "application/x-www-form-urlencoded"
# About whoever is signed in, or about other requests than this one. What is new in the settings stands on both ways.
_LEFT_OUT = frozenset(
    {
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "snowdrop.host.refusals.Refusals",
        "snowdrop.web.middleware.head_like_get",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "snowdrop.people.standing.who_is_here",
        "django.middleware.csrf.CsrfViewMiddleware",  # stands in the handler below, which asks it itself
    }
)
_view: Callable[[HttpRequest], HttpResponse] = inspect.unwrap(leave.leave)


class _WholeWay(Exception):
    """Django is asked as for any other request. It carries no reason: that is found there."""


class Handler(WSGIHandler):
    """Django's own handler, with the shorter way before it."""

    def __init__(self) -> None:
        super().__init__()
        self._token = CsrfViewMiddleware(_left)
        self._memorials: dict[str, int] = {}  # by slug: neither ever changes
        chain: Callable[[HttpRequest], HttpResponse] = self._leave
        for name in reversed(settings.MIDDLEWARE):
            if name not in _LEFT_OUT:
                chain = import_string(name)(chain)
        self._chain = chain

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        if _may_be_short(request):
            try:
                response = self._chain(request)
            except (_WholeWay, SuspiciousOperation):  # such as a request to another house: it is refused there
                pass
            except Exception:
                # Nothing was acknowledged, and what was written is found by its stamp. Whether the connection still
                # stands is looked at: it was asked past Django.
                connection.errors_occurred = True
                connection.close_if_unusable_or_obsolete()
            else:
                response._resource_closers.append(request.close)  # type: ignore[attr-defined]
                return response
        return super().get_response(request)

    def _leave(self, request: HttpRequest) -> HttpResponse:
        found = _ADDRESS.fullmatch(request.path_info)
        assert found is not None
        viewer = self._stand(found[1], request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
        here = cast(MemorialRequest, request)
        here.viewer, here.person, here.holder = viewer, None, None
        self._token.process_request(request)
        if self._token.process_view(request, _view, (), {}) is not None or not viewer.may(Act.LEAVE_WORDS):
            raise _WholeWay
        response = _view(request)
        if response.status_code != 201:
            raise _WholeWay
        return cast(HttpResponse, self._token.process_response(request, response))

    def _stand(self, slug: str, key: str) -> Viewer:
        connection.ensure_connection()
        raw = connection.connection
        memorial = self._memorials.get(slug)
        if memorial is None:
            memorial = glance.memorial_with(slug, raw)
            if memorial is None:
                raise _WholeWay
            if len(self._memorials) > 20_000:
                self._memorials.clear()
            self._memorials[slug] = memorial
        row = (_guests() if key else _strangers()).ask(raw, memorial, tokens.digest(key), timezone.now())
        if row is None:
            raise _WholeWay
        audience, words_from, listed, link, session, seen_on = (*row, None, None, None)[:6]
        if key and (link is None or str(seen_on) != str(timezone.now().date())):
            raise _WholeWay  # the first visit of a day is written down
        here = Memorial.from_db("default", _COLUMNS, (memorial, slug, audience, words_from))
        here._state.fields_cache["book"] = Book(memorial=here, listed=listed or "")
        if not key:
            return Viewer(here, None, Circle.PUBLIC)
        guest = GuestLink.from_db("default", ("id", "memorial_id"), (link, memorial))
        return Viewer(here, None, Circle.LINK, guest=guest, session=session)


_COLUMNS = ("id", "slug", "audience", "words_from")


def _left(_request: HttpRequest) -> HttpResponse:
    raise _WholeWay  # the check of the token is asked in parts, and never for an answer of its own


def _may_be_short(request: HttpRequest) -> bool:
    return (
        request.method == "POST"
        and _ADDRESS.fullmatch(request.path_info) is not None
        and request.META.get("CONTENT_TYPE", "").partition(";")[0].strip() == _FORM
        and not request.META.get("QUERY_STRING")
    )


# -- how somebody stands, in one statement --------------------------------------------------------------


@functools.cache
def _strangers() -> Compiled:
    """Of whoever brings no session: how far the memorial is open."""
    listed = Subquery(Book.objects.filter(memorial=OuterRef("pk")).values("listed"))
    return Compiled(Memorial.objects.filter(pk=MEMORIAL).values_list("audience", "words_from", listed))


@functools.cache
def _guests() -> Compiled:
    """Of a browser in which nobody is signed in: what `access.stand` asks, and which link it came by."""
    link = GuestLink.objects.open(NOW).filter(memorial=MEMORIAL)
    passes = GuestPass.objects.filter(session=OuterRef("pk"), link__in=link).order_by("pk")
    here = Memorial.objects.filter(pk=MEMORIAL)
    columns: dict[str, Any] = {
        "audience": Subquery(here.values("audience")),
        "words_from": Subquery(here.values("words_from")),
        "listed": Subquery(Book.objects.filter(memorial=MEMORIAL).values("listed")),
        "link": Subquery(passes.values("link")[:1]),
    }
    found = Session.objects.filter(key_hash=KEY, expires_at__gt=NOW, children_at="", person=None).annotate(**columns)
    return Compiled(found.values_list(*columns, "pk", "seen_on"))
