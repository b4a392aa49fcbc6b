"""The small front before Django: pages that were made, and pictures, after asking at the door.

Each request costs one statement: how does this browser stand here, and how far have the parts of the memorial
come? That names the page. Nothing that outlives a change of permission is kept: what is kept has the circle and the
revisions in its name. Whatever is out of the ordinary is Django's to answer.
"""

from __future__ import annotations

import functools
import logging
import os
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.db import DatabaseError
from django.http.request import split_domain_port, validate_host

from snowdrop.keepsakes.serving import Part, part_asked_for
from snowdrop.memorials import glance
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.glance import Glance
from snowdrop.people import languages, tokens
from snowdrop.people.doors import ALIKE, READING_PAGE
from snowdrop.reading import addresses, baking
from snowdrop.reading.addresses import Address
from snowdrop.reading.baked import Baked, Headers
from snowdrop.reading.kept import Kept
from snowdrop.reading.keys import key_of

log = logging.getLogger(__name__)

Environ = Mapping[str, Any]
_REMEMBERED = 200  # characters of what a browser says about languages
_AS_ALIKE = "HTTP_" + READING_PAGE.upper().replace("-", "_")


class Answered(NamedTuple):
    """An answer that Django was not asked for. Whoever sends it closes `file`, of which there are `length` bytes."""

    status: str
    headers: Headers
    body: bytes = b""
    file: Part | None = None
    length: int = 0


class Lines(Protocol):
    def take(self) -> Any: ...
    def give_back(self, line: Any, /) -> None: ...
    def lose(self, line: Any, /) -> None: ...


class Front:
    def __init__(
        self,
        respond: baking.Respond,
        kept: Kept,
        lines: Lines,
        *,
        run: Callable[..., Any],
    ) -> None:
        """`respond` makes a page; `run` calls a function in a thread that may work, and returns what it returns."""
        self._respond, self._kept, self._lines, self._run = respond, kept, lines, run
        self._memorials: dict[str, int] = {}  # by slug: neither ever changes
        self._making: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def answer(self, environ: Environ) -> Answered | None:
        """Return what to answer, or None where Django has to."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        address = addresses.find(environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        if address is None or not _is_plain(environ):
            return None
        try:
            seen = self._look(address, environ)
        except DatabaseError as error:
            log.warning("the door could not be asked: %s", type(error).__name__)
            return None
        if seen is None or seen.is_first_today or (seen.has_own and not _is_alike(address, environ)):
            return None
        language = "" if address.page.is_file else _language(seen, environ)
        page = self._page(address, seen, language)
        if page is None:
            return None
        return _file(page, environ) if page.file else _answer(page, environ)

    # -- the door ------------------------------------------------------------------------------

    def _look(self, address: Address, environ: Environ) -> Glance | None:
        cookie = _session_cookie(environ.get("HTTP_COOKIE", ""))
        if cookie is None:
            return None
        key_hash = tokens.digest(cookie) if cookie else None
        line = self._lines.take()
        try:
            memorial = self._memorials.get(address.slug)
            if memorial is None and (memorial := self._memorial(address.slug, line.connection)) is None:
                seen = None
            else:
                seen = glance.look(line.connection, memorial, address.parts, key_hash=key_hash)
        except BaseException as error:
            self._lines.lose(line)
            if isinstance(error, line.Database.Error):  # asked past Django, so it is the driver's own
                raise DatabaseError from error
            raise
        self._lines.give_back(line)
        return seen

    def _memorial(self, slug: str, raw: Any) -> int | None:
        memorial = glance.memorial_with(slug, raw)
        if memorial is not None:
            if len(self._memorials) > 20_000:
                self._memorials.clear()
            self._memorials[slug] = memorial
        return memorial

    # -- the page ------------------------------------------------------------------------------

    def _page(self, address: Address, seen: Glance, language: str) -> Baked | None:
        key = key_of(address, seen.circle, language, seen.revisions)
        if (page := self._kept.find(key)) is not None:
            return page
        with self._guard:
            making = self._making.setdefault(key, threading.Lock())
        # However many ask at once for a page that is not there: one makes it, and the others wait for that.
        with making:
            try:
                if (page := self._kept.find(key)) is not None:
                    return page
                made = self._run(self._make, address, seen.circle, language)
            finally:
                with self._guard:
                    self._making.pop(key, None)
        return made

    def _make(self, address: Address, circle: Circle, language: str) -> Baked | None:
        made = baking.bake(self._respond, address, circle, language)
        if made is None:
            return None
        key, page = made
        if not page.for_now:
            self._kept.keep(key, page)
        return page


# -- what a request says ---------------------------------------------------------------------------


def _is_plain(environ: Environ) -> bool:
    """Whether a page for a browser is asked for, at a name of this house."""
    accept = environ.get("HTTP_ACCEPT", "")
    if "json" in accept:
        return False
    return _is_ours(environ.get("HTTP_HOST", ""))


def _is_alike(address: Address, environ: Environ) -> bool:
    """Whether somebody who has something of their own here gets what everyone in their circle gets.

    Nothing on a picture is anybody's own. A page is asked for so by a device that keeps it, to be read without a
    connection: it must hold nothing that is seen by one person only.
    """
    return address.page.is_file or environ.get(_AS_ALIKE) == ALIKE


@functools.lru_cache(maxsize=256)
def _is_ours(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@functools.cache
def _cookie_named(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|;)\s*{re.escape(name)}=([^;]*)")


def _session_cookie(header: str) -> str | None:
    """Return the session's key, "" without one; None where it is given in a way that only Django should read."""
    name = settings.SESSION_COOKIE_NAME
    if name not in header:
        return ""
    if ";" not in header and header.startswith(f"{name}=") and '"' not in header:
        return header[len(name) + 1 :].strip()  # the one cookie there mostly is
    found: list[str] = _cookie_named(name).findall(header)
    if len(found) != 1 or '"' in header:
        return None
    return found[0].strip()


def _language(seen: Glance, environ: Environ) -> str:
    header = environ.get("HTTP_COOKIE", "")
    cookie = ""
    if settings.LANGUAGE_COOKIE_NAME in header:
        found = _cookie_named(settings.LANGUAGE_COOKIE_NAME).findall(header)
        cookie = found[-1].strip() if found else ""
    accepted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
    choose = _chosen if len(cookie) + len(accepted) <= _REMEMBERED else languages.chosen
    return choose(seen.language, cookie, accepted)


@functools.lru_cache(maxsize=1024)
def _chosen(by_person: str, in_browser: str, accepted: str) -> str:
    return languages.chosen(by_person, in_browser, accepted)


@functools.lru_cache(maxsize=1024)
def _encoding(accepted: str) -> str:
    """The best encoding that a browser takes: brotli, gzip, or "" for plain."""
    taken = {}
    for part in accepted.lower().split(","):
        name, _semicolon, rest = part.strip().partition(";")
        taken[name.strip()] = not re.fullmatch(r"\s*q=0(?:\.0{0,3})?\s*", rest)
    return next((name for name in ("br", "gzip") if taken.get(name)), "")


def _has(etag: str, environ: Environ) -> bool:
    wanted = environ.get("HTTP_IF_NONE_MATCH", "")
    if not wanted:
        return False
    return wanted.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in wanted.split(","))


# -- answers ---------------------------------------------------------------------------------------


def _answer(page: Baked, environ: Environ) -> Answered:
    encoding = _encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers, body = page.ready[encoding]
    if "HTTP_IF_NONE_MATCH" in environ and _has(page.etag_of(encoding), environ):
        return _not_modified(page, page.etag_of(encoding))
    return Answered("200 OK", headers, body)


def _not_modified(page: Baked, etag: str) -> Answered:
    headers = [pair for pair in page.headers if not pair[0].lower().startswith("content-")]
    return Answered("304 Not Modified", [*headers, ("ETag", etag)])


def _file(page: Baked, environ: Environ) -> Answered | None:
    if _has(page.etag, environ):
        return _not_modified(page, page.etag)
    assert page.file is not None
    try:
        file = page.file.open("rb")
    except FileNotFoundError:
        return None  # swept out; Django makes it again
    size = os.fstat(file.fileno()).st_size
    wanted = environ.get("HTTP_RANGE", "") if environ["REQUEST_METHOD"] == "GET" else ""
    part = part_asked_for(wanted, size, page.etag, if_range=environ.get("HTTP_IF_RANGE"))
    headers = [*page.ready[""][0], ("Accept-Ranges", "bytes")]
    if part is None:
        whole = [*headers, ("Content-Length", str(size))]
        return Answered("200 OK", whole, file=Part(file, 0, size), length=size)
    start, length = part
    if length <= 0:
        file.close()
        beyond = [("Content-Range", f"bytes */{size}"), ("Content-Length", "0")]
        return Answered("416 Range Not Satisfiable", [*page.headers, *beyond])
    partial = [("Content-Range", f"bytes {start}-{start + length - 1}/{size}"), ("Content-Length", str(length))]
    return Answered("206 Partial Content", [*headers, *partial], file=Part(file, start, length), length=length)
