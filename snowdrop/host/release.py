"""What tells one state of the static files from another."""

from __future__ import annotations

import hashlib
from pathlib import Path

import django
from django.contrib.staticfiles.finders import get_finders

import snowdrop


def fingerprint() -> str:
    """A digest of every static file's name, size and time, without reading any. Milliseconds."""
    digest = hashlib.sha256(f"{snowdrop.__version__} {django.__version__}\n".encode())
    found = []
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=[]):
            status = Path(storage.path(name)).stat()
            found.append(f"{name} {status.st_size} {status.st_mtime_ns}\n")
    digest.update("".join(sorted(found)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
