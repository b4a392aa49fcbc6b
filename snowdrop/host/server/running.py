"""A running house: made ready, then served by one process tree."""

from __future__ import annotations

import http.client
import os
import ssl
import subprocess
import sys
import time
from functools import partial

from django.conf import settings
from django.db import connections
from django.urls import get_resolver, reverse
from django.utils.translation import gettext as _

from snowdrop.config import worker
from snowdrop.host import address, house
from snowdrop.host.demo import making, ways_in
from snowdrop.host.failure import Failure
from snowdrop.host.server.serving import Place, PortIsTaken, gate, make_sure_it_is_free, serve
from snowdrop.host.server.tree import Child, Tree
from snowdrop.people import cards

STANDS_WITHIN = 60.0  # seconds


def run(place: Place, *, with_demo: bool = False) -> None:
    """Make the house ready and serve until SIGTERM or SIGINT. Raises Failure."""
    held = house.lock(settings.DATA)
    _take_port(place)
    house.make_ready(_say)
    if with_demo:
        _make_demo()
    at = settings.PUBLIC_URL or f"{place.scheme}://localhost:{place.port}"
    address.note(settings.DATA, at)
    address.note_where_it_listens(settings.DATA, f"{place.scheme}://{_own(place)}:{place.port}")
    lines = _welcome(at, with_demo=with_demo)
    # What every child needs is loaded once, before they are forked.
    application = gate()
    get_resolver().url_patterns  # noqa: B018
    connections.close_all()
    try:
        Tree(
            [
                Child("server", partial(serve, place, application)),
                Child("job worker", worker.work),
                Child("announcer", partial(_announce, place, lines), is_over_when_it_ends=True),
            ]
        ).run()
    finally:
        os.close(held)


def _take_port(place: Place) -> None:
    try:
        make_sure_it_is_free(place)
    except PortIsTaken:
        raise Failure(
            _("Port %(port)s is taken by another program. Choose another one: --port %(other)s.")
            % {"port": place.port, "other": place.port + 1 if place.port < 65535 else 8001}
        ) from None
    except OSError as error:
        raise Failure(
            _("%(address)s is no address of this machine: %(reason)s.")
            % {"address": place.address, "reason": error.strerror}
        ) from error


def _make_demo() -> None:
    """Make the demo in a process of its own: it opens pictures with threads, and a tree is forked from none."""
    if making.found() is None:
        _say(_("Making the demo family's page"))
        command = [sys.executable, "-m", "snowdrop", "demo"]
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
            raise Failure(_("The demo could not be made."))


def _welcome(at: str, *, with_demo: bool) -> list[str]:
    lines = [_("Snowdrop runs at %(address)s") % {"address": at}]
    if token := cards.for_the_first_host():
        lines.append(_("Nobody looks after this place yet. Open this link within a day and you do:"))
        lines.append(f"  {at}{reverse('memorials:card', args=[token])}")
    if with_demo and (memorial := making.found()):
        lines += ways_in.in_words(memorial, at)
    if hasattr(settings, "EMAIL_FILE_PATH"):
        lines.append(
            _("No mail server is set (SNOWDROP_SMTP_URL), so mails are written to %(folder)s")
            % {"folder": settings.EMAIL_FILE_PATH}
        )
    lines.append(_("Ctrl-C ends it."))
    return lines


def _announce(place: Place, lines: list[str]) -> None:
    """Say where to go once somebody would be answered there."""
    until = time.monotonic() + STANDS_WITHIN
    while time.monotonic() < until:
        if _answers(place):
            for line in lines:
                _say(line)
            return
        time.sleep(0.02)
    print(_("The server does not answer yet."), file=sys.stderr, flush=True)


def _own(place: Place) -> str:
    """The host part of an address under which this machine itself reaches the server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(place.address, place.address)  # noqa: S104
    return f"[{host}]" if ":" in host else host


def _answers(place: Place) -> bool:
    host = _own(place).strip("[]")
    connection: http.client.HTTPConnection
    if place.certificate:
        unverified = ssl._create_unverified_context()  # noqa: S323  we ask ourselves
        connection = http.client.HTTPSConnection(host, place.port, timeout=2, context=unverified)
    else:
        connection = http.client.HTTPConnection(host, place.port, timeout=2)
    try:
        connection.request("GET", "/health", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _say(line: str) -> None:
    print(line, flush=True)
