"""How moments and drafts are carried into a memorial of one's own, with the photographs in them."""

from __future__ import annotations

from typing import Any

from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.models import Beloved
from snowdrop.memorials.separating import Carrying, Parting
from snowdrop.story.models import Draft, Moment, Placed


class CarriedMoment(Carrying):
    kind = Moment
    order = 30

    def copied(self, parting: Parting, pairs: list[tuple[Any, Any]]) -> None:
        new = {old.pk: one.pk for old, one in pairs}
        _place(parting, new)
        _say_about(parting, new)

    def moved(self, parting: Parting, rows: list[Any]) -> None:
        same = {row.pk: row.pk for row in rows}
        _place(parting, same)
        _say_about(parting, same)

    def finish(self, parting: Parting) -> None:
        # A picture of theirs alone is in no moment that stays.
        Placed.objects.filter(moment__memorial=parting.memorial, photograph__memorial=parting.to).delete()


def _place(parting: Parting, moments: dict[Any, Any]) -> None:
    """Put into these moments, given as {old: new}, what came along of the photographs that were in them."""
    before = list(Placed.objects.filter(moment__in=moments).order_by("order", "pk"))
    places = parting.places(Photograph, {row.photograph_id for row in before})
    Placed.objects.filter(moment__in=[new for old, new in moments.items() if old == new]).delete()
    Placed.objects.bulk_create(
        Placed(moment_id=moments[row.moment_id], photograph_id=places[row.photograph_id], order=row.order)
        for row in before
        if row.photograph_id in places
    )


def _say_about(parting: Parting, moments: dict[Any, Any]) -> None:
    through = Moment.about.through
    before = list(through.objects.filter(moment__in=moments))
    places = parting.places(Beloved, {row.beloved_id for row in before})
    through.objects.filter(moment__in=[new for old, new in moments.items() if old == new]).delete()
    through.objects.bulk_create(
        through(moment_id=moments[row.moment_id], beloved_id=places[row.beloved_id])
        for row in before
        if row.beloved_id in places
    )


class CarriedDraft(Carrying):
    """Of a change whose moment does not come along, the words come as those of a new moment."""

    kind = Draft
    points = {"moment": Moment}
    order = 31
