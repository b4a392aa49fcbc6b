"""The process in the cage: it loads the decoders once, shuts itself in, and forks a child for each picture.

It is started by `cage.py`, as `python -m snowdrop.storage.caged DESCRIPTOR IDLE_SECONDS pictures|papers`. It never
reads a stranger's byte itself, so that it can be trusted to end a child that takes too long. It ends when
nobody has asked for a while, and when its parent is gone.

It speaks over one socket: a message is a task as JSON and the descriptors to work with, the
first of them for the answer. "+" there says that the task was taken; then follows the answer
as JSON. An answer that ends before is the end of the child.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from snowdrop.storage import confine, moving, opening
from snowdrop.storage.sizes import Form

MESSAGE = 2**16  # bytes
DESCRIPTORS = 8

# A JPEG of one grey pixel: what the child that tries the walls opens.
_PIXEL = bytes.fromhex(
    "ffd8ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e404457453738506d5157"
    "5f626768673e4d71797064785c656763ffc0000b080001000101011100ffc4001f00000105010101010101000000000000000001020304"
    "05060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1"
    "c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a73"
    "7475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5"
    "d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f002bffd9"
)


class Keeper:
    """Watches over the children: at most a few, each with its deadline."""

    def __init__(self, asked: socket.socket, idle_seconds: float) -> None:
        self.asked = asked
        self.idle_seconds = idle_seconds
        self.children: dict[int, float] = {}  # pid: deadline on the monotonic clock
        self.others: dict[str, Callable[[Any, int, list[int]], dict[str, Any]]] = {}  # kind: who opens it
        self.door = True  # whether the filter of system calls stands
        self.woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)

    def try_the_door(self) -> bool:
        """Open a picture behind the filter once: a new libc may need a call that the filter does not know."""
        picture = os.memfd_create("pixel")
        os.write(picture, _PIXEL)
        task = {"kind": "jpeg", "turned": 0, "sizes": [], "seconds": 20, "cpu_seconds": 10}
        task |= {"most_pixels": 1, "longest_side": 1, "most_frame_pixels": 1}
        here, there = socket.socketpair()
        child = self.start(task, [there.detach(), picture])
        with here:
            here.settimeout(30)
            answer = b""
            while piece := here.recv(MESSAGE):
                answer += piece
        os.waitpid(child, 0)
        del self.children[child]
        return b'"width": 1' in answer

    def serve(self) -> None:
        asked = self.asked.fileno()
        while True:
            idle = not self.children
            until = min(self.children.values(), default=time.monotonic() + self.idle_seconds)
            ready, _, _ = select.select([asked, self.woken], [], [], max(0, until - time.monotonic()))
            if self.woken in ready:
                os.read(self.woken, 4_096)
            self.reap()
            if asked in ready:
                message, descriptors, _flags, _address = socket.recv_fds(self.asked, MESSAGE, DESCRIPTORS)
                if not message:
                    break  # the parent is gone
                self.start(json.loads(message), descriptors)
            elif idle and not ready:
                break  # nobody has asked for a while; the end of a child's time is no such while
        for child in self.children:
            os.kill(child, signal.SIGKILL)

    def start(self, task: dict[str, Any], descriptors: list[int]) -> int:
        # A fork copies one thread, and locks held by others would stay locked in the child for good.
        # There are no others: `get_ready` starts none, and nothing here decodes.
        keeper = os.getpid()
        child = os.fork()
        if child == 0:
            os._exit(self._work(keeper, task, descriptors))
        self.children[child] = time.monotonic() + task["seconds"]
        for descriptor in descriptors:
            os.close(descriptor)
        return child

    def reap(self) -> None:
        now = time.monotonic()
        for child, deadline in list(self.children.items()):
            if now >= deadline:
                os.kill(child, signal.SIGKILL)  # it is our child and not yet waited for, so this is no stranger
            if os.waitpid(child, 0 if now >= deadline else os.WNOHANG)[0]:
                del self.children[child]

    def _work(self, keeper: int, task: dict[str, Any], descriptors: list[int]) -> int:
        """In the child: answer, whatever happens."""
        answer, source, *outputs = descriptors
        try:
            os.write(answer, b"+")
            signal.set_wakeup_fd(-1)
            gc.disable()  # it lives for one picture
            confine.die_with_parent(keeper)
            for descriptor in (self.asked.fileno(), self.woken, self._wake):
                os.close(descriptor)
            os.nice(task.get("nice", 0))
            confine.limit(task["cpu_seconds"], output=task.get("output", confine.OUTPUT))
            if self.door and not confine.close_the_door():
                return 1
            told = self._told(task, source, outputs)
        except MemoryError:
            return 1
        _send(answer, json.dumps(told).encode())
        return 0

    def _tool(self, task: dict[str, Any]) -> Callable[[Any, int, list[int]], dict[str, Any]]:
        if task["kind"] in self.others:
            return self.others[task["kind"]]
        return moving.do if task.get("form") == Form.MOVING else opening.do

    def _told(self, task: dict[str, Any], source: int, outputs: list[int]) -> dict[str, Any]:
        try:
            return self._tool(task)(task, source, outputs)
        except opening.Refused as refused:
            return {"refused": refused.args[0]}
        except OSError as error:
            return {"errno": error.errno}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"[:500]}


def _send(descriptor: int, text: bytes) -> None:
    while text:
        text = text[os.write(descriptor, text) :]


def main(descriptor: int, idle_seconds: float, opens: str) -> None:
    asked = socket.socket(fileno=descriptor)
    asked.set_inheritable(False)
    opening.get_ready()
    others: dict[str, Callable[[Any, int, list[int]], dict[str, Any]]] = {}
    if opens == "papers":
        from snowdrop.storage import papers, scanned  # seconds of loading, for few

        papers.get_ready()
        scanned.get_ready()
        others = {"pdf": papers.do, "dicom": scanned.do}
    else:
        moving.get_ready()
    threads = sum(1 for _ in Path("/proc/self/task").glob("*"))
    walls = confine.shut_in()
    gc.collect()
    gc.freeze()  # what all children share is not touched, and so not copied, by their collectors
    keeper = Keeper(asked, idle_seconds)
    keeper.others = others
    keeper.door = keeper.try_the_door()
    if keeper.door:
        walls.append("few system calls")
    asked.send(json.dumps({"walls": walls, "threads": threads}).encode())
    keeper.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
