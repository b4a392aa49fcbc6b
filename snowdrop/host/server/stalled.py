"""Ending connections on which nothing moves.

The server gives a visitor as long as he likes, and a thread that waits for a byte cannot be woken. But
the kernel counts what came and what was taken on each connection. One that moved next to nothing for two
minutes is shut down; the waiting thread then finds it closed. It goes by progress, not by time in all: a film
sent at 50 KB/s may take all day.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY = 10.0  # seconds
STALLED_AFTER = 120.0  # seconds
NEXT_TO_NOTHING = 4 * 1024  # bytes in that time, in both directions together

# struct tcp_info, linux/tcp.h: tcpi_bytes_acked and tcpi_bytes_received, two 64-bit counters
_COUNTERS = struct.Struct("=QQ")
_COUNTERS_AT = 120
_ESTABLISHED = 1


@dataclass
class _Seen:
    moved: int  # bytes in both directions when the clock was last set back
    at: float


class Watch:
    """Looks after the connections of this process to one port of ours. Linux only; elsewhere it sees none."""

    def __init__(self, port: int, *, is_working: Callable[[], bool] = lambda: False) -> None:
        """`is_working`: whether somebody waits for us rather than we for them; nothing is ended then."""
        self._port, self._is_working = port, is_working
        self._seen: dict[str, _Seen] = {}

    def start(self) -> None:
        threading.Thread(target=self._forever, name="stalled", daemon=True).start()

    def _forever(self) -> None:
        while True:
            time.sleep(LOOK_EVERY)
            self.look(now=time.monotonic())

    def look(self, *, now: float) -> int:
        """Shut down what has stalled; return how many connections that were."""
        still: dict[str, _Seen] = {}
        ended = 0
        for inode, descriptor in _sockets():
            try:
                connection = socket.socket(fileno=os.dup(descriptor))
            except OSError:  # closed since
                continue
            with connection:
                moved = self._moved(connection)
                if moved is None:
                    continue
                seen = self._seen.get(inode)
                if seen is None or moved - seen.moved >= NEXT_TO_NOTHING or moved < seen.moved or self._is_working():
                    seen = _Seen(moved, now)
                elif now - seen.at >= STALLED_AFTER:
                    ended += _shut_down(connection)
                still[inode] = seen
        self._seen = still
        return ended

    def _moved(self, connection: socket.socket) -> int | None:
        """Bytes moved so far; None for what is no connection of a visitor's."""
        try:
            if connection.family not in (socket.AF_INET, socket.AF_INET6) or connection.type != socket.SOCK_STREAM:
                return None
            if connection.getsockname()[1] != self._port:
                return None
            info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _COUNTERS_AT + _COUNTERS.size)
        except OSError:
            return None
        if info[0] != _ESTABLISHED or len(info) < _COUNTERS_AT + _COUNTERS.size:
            return None
        return sum(_COUNTERS.unpack_from(info, _COUNTERS_AT))


def _shut_down(connection: socket.socket) -> bool:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return False
    return True


def _sockets() -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        return found
    for entry in folder.iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target.startswith("socket:"):
            found.append((target, int(entry.name)))
    return found
