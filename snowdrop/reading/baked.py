"""A page that was made: its bytes in three encodings, and how it is written to a file that can be trusted.

A file begins with a line of JSON that names its key and its parts' lengths, and ends with a digest of all before.
One that was cut off, or that stands where another key should, is none.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import brotli

Headers = list[tuple[str, str]]

_DIGEST = 32  # bytes


class NotBaked(ValueError):
    """These bytes are not a whole page with this key."""


@dataclass(frozen=True)
class Baked:
    """What is answered to everyone in a circle. `headers` are those of the live page, without what differs."""

    headers: Headers
    etag: str
    plain: bytes = b""
    br: bytes = b""
    gzip: bytes = b""
    file: Path | None = None  # a picture is not copied: this is where it lies
    for_now: bool = False  # a better one is being made: it is answered once, and not kept
    ready: dict[str, tuple[Headers, bytes]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, body in (("", self.plain), ("br", self.br), ("gzip", self.gzip)):
            encoding = [("Content-Encoding", name)] if name else []
            tag = self.etag_of(name)
            length = [] if self.file else [("Content-Length", str(len(body)))]
            self.ready[name] = ([*self.headers, *encoding, ("ETag", tag), *length], body)

    def etag_of(self, encoding: str) -> str:
        """Other bytes, another tag: a page in brotli is not the same as in gzip."""
        return f'{self.etag[:-1]}-{encoding}"' if encoding else self.etag

    @property
    def size(self) -> int:
        """Bytes in memory, roughly."""
        return len(self.plain) + len(self.br) + len(self.gzip) + 2_000


def compressed(body: bytes, headers: Headers) -> Baked:
    """Return a page for these bytes, compressed as far as it goes: it is done once and sent many times."""
    return Baked(
        headers,
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        plain=body,
        br=brotli.compress(body, mode=brotli.MODE_TEXT),
        gzip=gzip.compress(body, 9, mtime=0),
    )


def to_bytes(baked: Baked, key: str) -> bytes:
    head = {
        "key": key,
        "headers": baked.headers,
        "etag": baked.etag,
        "file": str(baked.file) if baked.file else "",
        "lengths": [len(baked.plain), len(baked.br), len(baked.gzip)],
    }
    whole = json.dumps(head).encode() + b"\n" + baked.plain + baked.br + baked.gzip
    return whole + hashlib.sha256(whole).digest()


def from_bytes(data: bytes, key: str) -> Baked:
    """Read a page back. Raises NotBaked where it is not whole, or is another key's."""
    whole, digest = data[:-_DIGEST], data[-_DIGEST:]
    if len(data) <= _DIGEST or hashlib.sha256(whole).digest() != digest:
        raise NotBaked("not whole")
    first, _newline, rest = whole.partition(b"\n")
    head = json.loads(first)
    if head["key"] != key:
        raise NotBaked("another key")
    plain, br, gz = head["lengths"]
    return Baked(
        [(str(name), str(value)) for name, value in head["headers"]],
        etag=head["etag"],
        plain=rest[:plain],
        br=rest[plain : plain + br],
        gzip=rest[plain + br : plain + br + gz],
        file=Path(head["file"]) if head["file"] else None,
    )
