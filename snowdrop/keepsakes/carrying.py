"""How photographs and recordings are carried into a memorial of one's own. Their files are kept once, and stay."""

from __future__ import annotations

from typing import Any

from snowdrop.keepsakes.models import Cover, Photograph, Recording
from snowdrop.memorials.separating import Carrying, Parting


class CarriedPhotograph(Carrying):
    kind = Photograph
    order = 20

    def made(self, row: Photograph) -> None:
        row.batch = None
        row.order_key = row.order_key[:-12] + row.pk.hex[:12]

    def copied(self, parting: Parting, pairs: list[tuple[Any, Any]]) -> None:
        new = {old.pk: one for old, one in pairs}
        for cover in Cover.objects.filter(memorial=parting.memorial, photograph__in=new):
            Cover.objects.create(memorial=parting.to, photograph=new[cover.photograph_id])

    def finish(self, parting: Parting) -> None:
        # At the head stood a picture that only they could see.
        for cover in Cover.objects.filter(memorial=parting.memorial, photograph__memorial=parting.to):
            Cover.objects.filter(pk=cover.pk).update(memorial=parting.to)


class CarriedRecording(Carrying):
    kind = Recording
    order = 21

    def made(self, row: Recording) -> None:
        row.batch = None
        row.order_key = row.order_key[:-12] + row.pk.hex[:12]
