"""How much disk is left, and the reserve that new files never take."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GIGABYTE = 10**9
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
# A file needs an inode too, and a disk can run out of those first.
SPARE_INODES = 64


class DiskIsFull(Exception):
    """Nothing was kept, and nothing else was harmed."""

    sentence: str | Promise = _(
        "There is no room left on this server, so this could not be kept. What was kept before is safe."
    )


def check(size: int) -> None:
    """Raise DiskIsFull if `size` more bytes would eat into the reserve."""
    disk = os.statvfs(_nearest(settings.DATA))
    free = disk.f_bavail * disk.f_frsize
    if free - size < reserve(disk.f_blocks * disk.f_frsize):
        raise DiskIsFull
    if disk.f_files and disk.f_favail < SPARE_INODES:
        raise DiskIsFull


def reserve(total: int) -> int:
    """How many bytes of a disk of `total` stay free, so that pages, signing in and deleting go on working."""
    if settings.RESERVE is not None:
        return settings.RESERVE
    return max(2 * GIGABYTE, total // 20)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn the system's words for a full or read-only disk into DiskIsFull; let every other error through."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskIsFull from error
        raise


def _nearest(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
