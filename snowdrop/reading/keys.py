"""What names a baked page. Equal keys mean equal bytes; whatever a page depends on has to stand in its key."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import django

import snowdrop
from snowdrop.memorials.circles import Circle
from snowdrop.reading.addresses import Address


def key_of(address: Address, circle: Circle, language: str, revisions: tuple[int, ...]) -> str:
    """Return the key. It may be wrong only in a way that shows less: the circle stands in it, and no person."""
    return "\n".join((address.path, address.query, circle.name, language, release(), address.numbers % revisions))


@functools.cache
def release() -> str:
    """Tell this state of the code, its templates and its translations from every other, without reading any."""
    digest = hashlib.sha256(f"{snowdrop.__version__} {django.__version__}\n".encode())
    package = Path(snowdrop.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".html", ".txt", ".css", ".js", ".mo", ".svg", ".woff2"):
            status = path.stat()
            digest.update(f"{path.relative_to(package)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
