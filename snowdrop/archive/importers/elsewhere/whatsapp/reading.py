"""Words out of a chat that WhatsApp exported: the text alone, or packed together with what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers.elsewhere import texts
from snowdrop.archive.importers.elsewhere.came import Came, CannotBring, Place, Tally, Why, came
from snowdrop.archive.importers.elsewhere.given import Given
from snowdrop.archive.importers.elsewhere.whatsapp import chat, stamps
from snowdrop.archive.importers.elsewhere.whatsapp.chat import Kind
from snowdrop.archive.importers.elsewhere.whatsapp.stamps import Order

NOT_A_CHAT = _("This is not a chat that was exported from WhatsApp.")
LINES_OF_HEAD = 50

# "~ Bibi" is a name that somebody gave herself, on a telephone that does not know her number.
_NOT_IN_CONTACTS = re.compile(r"\A~\s*(?=\S)")

_WHY = {
    Kind.SYSTEM: Why.SYSTEM,
    Kind.DELETED: Why.DELETED,
    Kind.MEDIA: Why.MEDIA,
    Kind.STICKER: Why.STICKER,
    Kind.CALL: Why.CALL,
    Kind.CONTACT: Why.CONTACT,
    Kind.PLACE: Why.PLACE,
    Kind.POLL: Why.POLL,
    Kind.EMPTY: Why.EMPTY,
    Kind.TOO_LONG: Why.TOO_LONG,
}


def is_one(head: bytes) -> bool:
    """Whether a file is a chat, by its first lines."""
    lines = texts.lines(iter([head]))
    for _number, line in zip(range(LINES_OF_HEAD), lines, strict=False):
        header = stamps.header(line)
        if header is not None and stamps.read(header.stamp, header.brackets) is not None:
            return True
    return False


def read(given: Given, tally: Tally, *, today: date, order: Order | None = None) -> Iterator[Came]:
    """Yield what people wrote, oldest first as in the file, read twice and never held in memory.

    The times are those of the telephone, without a zone. `order` is what somebody told of 3/4 where `tally` says that
    it was a guess. Raises CannotBring.
    """
    found = chat.survey(texts.lines(given.chunks()), today=today, order=order)
    if found is None:
        raise CannotBring(NOT_A_CHAT)
    tally.day_is_a_guess = found.order_is_a_guess
    for message in chat.messages(texts.lines(given.chunks()), found, today=today):
        if message.kind is not Kind.WORDS:
            tally.leave_out(_WHY[message.kind])
            continue
        files = (texts.name_of_file(message.file),) if message.file else ()
        missing = tuple(name for name in files if name not in given.beside)
        tally.miss(missing)
        if missing and not message.text:
            tally.leave_out(Why.MEDIA)
            continue
        yield came(
            _NOT_IN_CONTACTS.sub("", message.author),
            message.text,
            message.at,
            Place.WHATSAPP,
            signed_perhaps=message.author_may_be,
            files=files,
            missing=missing,
        )
