"""A file that was given, or one inside a packed folder: read from its start as often as is needed, never unpacked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers import found
from snowdrop.archive.importers.elsewhere.came import CannotBring
from snowdrop.archive.importers.found import CHUNK, CannotRead, Found, NotAFolder

MOST_BYTES = 16 * 2**30  # of one file inside a packed folder: a mailbox of many years
# Text shrinks much more than pictures do, and a bomb shrinks to a thousandth.
MOST_RATIO = 100

UNREADABLE = _("This file cannot be read.")
UNPACKS_TO_TOO_MUCH = _(
    "This packed folder unpacks to more than an export of words can be. Nothing more of it was read."
)


@dataclass(frozen=True)
class Given:
    """Bytes with a name. `chunks` raises CannotBring."""

    name: str
    chunks: Callable[[], Iterator[bytes]]
    beside: frozenset[str] = field(default=frozenset())  # names, without folders, of what is packed together with it

    def head(self, size: int) -> bytes:
        head = b""
        for piece in self.chunks():
            head += piece
            if len(head) >= size:
                break
        return head[:size]


def of_file(path: Path) -> Given:
    def chunks() -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                while piece := file.read(CHUNK):
                    yield piece
        except OSError as error:
            raise CannotBring(UNREADABLE) from error

    return Given(path.name, chunks)


@contextmanager
def packed(path: Path) -> Iterator[list[Found]]:
    """List what is in a ZIP; each file can be read as long as this is open. Raises CannotBring."""
    try:
        with found.packed(path, most_bytes=MOST_BYTES, most_ratio=MOST_RATIO) as members:
            yield list(members)
    except NotAFolder as error:
        sentence = UNPACKS_TO_TOO_MUCH if error.sentence is found.TOO_MUCH else error.sentence
        raise CannotBring(sentence) from error


def of_member(member: Found, beside: frozenset[str] = frozenset()) -> Given:
    def chunks() -> Iterator[bytes]:
        try:
            yield from member.chunks()
        except CannotRead as error:
            raise CannotBring(error.sentence) from error

    return Given(member.name, chunks, beside)
