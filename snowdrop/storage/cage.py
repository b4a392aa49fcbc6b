"""Hands strangers' pictures to a process in a cage (`caged.py`) and reads its answers without trusting them.

There are two, alike but for what they can open: `PICTURES`, and `PAPERS` for documents and hospitals' scans, whose
decoders take seconds to load and come by rarely.

The cage is built on first use, once for each of our processes, and goes away by itself when nobody
has asked for a minute. Whatever happens in there, the caller gets an answer or CouldNotOpen.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PICTURES, PAPERS = "pictures", "papers"
AT_ONCE = 2  # pictures; each may take a gigabyte
IDLE = 60.0  # seconds until a cage that nobody uses goes away
START = 60.0  # seconds a small machine under load may take to build one
PATIENCE = 180.0  # seconds to wait for a turn
LONGEST_ANSWER = 2**16  # bytes

log = logging.getLogger(__name__)


class CouldNotOpen(Exception):
    """The cage gave no answer: the picture crashed it, took too long or too much memory, or all was busy."""

    # Translators: shown beside a photograph somebody wanted to add.
    sentence: str | Promise = _("This picture could not be opened here. Save it as JPEG, and try again.")


class Busy(CouldNotOpen):
    sentence: str | Promise = _("Too many pictures are being opened just now. Please try this one again in a minute.")


class _NotTaken(Exception):
    """The cage went away before it took the task, so another may have it."""


class _Cage:
    """One running process with its children. It is never used from a fork of the process that built it."""

    def __init__(self, idle_seconds: float, opens: str) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            package = Path(__file__).parent.parent.parent
            self.process = subprocess.Popen(
                [sys.executable, "-s", "-m", "snowdrop.storage.caged", str(theirs.fileno()), str(idle_seconds), opens],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                # Nothing of ours: not the secret key, not the address of the database.
                env={
                    "PYTHONPATH": str(package),
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "PATH": os.defpath,
                    "LANG": "C.UTF-8",
                    "VIPS_CONCURRENCY": "1",
                    "VIPS_WARNING": "0",
                    "OPENBLAS_NUM_THREADS": "1",
                    # More arenas cost address space, and pictures are opened by one thread.
                    "MALLOC_ARENA_MAX": "1",
                    # A child lives for one picture and touches its memory once: large pages, never given
                    # back, save an eighth of its time (17 of 20 thousand page faults). Measured, glibc 2.36.
                    "MALLOC_TOP_PAD_": str(32 * 2**20),
                    "MALLOC_TRIM_THRESHOLD_": str(2**30),
                    "MALLOC_MMAP_THRESHOLD_": str(2**30),
                    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
                },
                start_new_session=True,
            )
        self.asked = ours
        # Waits for its end, so that it never stays behind as a zombie.
        threading.Thread(target=self.process.wait, name="cage", daemon=True).start()
        ours.settimeout(START)
        try:
            ready = json.loads(ours.recv(LONGEST_ANSWER))
            self.walls: list[str] = [str(wall) for wall in ready["walls"]]
            self.threads = int(ready["threads"])
        except (OSError, ValueError, KeyError) as error:
            self.end()
            raise CouldNotOpen("the cage did not start") from error

    def ask(self, task: bytes, descriptors: Sequence[int], seconds: float) -> bytes:
        here, there = socket.socketpair()
        with here:
            with there:
                try:
                    socket.send_fds(self.asked, [task], [there.fileno(), *descriptors])
                except OSError as error:
                    raise _NotTaken from error
            here.settimeout(seconds + 5)  # the cage ends a child in time; this is for a cage that does not
            answer = b""
            try:
                while piece := here.recv(LONGEST_ANSWER):
                    answer += piece
                    if len(answer) > LONGEST_ANSWER:
                        raise CouldNotOpen("too long an answer")
            except TimeoutError as error:
                self.end()
                raise CouldNotOpen("no answer in time") from error
            except ConnectionResetError:
                pass
        if not answer:
            raise _NotTaken
        return answer[1:]

    def end(self) -> None:
        """Kill it with all its children."""
        self.asked.close()
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class _Yard:
    """Where the cage of this process stands, if it stands."""

    def __init__(self, opens: str = PICTURES) -> None:
        self.opens = opens
        self.cage: _Cage | None = None
        self.building = threading.Lock()
        self.places = threading.BoundedSemaphore(AT_ONCE)

    def standing(self, *, but_not: _Cage | None = None) -> _Cage:
        with self.building:
            if self.cage is but_not and but_not is not None:
                but_not.asked.close()  # its last sign of us; it ends if it has not already
                self.cage = None
            if self.cage is None:
                self.cage = _Cage(IDLE, self.opens)
            return self.cage


_yard = _Yard()
_papers = _Yard(PAPERS)


def _leave_the_yard() -> None:
    """In a forked child: the cage is the parent's."""
    global _yard, _papers
    for yard in (_yard, _papers):
        if yard.cage is not None:
            yard.cage.asked.close()
    _yard, _papers = _Yard(), _Yard(PAPERS)


os.register_at_fork(after_in_child=_leave_the_yard)


def strength() -> list[str]:
    """Which walls the kernel allowed, building the cage for it. At best: no network, no files, another user
    (or no rights), no new rights, few system calls."""
    return list(_yard.standing().walls)


def ask(
    task: Mapping[str, Any],
    source: int,
    outputs: Sequence[int] = (),
    *,
    seconds: float = 60,
    cpu_seconds: int = 40,
    papers: bool = False,
) -> dict[str, Any]:
    """Have `task` done with the file in descriptor `source`, writing to `outputs`. Raises CouldNotOpen.

    `papers`: in the cage that opens documents and scans. The answer comes from where strangers' bytes were opened:
    check each value before using it.
    """
    yard = _papers if papers else _yard
    if not yard.places.acquire(timeout=PATIENCE):
        raise Busy
    try:
        answer = _ask(yard, dict(task, seconds=seconds, cpu_seconds=cpu_seconds), [source, *outputs], seconds)
    finally:
        yard.places.release()
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError) as error:
        log.warning("a picture ended the process that opened it")
        raise CouldNotOpen("no whole answer") from error
    if not isinstance(told, dict):
        raise CouldNotOpen("not an answer")
    if "error" in told:
        log.warning("a picture could not be opened: %.200r", told["error"])
        raise CouldNotOpen
    return told


def _ask(yard: _Yard, task: dict[str, Any], descriptors: list[int], seconds: float) -> bytes:
    message = json.dumps(task).encode()
    gone: _Cage | None = None
    for _attempt in range(3):
        cage = yard.standing(but_not=gone)
        try:
            return cage.ask(message, descriptors, seconds)
        except _NotTaken:
            gone = cage  # it went away, idle, as we came
    raise CouldNotOpen("the cage does not stay")
