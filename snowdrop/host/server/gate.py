"""The gate before Django: waiting is cheap, working is scarce.

Many threads may wait for slow lines: each reads one visitor's body to its end, or sends one file. Making
a page is work for few: a pool of threads, each with its own connection to the database, runs Django
and never waits for a visitor. So sixty slow uploads and sixty slow readers do not hold up one page.
(Measured without it: with four threads, four slow uploads stop the site.)
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections
from django.http import HttpResponse, HttpResponseBase
from django.http.response import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from snowdrop.host.server.bodies import CutOff, TooLarge, read_whole
from snowdrop.host.server.places import NoPlace, Places, Visitor
from snowdrop.host.server.trust import Environ, believed, network_of
from snowdrop.people import languages
from snowdrop.reading.front import Answered
from snowdrop.storage.room import DiskIsFull
from snowdrop.web import later
from snowdrop.web.later import Later
from snowdrop.web.methods import CUT_OFF

log = logging.getLogger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], object]
T = TypeVar("T")
Django = Callable[[Environ, Any], HttpResponseBase]

MEGABYTE = 2**20
PIECE = 64 * 1024  # bytes
AT_ONCE = 128 * 1024  # bytes; a shorter file is handed to the server whole and holds no place
HAVE_NO_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
COME_AGAIN = 10  # seconds


@dataclass(frozen=True)
class Limits:
    """How much is let through. Sizes in bytes, patience in seconds."""

    known_send: int = 2 * 1024 * MEGABYTE
    strangers_send: int = MEGABYTE
    bodies: int = 64
    streams: int = 64
    each: int = 6
    waiting: int = 48
    patience_for_body: float = 1.0
    patience_for_stream: float = 20.0


@dataclass
class Answer:
    """What Django said, on its way from the working thread to the waiting one."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    stream: HttpResponseBase | None = None


@dataclass
class Refusal(Exception):
    """An answer of the gate's own."""

    status: HTTPStatus
    come_again: int | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)


class Working:
    """The few threads that run Django, and for how long the slowest has been at it."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="working")
        self._since: dict[int, float] = {}

    def run(self, work: Callable[..., T], *args: Any) -> T:
        return self._pool.submit(self._timed, work, *args).result()

    def _timed(self, work: Callable[..., Any], *args: Any) -> Any:
        me = threading.get_ident()
        self._since[me] = time.monotonic()
        try:
            return work(*args)
        finally:
            del self._since[me]

    def longest(self) -> float:
        """Seconds since the oldest unfinished piece of work began; 0 when all are idle."""
        return max((time.monotonic() - since for since in list(self._since.values())), default=0.0)


class Gate:
    def __init__(
        self,
        django: Django,
        *,
        is_known: Callable[[str], bool],
        working: int,
        proxies: int = 0,
        limits: Limits | None = None,
        front: Callable[[Environ], Answered | None] = lambda _environ: None,
    ) -> None:
        """`is_known` says of a session cookie whether it is live; it is asked in a working thread.

        `front` answers what was made before; whatever it leaves is Django's.
        """
        self.front = front
        self.limits = limits or Limits()
        self.working = Working(working)
        self._django, self._is_known, self._proxies = django, is_known, proxies
        half = self.limits.bodies // 2
        self.bodies = Places(
            total=self.limits.bodies, each=self.limits.each, strangers=half, waiting=self.limits.waiting
        )
        self.streams = Places(
            total=self.limits.streams, each=self.limits.each, strangers=half, waiting=self.limits.waiting
        )

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = environ
        try:
            if (answered := self.front(environ)) is not None:
                if answered.file is None and environ["REQUEST_METHOD"] == "GET":
                    start_response(answered.status, answered.headers)
                    return [answered.body]
                return self._send_made(answered, environ, start_response)
            request = believed(environ, proxies=self._proxies)
            visitor = _Asked(self, request)
            with self._body_taken_in(request, visitor):
                answer = self._answered(request)
            return self._send(answer, request, visitor, start_response)
        except Refusal as refusal:
            return self._refuse(refusal, request, start_response)
        except Exception as error:
            # Neither the address asked for nor what was sent belongs in a log.
            log.error("A request could not be answered: %s", type(error).__qualname__, exc_info=settings.DEBUG)
            return self._refuse(Refusal(HTTPStatus.INTERNAL_SERVER_ERROR), request, start_response)

    # -- bodies ------------------------------------------------------------------------------

    @contextmanager
    def _body_taken_in(self, request: Environ, visitor: _Asked) -> Iterator[None]:
        """Put the whole body into the request, from memory or a file; the file is gone afterwards."""
        announced = _announced(request)
        source = request["wsgi.input"]
        if announced == 0 or request["REQUEST_METHOD"] in HAVE_NO_BODY:
            request.update({"wsgi.input": _EMPTY, "CONTENT_LENGTH": ""})
            yield
            return
        who = visitor.who
        most = self.limits.known_send if who.is_known else self.limits.strangers_send
        if announced is not None and announced > most:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        # A file that comes in parts (tus, PATCH) goes on where the line broke, so what came of a part is kept.
        or_what_came = request["REQUEST_METHOD"] == "PATCH" and announced is not None
        try:
            with self.bodies.place(who, patience=self.limits.patience_for_body):
                body, size = read_whole(source, announced, most=most, or_what_came=or_what_came)
        except NoPlace as none:
            raise _no_place(none) from none
        except TooLarge as error:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from error
        except CutOff as error:
            raise Refusal(HTTPStatus.BAD_REQUEST) from error
        except DiskIsFull as error:
            raise Refusal(HTTPStatus.INSUFFICIENT_STORAGE) from error
        with body:
            request.update({"wsgi.input": body, "CONTENT_LENGTH": str(size)})
            if announced is not None and size < announced:
                request[CUT_OFF] = "yes"
            request.pop("HTTP_TRANSFER_ENCODING", None)
            yield

    # -- Django, in a working thread --------------------------------------------------------

    def _answered(self, request: Environ) -> Answer:
        """Ask Django in a working thread; wait in this one until what it says is true, or ask again."""
        promise = request[later.KEY] = Later()
        answer = self.working.run(self._ask_django, request)
        if promise.is_true():
            return answer
        if answer.stream is not None:
            answer.stream.close()
        request["wsgi.input"].seek(0)
        return self.working.run(self._ask_django, request)

    def _ask_django(self, request: Environ) -> Answer:
        said: list[tuple[str, list[tuple[str, str]]]] = []
        response = self._django(request, lambda status, headers, _exc=None: said.append((status, headers)))
        status, headers = said[0]
        if request["REQUEST_METHOD"] == "HEAD":
            response.close()
            return Answer(status, headers)
        if not response.streaming:
            assert isinstance(response, HttpResponse)
            try:
                return Answer(status, headers, body=response.content)
            finally:
                response.close()
        length = dict(headers).get("Content-Length", "")
        if length.isdecimal() and int(length) <= AT_ONCE:
            with _closed_afterwards(response):
                return Answer(status, headers, body=b"".join(_pieces(response)))
        return Answer(status, headers, stream=response)

    def is_known(self, cookie: str) -> bool:
        return self.working.run(self._is_known, cookie)

    # -- answers -----------------------------------------------------------------------------

    def _send_made(self, answered: Answered, request: Environ, start_response: StartResponse) -> Iterable[bytes]:
        file = answered.file
        if request["REQUEST_METHOD"] == "HEAD" or file is None or answered.length <= AT_ONCE:
            body = answered.body
            if file is not None:
                with file:
                    body = file.read() if request["REQUEST_METHOD"] != "HEAD" else b""
            start_response(answered.status, answered.headers)
            return [body] if request["REQUEST_METHOD"] != "HEAD" else []
        visitor = _Asked(self, believed(request, proxies=self._proxies))
        return self._stream(iter(partial(file.read, PIECE), b""), file.close, visitor, answered, start_response)

    def _send(
        self, answer: Answer, request: Environ, visitor: _Asked, start_response: StartResponse
    ) -> Iterable[bytes]:
        if answer.stream is None:
            start_response(answer.status, answer.headers)
            return [answer.body]
        return self._stream(_pieces(answer.stream), answer.stream.close, visitor, answer, start_response)

    def _stream(
        self,
        pieces: Iterable[bytes],
        close: Callable[[], object],
        visitor: _Asked,
        answer: Answer | Answered,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        try:
            place = self.streams.place(visitor.who, patience=self.limits.patience_for_stream)
            place.__enter__()
        except NoPlace as none:
            close()
            raise _no_place(none) from none
        except BaseException:
            close()
            raise
        start_response(answer.status, answer.headers)
        return _Stream(pieces, close, leave=lambda: place.__exit__(None, None, None))

    def _refuse(self, refusal: Refusal, request: Environ, start_response: StartResponse) -> list[bytes]:
        try:
            content_type, body = self.working.run(_page, refusal.status, request)
        except Exception:
            content_type, body = "text/plain; charset=utf-8", refusal.status.phrase.encode()
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Robots-Tag", "noindex, nofollow"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'"),
        ]
        if refusal.come_again is not None:
            headers.append(("Retry-After", str(refusal.come_again)))
        start_response(f"{refusal.status.value} {refusal.status.phrase}", headers)
        return [] if request["REQUEST_METHOD"] == "HEAD" else [body]


class _Asked:
    """The visitor of one request; the database is asked when it first matters, and once."""

    def __init__(self, gate: Gate, request: Environ) -> None:
        self._gate, self.request = gate, request
        self._who: Visitor | None = None

    @property
    def who(self) -> Visitor:
        if self._who is None:
            cookie = _session_cookie(self.request)
            if cookie and self._gate.is_known(cookie):
                self._who = Visitor(hashlib.sha256(cookie.encode()).hexdigest(), is_known=True)
            else:
                self._who = Visitor(network_of(self.request.get("REMOTE_ADDR", "")), is_known=False)
        return self._who


class _Stream:
    """Sends a file from the waiting thread, and closes it and gives up its place however the sending ends."""

    def __init__(self, pieces: Iterable[bytes], close: Callable[[], object], leave: Callable[[], object]) -> None:
        self._pieces, self._end, self._leave = iter(pieces), close, leave
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        try:
            self._end()
        finally:
            self._leave()
            # A stream should read files only. If one asked the database, its connection ends here: waiting
            # threads are many, and connections are not.
            connections.close_all()

    def __del__(self) -> None:
        self.close()


class _Empty:
    def read(self, size: int = -1, /) -> bytes:
        return b""

    def readline(self, size: int = -1, /) -> bytes:
        return b""

    def seek(self, place: int, /) -> int:
        return 0


_EMPTY = _Empty()


@contextmanager
def _closed_afterwards(response: HttpResponseBase) -> Iterator[None]:
    try:
        yield
    finally:
        response.close()


def _pieces(response: HttpResponseBase) -> Iterable[bytes]:
    assert isinstance(response, StreamingHttpResponse)
    return iter(response)


def _announced(request: Environ) -> int | None:
    """The Content-Length; None where a body comes in pieces of unknown number."""
    if request.get("HTTP_TRANSFER_ENCODING"):
        return None
    length = request.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()):
        raise Refusal(HTTPStatus.BAD_REQUEST)
    return int(length)


def _session_cookie(request: Environ) -> str | None:
    try:
        found = SimpleCookie(request.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return found.value if found else None


def _no_place(none: NoPlace) -> Refusal:
    status = HTTPStatus.TOO_MANY_REQUESTS if none.yours else HTTPStatus.SERVICE_UNAVAILABLE
    return Refusal(status, come_again=COME_AGAIN)


def _page(status: HTTPStatus, request: Environ) -> tuple[str, bytes]:
    """The house's page for this number, in a language the browser asks for; JSON for a client that wants it."""
    if "application/json" in request.get("HTTP_ACCEPT", "") and "text/html" not in request.get("HTTP_ACCEPT", ""):
        return "application/json", b'{"errors": {}}'
    with translation.override(languages.chosen("", "", request.get("HTTP_ACCEPT_LANGUAGE", ""))):
        return "text/html; charset=utf-8", render_to_string(f"{status.value}.html").encode()
