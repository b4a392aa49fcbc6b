"""Running granian, with the gate, in a child of the tree."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from snowdrop.host.server.gate import Gate
from snowdrop.host.server.stalled import Watch
from snowdrop.host.server.tree import end_with_parent
from snowdrop.people import sessions
from snowdrop.reading.front import Front
from snowdrop.reading.kept import Kept
from snowdrop.reading.lines import Lines
from snowdrop.words import short_way

WAITING = 256  # threads; each may wait for one slow visitor
CONNECTIONS = 2_048  # at once, those that are idle included
HEAD_WITHIN = 15_000  # milliseconds to send a request's first lines
FINISH_WITHIN = 5  # seconds, after SIGTERM

# A working thread that asks the database while this long at it is not held up by a visitor.
LONG_WORK = 30.0  # seconds


class PortIsTaken(Exception):
    """Somebody else listens there."""


@dataclass(frozen=True)
class Place:
    """Where the server listens."""

    address: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def scheme(self) -> str:
        return "https" if self.certificate else "http"


def make_sure_it_is_free(place: Place) -> None:
    """Raises PortIsTaken, or OSError where the address is none of this machine's."""
    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        # The old connections of a server that ended a moment ago do not take the port; one that listens does.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((place.address, place.port))
            trial.listen()
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise PortIsTaken from error
            raise


def gate() -> Gate:
    """The application, with all that it imports. It has no thread until it is first asked, so it may be forked."""
    django = short_way.Handler()
    made = Gate(django, is_known=sessions.is_live, working=settings.WORKING, proxies=settings.PROXIES)
    kept = Kept(settings.DATA / "baked")
    made.front = Front(django.get_response, kept, Lines(), run=made.working.run).answer
    return made


def serve(place: Place, application: Gate) -> None:
    """Serve until SIGTERM."""
    multiprocessing.set_start_method("fork", force=True)
    main = os.getpid()

    def load(_target: str) -> Callable[..., Any]:
        # In granian's own worker, which is a child of this process.
        end_with_parent(main)
        Watch(place.port, is_working=lambda: application.working.longest() > LONG_WORK).start()
        return application

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    server = Granian(
        "snowdrop",
        address=place.address,
        port=place.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=WAITING,
        blocking_threads_idle_timeout=30,
        runtime_threads=1,
        backlog=1_024,
        backpressure=CONNECTIONS,
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_WITHIN),
        log_enabled=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=FINISH_WITHIN,
        ssl_cert=place.certificate,
        ssl_key=place.key,
    )
    server.serve(target_loader=load)
