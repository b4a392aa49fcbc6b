"""Where baked pages are kept: the newest in memory, more in a folder, the dead ones swept out by size.

Nothing here is worth keeping: whatever is missing, damaged or another key's is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path

from snowdrop.reading import baked
from snowdrop.reading.baked import Baked, NotBaked

log = logging.getLogger(__name__)

IN_MEMORY = 48 * 2**20  # bytes
IN_FOLDER = 512 * 2**20  # bytes
LARGEST = 4 * 2**20  # bytes; a page larger than this is answered and not kept
_SWEEP_EACH = 256  # pages written


class Kept:
    """Pages by key. Every method may be called from any thread."""

    def __init__(self, folder: Path, *, in_memory: int = IN_MEMORY, in_folder: int = IN_FOLDER) -> None:
        self._folder, self._in_memory, self._in_folder = folder, in_memory, in_folder
        self._guard = threading.Lock()
        self._pages: OrderedDict[str, Baked] = OrderedDict()
        self._size = 0
        self._written = 0

    def find(self, key: str) -> Baked | None:
        """Return the page with this key; None where it has to be made."""
        page = self._pages.get(key)
        if page is not None:
            try:  # noqa: SIM105  suppressing costs more than finding
                self._pages.move_to_end(key)
            except KeyError:  # it went in this very moment
                pass
            return page
        return self._from_folder(key)

    def keep(self, key: str, page: Baked) -> None:
        if page.size > LARGEST:
            return
        self._remember(key, page)
        try:
            self._write(key, page)
        except OSError as error:
            log.warning("a made page could not be kept: %s", type(error).__name__)

    def _remember(self, key: str, page: Baked) -> None:
        with self._guard:
            before = self._pages.pop(key, None)
            self._pages[key] = page
            self._size += page.size - (before.size if before else 0)
            while self._size > self._in_memory and len(self._pages) > 1:
                _oldest, gone = self._pages.popitem(last=False)
                self._size -= gone.size

    # -- the folder ----------------------------------------------------------------------------

    def path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / name[:2] / name[2:]

    def _from_folder(self, key: str) -> Baked | None:
        path = self.path(key)
        try:
            page = baked.from_bytes(path.read_bytes(), key)
            os.utime(path)  # the sweep takes those first that nobody asked for
        except FileNotFoundError:
            return None
        except (OSError, NotBaked, ValueError, KeyError) as error:
            log.warning("a made page is made again: %s", type(error).__name__)
            return None
        self._remember(key, page)
        return page

    def _write(self, key: str, page: Baked) -> None:
        path = self.path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Renamed once it is whole. Not synced: a page that a power cut took is made again.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(baked.to_bytes(page, key))
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        with self._guard:
            self._written += 1
            is_time = self._written % _SWEEP_EACH == 1
        if is_time:
            self.sweep()

    def sweep(self) -> int:
        """Remove what was asked for longest ago until the rest is within the limit. Return how many went."""
        found = []
        for path in self._folder.glob("*/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        total, gone = sum(size for _asked, size, _path in found), 0
        for _asked, size, path in sorted(found):
            if total <= self._in_folder:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size
            gone += 1
        return gone
