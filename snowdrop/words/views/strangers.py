"""What is asked of every form that strangers send, whatever they leave: a stamp, a proof in a surge, and reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from snowdrop.memorials.access import MemorialRequest
from snowdrop.memorials.circles import Circle
from snowdrop.words import proof, signals, stamp, surge, trap
from snowdrop.words.models import Book
from snowdrop.words.said import Origin
from snowdrop.words.stamp import Stamp
from snowdrop.words.surge import Judgement, Level

# Whom the keepers asked in is no stranger, however many of them write at once.
CALM = Judgement(Level.CALM)


def judge(request: MemorialRequest, text: str, stamped: Stamp, now: datetime) -> Judgement:
    """What to do with what came. Without a text it says nothing, and many alike are no sign of a machine."""
    viewer = request.viewer
    if viewer.circle >= Circle.FRIENDS:
        return CALM
    return surge.judge(
        viewer.memorial.pk,
        viewer.guest.pk if viewer.guest else None,
        _network(request),
        now,
        words=signals.fingerprint(text) if text else b"",
        proven=proof.holds(request.POST.get(proof.FIELD, ""), stamped, viewer.memorial.pk, now),
    )


def origin(request: MemorialRequest, text: str, signed: str, stamped: Stamp, judgement: Judgement) -> Origin:
    """Where it came from and what speaks for a second look. Of whom the keepers asked in, nothing is remembered."""
    viewer = request.viewer
    network = "" if viewer.circle >= Circle.FRIENDS else surge.trace(_network(request), viewer.memorial.pk)
    if not (text or signed):
        return Origin(network)  # there is nothing to read
    found = signals.reasons(
        text,
        signed,
        listed=Book.of(viewer.memorial).words_listed,
        stamp=stamped,
        judgement=judgement,
        is_trapped=trap.is_filled(request.POST),
    )
    return Origin(network, signals.written(found), signals.rank(found))


def shown(request: MemorialRequest, now: datetime, *, asks: bool = False) -> dict[str, Any]:
    """What the form needs: its stamp, and a challenge where one is expected or `asks` for it."""
    viewer, sent = request.viewer, request.POST
    memorial, link = viewer.memorial.pk, viewer.guest.pk if viewer.guest else None
    token = stamp.again(sent.get(stamp.FIELD, ""), memorial, now)
    stamped, is_stranger = stamp.read(token, memorial, now), viewer.circle < Circle.FRIENDS
    asks = asks or (is_stranger and surge.expects_proof(memorial, link, _network(request), now))
    return {
        "stamp": token,
        "challenge": proof.ask(stamped, memorial, now) if asks and isinstance(stamped, Stamp) else "",
        "proof": sent.get(proof.FIELD, ""),
        "is_stranger": is_stranger,
    }


def _network(request: MemorialRequest) -> str:
    return surge.network_of(request.META.get("REMOTE_ADDR", ""))
