"""Making a page for everyone in a circle, through Django and its one door, as a browser that brought nothing."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from snowdrop.config.snapshots import one_state
from snowdrop.keepsakes.serving import ForNow
from snowdrop.memorials import glance
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Memorial
from snowdrop.people.doors import ALIKE, READING_PAGE
from snowdrop.reading import baked
from snowdrop.reading.addresses import Address
from snowdrop.reading.baked import Baked, Headers
from snowdrop.reading.keys import key_of

log = logging.getLogger(__name__)

Respond = Callable[[Any], HttpResponseBase]

# Said anew for each answer, or by the server.
_DIFFER = frozenset(
    {"content-length", "etag", "set-cookie", "vary", "date", "cache-control", "accept-ranges", READING_PAGE.lower()}
)
# The browser keeps the page and asks at each use whether it is still allowed and still true.
_ALWAYS: Headers = [
    ("Cache-Control", "private, no-cache"),
    ("Vary", "Accept-Encoding, Accept-Language, Cookie"),
    (READING_PAGE, ALIKE),
]


def bake(respond: Respond, address: Address, circle: Circle, language: str) -> tuple[str, Baked] | None:
    """Return the page and the key it has, or None where there is none. A picture has the language "".

    The revisions are read first in the transaction in which the page is made, so the key is true of its bytes.
    """
    request = _request(address, circle, language)
    with one_state():
        memorial = Memorial.objects.filter(slug=address.slug).first()
        if memorial is None or memorial.audience > circle:
            return None
        key = key_of(address, circle, language, glance.revisions(memorial, address.parts))
        response = respond(request)
        page = _page(response) if _is_for_everyone(request, response) else None
    return (key, page) if page is not None else None


def _request(address: Address, circle: Circle, language: str) -> WSGIRequest:
    host = settings.ALLOWED_HOSTS[0]
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address.path,
        "QUERY_STRING": address.query,
        "SERVER_NAME": host,
        "SERVER_PORT": "443" if settings.SESSION_COOKIE_SECURE else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT": "text/html",
        "HTTP_COOKIE": f"{settings.LANGUAGE_COOKIE_NAME}={language}",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "https" if settings.SESSION_COOKIE_SECURE else "http",
    }
    if settings.SECURE_PROXY_SSL_HEADER and settings.SESSION_COOKIE_SECURE:
        environ[settings.SECURE_PROXY_SSL_HEADER[0]] = settings.SECURE_PROXY_SSL_HEADER[1]
    request = WSGIRequest(environ)
    request.for_circle = circle  # type: ignore[attr-defined]
    return request


def _is_for_everyone(request: WSGIRequest, response: HttpResponseBase) -> bool:
    """Whether nothing in this answer is one visitor's. A page that fails here is a mistake of ours, and stays live."""
    if response.status_code != 200:
        return False
    if response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        log.error("a reading page holds a form or a cookie, and is not kept")
        return False
    return True


def _page(response: HttpResponseBase) -> Baked | None:
    """Read the answer. It is not closed as a request's end would close it: that ends the connection, in the middle."""
    headers = [(name, value) for name, value in response.items() if name.lower() not in _DIFFER] + _ALWAYS
    if isinstance(response, FileResponse):
        assert response.file_to_stream is not None
        with closing(response.file_to_stream) as file:
            headers = [pair for pair in headers if pair[0].lower() != "content-language"]
            is_for_now = isinstance(response, ForNow)
            return Baked(headers, etag=response["ETag"], file=Path(str(file.name)), for_now=is_for_now)
    return baked.compressed(response.content, headers) if isinstance(response, HttpResponse) else None
