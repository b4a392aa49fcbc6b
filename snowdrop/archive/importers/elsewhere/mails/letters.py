"""Mails out of a mailbox, one after another, without the bodies of what is attached. None is held whole.

A mailbox is "mboxo" or "mboxrd": both put ">" before a line of a letter that begins like the next one.
Source: https://www.loc.gov/preservation/digital/formats/fdd/fdd000383.shtml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser

from snowdrop.archive.importers.elsewhere.came import MOST_TEXT
from snowdrop.archive.importers.elsewhere.texts import decoded

MOST_HEADERS = 256 * 2**10  # bytes of one part
MOST_PARTS = 200  # of one mail
DEEPEST = 20
LONGEST_LINE = 2**20  # bytes; the rest of a longer one is left out

# From MAILER-DAEMON Wed Mar 06 08:30:00 2024, and as Google writes it: From 179@xxx Mon Mar 04 19:02:11 +0000 2024
_BEGINS = re.compile(rb"From (?:\S+|\"[^\"]*\"\S*) +.{0,20}\d{1,2}:\d{2}(?::\d{2})?.{0,20}\b(?:19|20)\d{2}\b.{0,20}\s*")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_QUOTED_FROM = re.compile(rb">+From ")


@dataclass
class Part:
    """One part of a mail: its headers and, of text alone, its body as it was sent."""

    headers: Message
    body: bytes = b""
    parts: list[Part] = field(default_factory=list)
    is_cut: bool = False  # longer than anything somebody types

    @property
    def type(self) -> str:
        return self.headers.get_content_type()

    @property
    def is_attached(self) -> bool:
        return self.headers.get_content_disposition() == "attachment"

    @property
    def is_text(self) -> bool:
        return self.type in ("text/plain", "text/html") and not self.is_attached


def each(chunks: Iterable[bytes]) -> Iterator[Part]:
    """Yield each mail of a mailbox; of a file that is one mail, that one."""
    reading: _Reading | None = None
    after_empty = True
    begins = b""  # a line that begins a mail, if a header comes after it
    for line in _lines(chunks):
        if begins:
            if _HEADER.match(line) or _BEGINS.fullmatch(line):
                if reading is not None:
                    yield reading.end()
                reading = _Reading()
            elif reading is not None:
                reading.add(begins)
            begins = b""
        if after_empty and _BEGINS.fullmatch(line):
            begins = line
            continue
        after_empty = not line.strip()
        if reading is None:
            if after_empty:
                continue
            reading = _Reading()
        reading.add(line)
    if reading is not None:
        yield reading.end()


def is_one(head: bytes) -> bool:
    """Whether a file is a mailbox, or one mail, by its first lines."""
    lines = head.lstrip(b"\xef\xbb\xbf\r\n").split(b"\n", 40)
    if len(lines) > 1 and _BEGINS.fullmatch(lines[0]) and _HEADER.match(lines[1]):
        return True
    names = set()
    for line in lines:
        if not line.strip():
            break
        if match := _HEADER.match(line):
            names.add(match[0].rstrip(b" \t:").lower())
        elif not line[:1].isspace():
            return False
    return b"from" in names and not names.isdisjoint({b"date", b"received", b"message-id", b"mime-version"})


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with their ends, none longer than LONGEST_LINE."""
    rest, skips = b"", False
    for chunk in chunks:
        found = (rest + chunk).split(b"\n")
        rest = found.pop()
        for line in found:
            if not skips:
                yield line[:LONGEST_LINE] + b"\n"
            skips = False
        if len(rest) > LONGEST_LINE:
            if not skips:
                yield rest[:LONGEST_LINE] + b"\n"
            rest, skips = b"", True
    if rest and not skips:
        yield rest


class _Reading:
    """Takes the lines of one mail, and keeps its headers and the bodies of its texts."""

    def __init__(self) -> None:
        self._open: list[tuple[Part, bytes]] = []  # the parts that hold others, and what stands between those
        self._root: Part | None = None
        self._count = 0
        self._headers: list[bytes] | None = []
        self._size = 0
        self._body: list[bytes] | None = None  # of the part that is read; None where it is not kept
        self._part: Part | None = None

    def add(self, line: bytes) -> None:
        if self._open and line.startswith(b"--") and self._at_boundary(line):
            return
        if self._headers is not None:
            if line.strip():
                self._size += len(line)
                if self._size <= MOST_HEADERS:
                    self._headers.append(line)
            else:
                self._begin_body()
        elif self._body is not None:
            if _QUOTED_FROM.match(line):
                line = line[1:]
            self._size += len(line)
            if self._size <= 2 * MOST_TEXT:
                self._body.append(line)

    def end(self) -> Part:
        if self._headers is not None:
            self._begin_body()
        self._end_part()
        return self._root or Part(Message())

    def _at_boundary(self, line: bytes) -> bool:
        stripped = line.rstrip()
        for depth in range(len(self._open) - 1, -1, -1):
            between = self._open[depth][1]
            if stripped == between or stripped == between + b"--":
                if self._headers:
                    self._begin_body()
                self._end_part()
                is_last = stripped != between
                del self._open[depth if is_last else depth + 1 :]
                self._headers, self._size = (None if is_last else []), 0
                return True
        return False

    def _begin_body(self) -> None:
        headers = _parsed(self._headers or [])
        self._headers, self._size, self._body = None, 0, None
        self._count += 1
        part = Part(headers)
        if self._root is None:
            self._root = part
        elif self._open and self._count <= MOST_PARTS:
            self._open[-1][0].parts.append(part)
        else:
            return
        boundary = _boundary(headers)
        if boundary and len(self._open) < DEEPEST:
            self._open.append((part, b"--" + boundary))
        elif part.is_text:
            self._part, self._body = part, []

    def _end_part(self) -> None:
        if self._part is not None and self._body is not None:
            self._part.body = b"".join(self._body)
            self._part.is_cut = self._size > 2 * MOST_TEXT
        self._part, self._body, self._headers = None, None, None


def _parsed(lines: list[bytes]) -> Message:
    """Headers with their raw bytes made text: some mails hold letters there that nothing announces."""
    try:
        return HeaderParser().parsestr("".join(decoded(line) for line in lines).replace("\0", ""))
    except (ValueError, IndexError, TypeError):  # defects that the parser of Python trips over
        return Message()


def _boundary(headers: Message) -> bytes:
    if headers.get_content_maintype() != "multipart":
        return b""
    try:
        return (headers.get_boundary() or "").encode("utf-8", "replace")
    except (ValueError, TypeError):
        return b""
