"""Photographs in a moment, in the order the family chose."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.db import models, transaction
from django.db.models import Max

from snowdrop.keepsakes.models import Photograph, PhotographQuerySet
from snowdrop.memorials import keepings, revision
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.story.models import Moment, Placed


def placeable(ids: Iterable[uuid.UUID], viewer: Viewer) -> PhotographQuerySet:
    """Which of these photographs this person may put into a moment: those they see, and their own that wait."""
    ids = list(ids)
    own = Photograph.objects.own_of(viewer).filter(put_away_at=None).among(ids)
    return own | Photograph.objects.visible_to(viewer).among(ids)


@transaction.atomic
def put_with(moment: Moment, photographs: Sequence[Photograph], *, by: Viewer) -> None:
    """Put photographs at the end of a moment, each once. Raises NotForYou."""
    if not photographs:
        return
    _check(moment, by)
    ids = list(dict.fromkeys(photograph.pk for photograph in photographs))
    if placeable(ids, by).count() != len(ids):
        raise NotForYou
    there = set(Placed.objects.filter(moment=moment, photograph__in=ids).values_list("photograph", flat=True))
    last = Placed.objects.filter(moment=moment).aggregate(last=Max("order"))["last"]
    first_free = 0 if last is None else last + 1
    new = [id for id in ids if id not in there]
    Placed.objects.bulk_create(
        Placed(moment=moment, photograph_id=id, order=first_free + number) for number, id in enumerate(new)
    )
    revision.bump(by.memorial, "story")


@transaction.atomic
def put_with_each(together: Sequence[tuple[Moment, Sequence[Photograph]]], *, by: Viewer) -> None:
    """Put photographs with new moments, which carry none yet, as `put_with` does. Raises NotForYou."""
    ids = {photograph.pk for _moment, photographs in together for photograph in photographs}
    if placeable(ids, by).count() != len(ids):
        raise NotForYou
    rows = [
        Placed(moment=moment, photograph_id=id, order=order)
        for moment, photographs in together
        for order, id in enumerate(dict.fromkeys(photograph.pk for photograph in photographs))
    ]
    Placed.objects.bulk_create(rows, batch_size=keepings.TOGETHER)


@transaction.atomic
def take_off(moment: Moment, photograph: uuid.UUID, *, by: Viewer) -> None:
    """Take a photograph out of a moment. It stays in the memorial. Raises NotForYou."""
    _check(moment, by)
    _seen(moment, by).filter(photograph=photograph).delete()
    revision.bump(by.memorial, "story")


@transaction.atomic
def move(moment: Moment, photograph: uuid.UUID, *, later: bool, by: Viewer) -> None:
    """Put a photograph before or behind its neighbour. Raises NotForYou."""
    _check(moment, by)
    rows = list(_seen(moment, by).order_by("order", "pk"))
    at = next((number for number, row in enumerate(rows) if row.photograph_id == photograph), None)
    if at is None:
        raise NotForYou
    to = at + 1 if later else at - 1
    if not 0 <= to < len(rows):
        return
    # Only the two change places: a picture that somebody else put here unseen keeps its own.
    Placed.objects.filter(pk=rows[at].pk).update(order=rows[to].order)
    Placed.objects.filter(pk=rows[to].pk).update(order=rows[at].order)
    revision.bump(by.memorial, "story")


def _check(moment: Moment, by: Viewer) -> None:
    if not Moment.objects.changeable_by(by).filter(pk=moment.pk).exists():
        raise NotForYou


def _seen(moment: Moment, by: Viewer) -> models.QuerySet[Placed]:
    ids = list(Placed.objects.filter(moment=moment).values_list("photograph", flat=True))
    return Placed.objects.filter(moment=moment, photograph__in=placeable(ids, by).values("pk"))
