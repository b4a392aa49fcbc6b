"""Handing over: a link for one giver, files put in, and the envelope closed. Nobody is mailed, and nobody looks."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.handover.models import Enclosed, Envelope
from snowdrop.keepsakes import handed, names
from snowdrop.memorials import revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.people import tokens
from snowdrop.storage.cage import Busy
from snowdrop.storage.models import Original
from snowdrop.storage.originals import Received

LINK_LASTS = timedelta(days=60)  # of a link that a keeper made
MOST_FILES = 500
MOST_BYTES = 8 * 2**30


class IsClosed(Exception):
    """Nothing can be put into it any more: it was handed over, or its link ended."""


class Refused(Exception):
    """This cannot be done with the envelope as it is. `sentence` says why."""

    sentence: str | Promise = ""


class IsFull(Refused):
    sentence = _("There is no more room in this envelope. Close it, and ask for another link.")


class IsEmpty(Refused):
    sentence = _("Nothing lies in the envelope yet. Put something in first, or write a few words.")


@transaction.atomic
def make_link(called: str, *, by: Viewer, asks_for_words: bool = False) -> tuple[Envelope, str]:
    """Make an envelope that somebody else fills; return it with its link's token, which stands nowhere else."""
    by.check(Act.KEEP)
    token = tokens.make()
    envelope = Envelope.objects.create(
        memorial=by.memorial,
        called=called,
        asks_for_words=asks_for_words,
        token_hash=tokens.digest(token),
        made_by=by.person,
        link_ends_at=timezone.now() + LINK_LASTS,
    )
    return envelope, token


def find(token: str) -> Envelope | None:
    """Return the envelope of this link, in whatever state it is."""
    return Envelope.objects.filter(token_hash=tokens.digest(token)).first()


def may_be_filled(envelope: Envelope) -> bool:
    return Envelope.objects.to_be_filled().filter(pk=envelope.pk).exists()


def put_in(envelope: Envelope, received: Received, *, came_as: str) -> tuple[Enclosed, bool]:
    """Put a file in; return it, and whether it lay there before. It is looked at in the cage at once.

    Raises IsClosed, IsFull, NotAPicture, CouldNotOpen, DiskIsFull; the file is gone then.
    Not to be called inside a transaction.
    """
    try:
        _check_room(envelope, received.size)
    except BaseException:
        received.discard()
        raise
    original = handed.take_in(received)
    with transaction.atomic():
        _locked(envelope.pk)
        # It may be deleted for good in this very moment, with another page that had it.
        if not Original.objects.select_for_update().filter(pk=original.pk).exists():
            raise Busy("deleted for good in this very moment")
        came = {"came_as": names.as_it_came(came_as)}
        enclosed, is_new = Enclosed.objects.get_or_create(envelope=envelope, original=original, defaults=came)
    return enclosed, not is_new


def _check_room(envelope: Envelope, size: int) -> None:
    if not may_be_filled(envelope):
        raise IsClosed
    lies = Enclosed.objects.filter(envelope=envelope).aggregate(
        files=Count("pk"), size=Sum("original__size", default=0)
    )
    if lies["files"] >= MOST_FILES or lies["size"] + size > MOST_BYTES:
        raise IsFull


def _locked(id: uuid.UUID) -> Envelope:
    envelope = Envelope.objects.to_be_filled().select_for_update().filter(pk=id).first()
    if envelope is None:
        raise IsClosed
    return envelope


@transaction.atomic
def take_out(envelope: Envelope, enclosed: uuid.UUID) -> None:
    """Take a file out again that was put in by mistake. Raises IsClosed."""
    _locked(envelope.pk)
    # Of the original the daily sweep takes care: it may lie elsewhere too.
    Enclosed.objects.filter(pk=enclosed, envelope=envelope).delete()


@transaction.atomic
def seal(
    envelope: Envelope,
    *,
    giver: str,
    note: str = "",
    telling: str = "",
    said: str = "",
    said_on: date | None = None,
) -> Envelope:
    """Close it and hand it over. The link is worth nothing from then on. Raises IsClosed, IsEmpty."""
    row = _locked(envelope.pk)
    if not telling and not row.enclosed.exists():
        raise IsEmpty
    row.giver, row.note, row.telling, row.said, row.said_on = giver, note, telling, said, said_on
    _seal(row)
    return row


def _seal(row: Envelope) -> None:
    row.sealed_at, row.number, row.digest = timezone.now(), row.enclosed.count(), row.digest_of_words()
    row.save()
    if row.memorial is not None:
        revision.bump(row.memorial, "handover")


@transaction.atomic
def end_link(envelope: Envelope, *, by: Viewer) -> None:
    """Nothing more can be put in. What lies in it already is kept, sealed as it is. Raises NotForYou."""
    by.check(Act.KEEP)
    if envelope.memorial_id != by.memorial.pk:
        raise NotForYou
    row = Envelope.objects.select_for_update().filter(pk=envelope.pk, sealed_at=None, ended_at=None).first()
    if row is not None:
        _end(row)


@transaction.atomic
def close_empty(envelope: Envelope) -> None:
    """End one into which nothing was put. That of a card stays, for another try."""
    rows = Envelope.objects.select_for_update().filter(claim_hash=None, sealed_at=None, ended_at=None)
    row = rows.filter(pk=envelope.pk).first()
    if row is not None:
        _end(row)


def close_what_was_left(*, at: datetime) -> int:
    """Close the envelopes whose link is over, and those of cards to which nobody came back; return how many.

    Whoever put something in and went away meant it.
    """
    over = Envelope.objects.filter(link_ends_at__lte=at)
    lately = Enclosed.objects.filter(envelope=OuterRef("pk"), came_at__gt=at - LINK_LASTS)
    lies = Enclosed.objects.filter(envelope=OuterRef("pk"))
    left = Envelope.objects.filter(Exists(lies), ~Exists(lately), link_ends_at=None)
    closed = 0
    for rows in (over, left):
        for id in list(rows.filter(sealed_at=None, ended_at=None).values_list("pk", flat=True)[:1000]):
            with transaction.atomic():
                row = Envelope.objects.select_for_update().filter(pk=id, sealed_at=None, ended_at=None).first()
                if row is not None:
                    _end(row)
                    closed += 1
    return closed


def _end(row: Envelope) -> None:
    if row.enclosed.exists():
        _seal(row)
        return
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
