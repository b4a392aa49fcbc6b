"""Text out of strangers' files: lines in whichever coding, and such as every text of ours can hold."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers.elsewhere.came import CannotBring

LONGEST_LINE = 4 * 2**20  # bytes, or characters where each has two
LONGEST_NAME = 255  # characters

NO_LINES = _("This is no text that a person wrote: it has no lines.")

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HALVES_IN_UTF8 = re.compile(b"\xed[\xa0-\xbf][\x80-\xbf]")
_HALVES = re.compile("[\ud800-\udfff]")
# Marks that turn the direction of writing stand before what the service wrote. Inside a text they are its writer's.
MARKS = "\u200e\u200f\u061c\u2060\ufeff"


def safe(text: str) -> str:
    """Return a text without control characters and halves of characters; PostgreSQL holds no NUL."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", _CONTROLS.sub("", text))


def cleaned(text: str) -> str:
    """Return a safe text without the space around it."""
    return safe(text).strip()


@lru_cache(1024)
def one_line(text: str) -> str:
    """Return a name as it can be shown: on one line, without anything that could begin another line of a mail."""
    text = _HALVES.sub("\N{REPLACEMENT CHARACTER}", _CONTROLS.sub(" ", text))
    return " ".join(text.split())[:LONGEST_NAME].rstrip()


def name_of_file(name: str) -> str:
    """Return a file's name without the folders before it, which a stranger may have written too."""
    return one_line(name.replace("\\", "/").rstrip("/").rpartition("/")[2])


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield each line without its end, in UTF-8, UTF-16 or, line by line, Windows-1252. Only "\\n" ends a line.

    A message of WhatsApp may hold other characters that end a line elsewhere. Raises CannotBring.
    """
    pieces = iter(chunks)
    first = next(pieces, b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from _wide_lines(chain([first], pieces))
        return
    rest = first.removeprefix(codecs.BOM_UTF8)
    while True:
        block, newline, rest = rest.rpartition(b"\n")
        if newline:
            yield from _decoded_lines(block)
        if len(rest) > LONGEST_LINE:
            raise CannotBring(NO_LINES)
        piece = next(pieces, b"")
        if not piece:
            break
        rest += piece
    if rest:
        yield from _decoded_lines(rest)


def _decoded_lines(block: bytes) -> Iterator[str]:
    try:
        found = block.decode().split("\n")
    except UnicodeDecodeError:
        found = [decoded(line) for line in block.split(b"\n")]
    for line in found:
        yield line[:-1] if line.endswith("\r") else line


def _wide_lines(pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    rest = ""
    for piece in pieces:
        found = (rest + decoder.decode(piece)).split("\n")
        rest = found.pop()
        if len(rest) > LONGEST_LINE:
            raise CannotBring(NO_LINES)
        yield from (line.removesuffix("\r") for line in found)
    rest += decoder.decode(b"", True)
    if rest:
        yield rest.removesuffix("\r")


# Names under which mails and pages say one coding and mean a wider one.
_MEANT = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
}
# Codings of Python for its own use, in which a stranger's bytes could mean anything.
_NEVER = frozenset({"unicode_escape", "raw-unicode-escape", "utf-7", "idna", "punycode", "undefined"})


def decoded(content: bytes, charset: str = "") -> str:
    """Return bytes as text. What is whole UTF-8 is that, whatever `charset` says; no byte is fatal."""
    try:
        if not content.isascii():
            return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        known = codecs.lookup(charset.strip() or "ascii").name
    except (LookupError, ValueError):
        known = "ascii"
    meant = _MEANT.get(known, known)
    if known in _NEVER or (meant == "utf-8" and _is_mostly_not_utf8(content)):
        meant = "cp1252"
    try:
        return content.decode(meant, "replace")
    except (LookupError, ValueError):  # what turns bytes into bytes is no coding of text
        return content.decode("cp1252", "replace")


def _is_mostly_not_utf8(content: bytes) -> bool:
    """Whether bytes that are no UTF-8 are more like Windows-1252 than like UTF-8 with a byte broken."""
    text = _HALVES_IN_UTF8.sub(b"\xff", content).decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    return broken > sum(not character.isascii() for character in text) - broken
