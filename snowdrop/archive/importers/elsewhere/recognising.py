"""What a file is that somebody chose: told by what is in it, whatever it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers.elsewhere import given, plain
from snowdrop.archive.importers.elsewhere.came import Came, CannotBring, Place, Tally
from snowdrop.archive.importers.elsewhere.facebook import reading as facebook
from snowdrop.archive.importers.elsewhere.given import Given
from snowdrop.archive.importers.elsewhere.mails import letters
from snowdrop.archive.importers.elsewhere.mails import reading as mails
from snowdrop.archive.importers.elsewhere.whatsapp import reading as whatsapp
from snowdrop.archive.importers.elsewhere.whatsapp.stamps import Order
from snowdrop.archive.importers.found import Found, is_packed

HEAD = 64 * 2**10  # bytes, by which a file is told
MOST_TRIED = 50  # files in a packed folder that are opened to tell what they are

EMPTY = _("This file is empty.")
A_FOLDER = _("This is a folder. Please choose the file that was exported, or pack the folder (ZIP).")
NOT_WORDS = _(
    "This is not a file that words can be read from. A chat of WhatsApp, a mailbox (mbox), an export of Facebook as "
    "JSON, a table (CSV) and plain text can be read."
)
NOT_WORDS_PACKED = _(
    "In this packed folder there are no words. A chat of WhatsApp, a mailbox (mbox) and an export of Facebook as JSON "
    "can be read from one."
)
INSTAGRAM = _(
    "This is an export of Instagram. It holds what you posted, which can be brought in with photographs, and not what "
    "others wrote below it."
)
A_PAGE = _("This is a page for a browser (HTML). Please save it as plain text, or copy the words by hand.")
A_DOCUMENT = _(
    "This is a document of a word processor. Please save it as plain text (.txt), or copy the words by hand."
)
OUTLOOK = _("This is a mailbox of Outlook. Please save the mails one by one as .eml, or export them as mbox.")
A_PICTURE = _("This is a picture, a film or a recording. It can be added with photographs and recordings.")

_INSTAGRAM = re.compile(
    r"(?:[^/]+/)?(?:your_instagram_activity/.*|content/posts_\d+\.json|media/(?:posts|stories)/\d{6}/.*|media\.json)"
)
_FACEBOOK = re.compile(r"(?:[^/]+/)?your_(?:facebook_activity|activity_across_facebook)/.*")
_COMMENTS_INSIDE = re.compile(rb'"comments"\s*:\s*\[\s*\{')
_TIMELINE_INSIDE = re.compile(rb'"(?:wall_posts_sent_to_you|activity_log_data)"\s*:|"title"\s*:\s*"[^"]* wrote on')
_MAILBOX = re.compile(r"(?:.*/)?[^/]+\.(?:mbox|eml|mbx)|(?:.*/)?mbox", re.IGNORECASE)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"OggS", b"ID3", b"%PDF")


@dataclass(frozen=True)
class Reading:
    """A file that was recognised, ready to be read."""

    place: Place | None
    words: Iterator[Came]  # once, in the order of the file; raises CannotBring, also after some of them
    tally: Tally = field(default_factory=Tally)


Way = Callable[[Tally], Iterator[Came]]


@contextmanager
def opened(path: Path, *, today: date, order: Order | None = None) -> Iterator[Reading]:
    """Recognise a file and read its words as they are asked for. Raises CannotBring with a sentence for people.

    `order` is what somebody told of the days of a chat, where `tally.day_is_a_guess` was set the first time.
    """
    if path.is_dir():
        raise CannotBring(A_FOLDER)
    if is_packed(path):
        with given.packed(path) as members:
            yield _reading(*_of_packed(members, today, order))
    else:
        yield _reading(*_of_file(given.of_file(path), today, order))


def recognise(path: Path, *, today: date) -> Place | None:
    """Say where the words in a file were written, None for plain text. Raises CannotBring where there are none."""
    with opened(path, today=today) as reading:
        return reading.place


def _reading(place: Place | None, way: Way) -> Reading:
    tally = Tally()
    return Reading(place, way(tally), tally)


def _of_packed(members: list[Found], today: date, order: Order | None) -> tuple[Place | None, Way]:
    files = [given.of_member(member) for member in members]
    names = [file.name for file in files]
    if any(_INSTAGRAM.fullmatch(name) for name in names):
        raise CannotBring(INSTAGRAM)
    if any(facebook.is_list(name) or facebook.is_page(name) for name in names):
        return Place.FACEBOOK, partial(facebook.read, files, today=today)
    if any(_FACEBOOK.fullmatch(name) for name in names):
        raise CannotBring(facebook.NO_WORDS)
    beside = frozenset(name.rpartition("/")[2] for name in names)
    texts = [file for file in files if file.name.lower().endswith(".txt")]
    # The chat itself, before a text that somebody sent in it.
    texts.sort(key=lambda file: (not _is_chat_name(file.name), file.name.count("/")))
    for file in texts[:MOST_TRIED]:
        if whatsapp.is_one(file.head(HEAD)):
            chat = Given(file.name, file.chunks, beside)
            return Place.WHATSAPP, partial(whatsapp.read, chat, today=today, order=order)
    boxes = [file for file in files if _MAILBOX.fullmatch(file.name)]
    if any(letters.is_one(file.head(HEAD)) for file in boxes[:MOST_TRIED]):
        return Place.MAIL, lambda tally: (word for box in boxes for word in mails.read(box, tally, today=today))
    if any(name == "[Content_Types].xml" or name == "content.xml" for name in names):
        raise CannotBring(A_DOCUMENT)
    raise CannotBring(NOT_WORDS_PACKED)


def _is_chat_name(name: str) -> bool:
    last = name.rpartition("/")[2].lower()
    return last == "_chat.txt" or (last.endswith(".txt") and "whatsapp" in last)


def _of_file(file: Given, today: date, order: Order | None) -> tuple[Place | None, Way]:
    head = file.head(HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0"):
        raise CannotBring(EMPTY)
    if letters.is_one(head):
        return Place.MAIL, partial(mails.read, file, today=today)
    if sentence := _not_text(head):
        raise CannotBring(sentence)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b'"', b"{", b"[", b"]", b"}"):
        if _COMMENTS_INSIDE.search(head):
            name = "album/0.json"
        elif _TIMELINE_INSIDE.search(head):
            name = "other_people's_posts_to_your_timeline.json"
        else:
            raise CannotBring(NOT_WORDS)
        alone = Given(name, file.chunks)
        return Place.FACEBOOK, partial(facebook.read, [alone], today=today)
    if start[:1] == b"<" and re.match(rb"<(?:!doctype html|html|head|body|svg|\?xml)", start, re.IGNORECASE):
        raise CannotBring(A_PAGE)
    if whatsapp.is_one(head):
        return Place.WHATSAPP, partial(whatsapp.read, file, today=today, order=order)
    if plain.is_table(head):
        return None, partial(plain.read_table, file)
    if file.name.lower().endswith(".csv"):
        raise CannotBring(plain.NO_COLUMN)
    return None, partial(plain.read, file)


def _not_text(head: bytes) -> str | Promise:
    """Say what a file is that is no text; "" for text. Some controls may stand in a text, many do not."""
    if head.startswith(_PICTURES) or head[4:8] == b"ftyp":
        return A_PICTURE
    if head.startswith(b"!BDN"):
        return OUTLOOK
    if head.startswith((b"{\\rtf", b"\xd0\xcf\x11\xe0")):
        return A_DOCUMENT
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ""
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return NOT_WORDS if controls > len(head) // 20 else ""
