"""The stamp of a form for a stranger's words: which page it was made for, when, and what makes the words in it one.

    stamp.make(memorial.pk, now)                  # for the hidden field
    stamp.read(posted, memorial.pk, now)          # a Stamp, or why there is none

It holds 128 random bits. What is sent twice with the same ones is the same words, however often a line breaks.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from django.core.signing import BadSignature, Signer

FIELD = "stamp"
LONGEST = 200  # characters; ours have 108
AT_ONCE = timedelta(seconds=2)  # nobody reads a page, writes and presses a button sooner
LONG = timedelta(days=30)

_SHAPE = struct.Struct(">16sQQ")  # once, the memorial, milliseconds since 1970


class NoStamp(Enum):
    """Why a form has no stamp that counts. Its words are shown again with a new one: it is nobody's fault."""

    MISSING = auto()
    FORGED = auto()  # or signed before the house was given another secret
    ELSEWHERE = auto()  # made for another memorial


@dataclass(frozen=True)
class Stamp:
    """A stamp of this house, for this memorial."""

    once: bytes  # a secret of the form it was made for
    age: timedelta  # never below zero

    # Neither refuses anything: both are reasons for whoever reads first.
    is_sudden: bool
    is_old: bool

    @property
    def token(self) -> str:
        """The same secret as it stands in the link by which its writer mends what was written in this form."""
        return base64.urlsafe_b64encode(self.once).decode().rstrip("=")


def make(memorial_id: int, now: datetime) -> str:
    """Return a new stamp for a form that is shown now."""
    since_1970 = max(0, round(now.timestamp() * 1000))
    stamped = _SHAPE.pack(secrets.token_bytes(16), memorial_id, since_1970)
    return _signer().sign(base64.urlsafe_b64encode(stamped).decode().rstrip("="))


def read(token: str, memorial_id: int, now: datetime) -> Stamp | NoStamp:
    """Read what came back in the hidden field."""
    if not token:
        return NoStamp.MISSING
    try:
        stamped = _signer().unsign(token) if len(token) <= LONGEST else ""
        once, memorial, milliseconds = _SHAPE.unpack(base64.urlsafe_b64decode(stamped + "=="))
        shown_at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (BadSignature, binascii.Error, struct.error, ValueError):
        return NoStamp.FORGED
    if memorial != memorial_id:
        return NoStamp.ELSEWHERE
    age = now - shown_at
    # A form from the future was shown before the clock was set back: nobody knows how long ago.
    return Stamp(once, max(age, timedelta()), is_sudden=timedelta() <= age < AT_ONCE, is_old=age > LONG)


def again(token: str, memorial_id: int, now: datetime) -> str:
    """Return the stamp for a form that is shown once more with what was typed: its own where it has one."""
    return token if isinstance(read(token, memorial_id, now), Stamp) else make(memorial_id, now)


def _signer() -> Signer:
    return Signer(salt="snowdrop.words.stamp")
