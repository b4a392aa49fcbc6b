"""One process tree: a parent that has loaded the house, and the children it forks and looks after.

The children are forked after everything is loaded, so they start in an instant and share the parent's
memory. The parent runs nothing but a wait; no thread and no connection may be open in it when it forks.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

log = logging.getLogger(__name__)

GRACE = 8.0  # seconds a child gets to finish what it is doing
AGAIN_AFTER = (0.0, 0.2, 1.0, 5.0, 15.0, 30.0)  # seconds before a child that keeps dying is started again
WELL_AFTER = 60.0  # seconds a child has to live to count as well again

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int, *, sign: int = signal.SIGTERM) -> None:
    """Have the kernel signal this process when its parent dies, however that dies. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, sign, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)


@dataclass
class Child:
    """A process of the tree: what it runs, and how often it was started in vain."""

    name: str
    run: Callable[[], None]
    is_over_when_it_ends: bool = False
    pid: int = 0
    started: float = 0.0
    falls: int = 0
    due: float = field(default=0.0)

    @property
    def is_alive(self) -> bool:
        return self.pid != 0

    @property
    def waits_to_start(self) -> bool:
        return not self.is_alive and not (self.is_over_when_it_ends and self.started)


class Tree:
    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._ending = False

    def run(self) -> None:
        """Run the children until SIGTERM or SIGINT; end them all before returning."""
        gc.collect()
        gc.freeze()  # so that the collector does not write into pages that the children share
        before = {sign: signal.signal(sign, self._end) for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
        # A handler that does nothing, so that a signal is written to the pipe the parent waits on.
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda _sign, _frame: None)
        heard, hears = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(hears, warn_on_full_buffer=False)
        try:
            while not self._ending:
                self._start_what_is_due()
                select.select([heard], [], [], self._until_next())
                with contextlib.suppress(BlockingIOError):
                    os.read(heard, 1024)
                self._bury()
        finally:
            self._end_children()
            signal.set_wakeup_fd(-1)
            os.close(heard)
            os.close(hears)
            for sign, handler in before.items():
                signal.signal(sign, handler)

    def _end(self, _sign: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _start_what_is_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.waits_to_start and child.due <= now and not self._ending:
                self._fork(child)

    def _fork(self, child: Child) -> None:
        parent = os.getpid()
        child.started = time.monotonic()
        child.pid = os.fork()
        if child.pid == 0:
            code = 1
            try:
                signal.set_wakeup_fd(-1)
                for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
                    signal.signal(sign, signal.SIG_DFL)
                end_with_parent(parent)
                gc.enable()
                child.run()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            except KeyboardInterrupt:
                code = 0
            except BaseException as error:
                log.error("%s fell: %s", child.name, type(error).__qualname__, exc_info=error)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)

    def _until_next(self) -> float | None:
        dues = [child.due for child in self._children if child.waits_to_start]
        return max(0.0, min(dues) - time.monotonic()) if dues else None

    def _bury(self) -> None:
        for child in self._children:
            if not child.is_alive:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                child.pid = 0
                if not self._ending and not child.is_over_when_it_ends:
                    self._set_again(child, os.waitstatus_to_exitcode(status))

    def _set_again(self, child: Child, code: int) -> None:
        now = time.monotonic()
        child.falls = 0 if now - child.started >= WELL_AFTER else child.falls + 1
        wait = AGAIN_AFTER[min(child.falls, len(AGAIN_AFTER) - 1)]
        child.due = now + wait
        if code != 0:
            log.warning("%s ended with %s and is started again", child.name, code)

    def _end_children(self) -> None:
        for child in self._children:
            _signal(child.pid, signal.SIGTERM)
        until = time.monotonic() + GRACE
        while any(child.is_alive for child in self._children) and time.monotonic() < until:
            self._bury()
            time.sleep(0.02)
        for child in self._children:
            if child.is_alive:
                _signal(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
                child.pid = 0


def _signal(pid: int, sign: int) -> None:
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
