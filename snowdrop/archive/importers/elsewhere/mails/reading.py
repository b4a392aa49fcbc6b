"""Words out of a mailbox (mbox) or one mail."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import errors, header, utils
from email.message import Message

from snowdrop.archive.importers.elsewhere.came import MOST_TEXT, Came, Place, Tally, Why, came
from snowdrop.archive.importers.elsewhere.given import Given
from snowdrop.archive.importers.elsewhere.mails import letters, pages, quoting
from snowdrop.archive.importers.elsewhere.mails.letters import Part
from snowdrop.archive.importers.elsewhere.texts import cleaned, decoded, one_line

FIRST_YEAR = 1971
MOST_FILES = 100  # attached to one mail

# What programs write into the labels of a mail that was not received.
_NOT_SENT = frozenset({"drafts", "trash", "spam", "entwürfe", "papierkorb", "brouillons", "corbeille", "borradores"})
_DELETED_IN_THUNDERBIRD = 0x0008


def read(given: Given, tally: Tally, *, today: date) -> Iterator[Came]:
    """Yield what people wrote, in the order of the mailbox, one mail in memory at a time. Raises CannotBring."""
    for mail in letters.each(given.chunks()):
        why = _why_not(mail)
        if why is not None:
            tally.leave_out(why)
            continue
        text, is_cut = _text(mail)
        text = cleaned(text)
        files = tuple(_files(mail))
        if is_cut or len(text) > MOST_TEXT:
            tally.leave_out(Why.TOO_LONG)
        elif not text and not files:
            tally.leave_out(Why.EMPTY)
        else:
            own = quoting.own(text)
            yield came(_signed(mail.headers), text, _at(mail.headers, today), Place.MAIL, own=own, files=files)


def _why_not(mail: Part) -> Why | None:
    headers = mail.headers
    sender = str(headers.get("From", "")).lower()
    automatic = _first(headers, "Auto-Submitted")
    precedence = _first(headers, "Precedence")
    if (
        mail.type == "multipart/report"
        or "mailer-daemon@" in sender
        or "postmaster@" in sender
        or _first(headers, "Return-Path") == "<>"
    ):
        # An automatic answer has no way back either, so that two machines do not answer each other for ever.
        return Why.AUTOMATIC if automatic.startswith("auto-replied") else Why.BOUNCE
    if (automatic and not automatic.startswith("no")) or "X-Autoreply" in headers or "X-Autorespond" in headers:
        return Why.AUTOMATIC
    if precedence in ("auto_reply", "auto-reply"):
        return Why.AUTOMATIC
    if precedence in ("bulk", "junk") and "List-Unsubscribe" in headers:
        return Why.NEWSLETTER
    if any(part.type == "text/vnd.google.email-reaction+json" for part in _all(mail)):
        return Why.REACTION
    labels = {label.strip().lower() for label in _said(headers.get("X-Gmail-Labels", "")).split(",")}
    if not _NOT_SENT.isdisjoint(labels) or _is_struck_out(headers):
        return Why.DRAFT
    return None


def _first(headers: Message, name: str) -> str:
    return str(headers.get(name, "")).strip().lower()


def _is_struck_out(headers: Message) -> bool:
    """Whether Thunderbird shows this mail no longer: it is taken out of the file only later."""
    try:
        return bool(int(_first(headers, "X-Mozilla-Status") or "0", 16) & _DELETED_IN_THUNDERBIRD)
    except ValueError:
        return False


def _all(part: Part) -> Iterator[Part]:
    yield part
    for inner in part.parts:
        yield from _all(inner)


# -- who and when ------------------------------------------------------------------------------


def _said(value: object) -> str:
    """Return a header as text, with what RFC 2047 packs into it."""
    # Python's own would refuse what a stranger's program encoded wrongly.
    try:
        pieces = header.decode_header(re.sub(r"\r?\n[ \t]", " ", str(value)))
    except (errors.HeaderParseError, binascii.Error, ValueError):
        return str(value)
    return "".join(piece if isinstance(piece, str) else decoded(piece, charset or "") for piece, charset in pieces)


def _signed(headers: Message) -> str:
    """The name a mail is sent under; without one what stands before the @, for an address is nobody else's business."""
    name, address = utils.parseaddr(re.sub(r"\s+", " ", str(headers.get("From", ""))))
    signed = one_line(_said(name)).strip("\"' ")
    if not signed or "@" in signed:
        signed = one_line((signed or address).partition("@")[0])
    return signed


def _at(headers: Message, today: date) -> datetime | None:
    """When it was sent; where that is wrong or missing, when it was received. In UTC."""
    received = [str(value).rpartition(";")[2] for value in headers.get_all("Received", [])]
    for value in (str(headers.get("Date", "")), *received):
        try:
            at = utils.parsedate_to_datetime(" ".join(value.split()))
            at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        if at.year >= FIRST_YEAR and at.date() <= today + timedelta(days=2):
            return at
    return None


# -- what ---------------------------------------------------------------------------------------


def _text(part: Part) -> tuple[str, bool]:
    """Return the text of a mail, and whether it was too long to be read whole."""
    if part.is_text:
        text = decoded(_unpacked(part), part.headers.get_content_charset() or "")
        if part.type == "text/html":
            text = pages.text_of(text)
        elif _is_flowed(part.headers):
            text = _unflowed(text)
        return text.replace("\r\n", "\n"), part.is_cut
    if part.type == "multipart/alternative":
        # The plain text first, in whichever order they stand; the page where there is no other.
        written = [(_is_page(inner), *_text(inner)) for inner in part.parts]
        written = [one for one in written if one[1].strip()]
        _page, text, is_cut = min(written, key=lambda one: one[0], default=(False, "", False))
        return text, is_cut
    found = [_text(inner) for inner in part.parts if not inner.is_attached]
    texts = [text.strip("\r\n") for text, _cut in found if text.strip()]
    return "\n\n".join(texts), any(cut for _text, cut in found)


def _is_page(part: Part) -> bool:
    return all(inner.type != "text/plain" for inner in _all(part))


def _is_flowed(headers: Message) -> bool:
    return str(headers.get_param("format", "")).lower() == "flowed"


def _unflowed(text: str) -> str:
    """Join lines that a program broke, so that a phone may break them elsewhere. Source: RFC 3676, section 4."""
    lines: list[str] = []
    joins = False
    for line in text.replace("\r\n", "\n").split("\n"):
        quoted = line.startswith(">")
        line = line.removeprefix(" ") if not quoted else line
        if joins and not quoted and line != "-- ":
            lines[-1] += line
        else:
            lines.append(line)
        joins = line.endswith(" ") and line != "-- " and not quoted
    return "\n".join(lines)


def _unpacked(part: Part) -> bytes:
    coding = str(part.headers.get("Content-Transfer-Encoding", "")).strip().lower()
    if coding == "quoted-printable":
        return quopri.decodestring(part.body)
    if coding == "base64":
        return _base64(part.body)
    return part.body


def _base64(body: bytes) -> bytes:
    """What can be read of it: a list may have added its footer below, and a disk may have cut it off."""
    found = []
    for line in body.split(b"\n"):
        plain = re.sub(rb"[^A-Za-z0-9+/]", b"", line)
        if plain and len(re.sub(rb"[\s=]", b"", line)) == len(plain):
            found.append(plain)
    packed = b"".join(found)
    return binascii.a2b_base64(
        packed[: len(packed) - len(packed) % 4] + _padded(packed[len(packed) - len(packed) % 4 :])
    )


def _padded(rest: bytes) -> bytes:
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def _files(mail: Part) -> Iterator[str]:
    count = 0
    for part in _all(mail):
        if part.parts or (part.is_text and not part.headers.get_filename()) or part.type.startswith("multipart/"):
            continue
        count += 1
        if count > MOST_FILES:
            return
        try:
            name = one_line(_said(part.headers.get_filename() or ""))
        except (ValueError, LookupError, TypeError):
            name = ""
        yield name or part.type
