"""A sealed envelope before those who look after the page: each of them chooses when, and for themselves alone."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from snowdrop.handover.models import Answer, Envelope, Telling
from snowdrop.keepsakes import handed
from snowdrop.memorials import keepings, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.storage.models import Original


def find(id: uuid.UUID, *, by: Viewer) -> Envelope:
    """Return an envelope of this memorial. Raises NotForYou."""
    by.check(Act.KEEP)
    found = Envelope.objects.of(by).filter(pk=id).first()
    if found is None:
        raise NotForYou
    return found


def answer_of(envelope: Envelope, viewer: Viewer) -> Answer | None:
    return Answer.objects.filter(envelope=envelope, person=viewer.person).first()


@transaction.atomic
def open_it(envelope: Envelope, *, by: Viewer) -> None:
    """Open it for this keeper. What lies in it is closed, and no other keeper is told or sees any of it.

    The first who opens it makes keepings of what lies in it; everybody after is let read the same ones. Does no
    harm twice. Raises NotForYou.
    """
    by.check(Act.KEEP)
    row = Envelope.objects.of(by).sealed().select_for_update().filter(pk=envelope.pk).first()
    if row is None:
        raise NotForYou
    _keep_what_lies_in(row, by)
    for rows in of_envelope(row):
        keepings.let_read(rows.values_list("pk", flat=True), by=by)
    Answer.objects.update_or_create(envelope=row, person=by.person, defaults={"opened_at": timezone.now()})
    revision.bump(by.memorial, "handover", "keepsakes")


def of_envelope(envelope: Envelope) -> list[QuerySet[Any]]:
    """What was kept of it, each kind by itself; nothing while nobody has opened it."""
    assert envelope.memorial is not None
    return [Telling.objects.filter(envelope=envelope), *handed.of_batch(envelope.pk, envelope.memorial)]


def _keep_what_lies_in(row: Envelope, by: Viewer) -> None:
    lies = list(row.enclosed.select_related("original").order_by("came_at", "pk"))
    # Held until this is committed, so that nobody deletes one for good meanwhile.
    originals = Original.objects.select_for_update().filter(pk__in=[one.original_id for one in lies])
    list(originals.order_by("pk"))
    for one in lies:
        handed.keep(one.original, id=one.pk, by=by, came_as=one.came_as, cover=row.from_whom, batch=row.pk)
    row.enclosed.all().delete()
    if row.telling:
        telling = Telling(envelope=row, text=row.telling, told_by=row.from_whom)
        keepings.keep_handed_over(telling, by=by, cover=row.from_whom)
        # It stands in one place, so that it can be deleted for good.
        row.telling = ""
        row.digest = row.digest_of_words()
        row.save(update_fields=["telling", "digest"])


@transaction.atomic
def not_now(envelope: Envelope, *, by: Viewer) -> None:
    """Leave it sealed, and say no more of it on this keeper's page. It can be opened at any time, also in decades."""
    by.check(Act.KEEP)
    if not Envelope.objects.of(by).sealed().filter(pk=envelope.pk).exists():
        raise NotForYou
    Answer.objects.update_or_create(envelope=envelope, person=by.person, defaults={"not_now_at": timezone.now()})
