"""Starts ffmpeg in a cage of its own: no network, no files but the system's libraries, few system calls, limits.

It is started by `recordings.py`, as `python -m snowdrop.storage.projector TASK`, with standard output and error as
pipes. The film or the sound, and what is to be written, are open descriptors: nothing is named, so nothing else can be
opened. Knows nothing of Django.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TypedDict

from snowdrop.storage import confine

# Where the loader finds the C library that ffmpeg is linked to. Nothing of anybody's is in there.
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")


class Task(TypedDict):
    program: int  # an open descriptor of ffmpeg
    arguments: list[str]
    parent: int  # whose end is ours too
    cpu_seconds: int
    memory: int  # bytes of address space
    output: int  # bytes a file may grow to
    nice: int


def main(task: Task) -> None:
    os.nice(task["nice"])
    os.umask(0o077)
    confine.shut_in_with(task["program"], LIBRARIES)
    # Whoever becomes somebody else loses this, so it comes after.
    confine.die_with_parent(task["parent"])
    confine.limit(task["cpu_seconds"], memory=task["memory"], output=task["output"])
    confine.close_the_door(to_start=True)
    # By its descriptor: as nobody, we might not be let through the folders above it.
    os.execve(task["program"], ["ffmpeg", *task["arguments"]], {"LANG": "C.UTF-8"})  # noqa: S606


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
