"""In which order keepsakes stand, and what each is called in a list."""

from __future__ import annotations

import uuid
from datetime import datetime

from snowdrop.dates.edtf import RoughDate
from snowdrop.storage.models import Original

_UNDATED = "9" * 15  # after every date there is
_NO_CLOCK = "0" * 6


def order_key(date: RoughDate | None, original: Original, came: datetime, id: uuid.UUID) -> str:
    """By date, then by the camera's clock, then as they came."""
    clock = _NO_CLOCK
    if date and str(date) == original.taken and original.taken_time:
        clock = original.taken_time.replace(":", "")
    microseconds = int(came.timestamp() * 1_000_000)
    return f"{date.sort_key if date else _UNDATED}{clock}{microseconds:017d}{id.hex[:12]}"


def first_words(caption: str) -> str:
    """The first line of a caption, as far as a list has room for it; "" where there is none."""
    first = caption.strip().partition("\n")[0]
    return first if len(first) <= 80 else first[:79].rstrip() + "…"
