"""How what came by hand-over is carried into a memorial of one's own: what was opened, and what is still sealed."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from snowdrop.handover import opening
from snowdrop.handover.models import Answer, Enclosed, Envelope, Telling
from snowdrop.memorials.separating import Carrying, Parting
from snowdrop.people import tokens


class CarriedTelling(Carrying):
    kind = Telling
    order = 40

    def made(self, row: Telling) -> None:
        row.envelope = None

    def finish(self, parting: Parting) -> None:
        """Of an envelope they have not opened each of the two has one, and neither learns of the other's."""
        opened = Answer.objects.filter(person=parting.person, opened_at__isnull=False).values("envelope")
        for before in Envelope.objects.of(parting.by).sealed().exclude(pk__in=opened):
            one = copy.copy(before)
            one._state = copy.copy(before._state)
            one._state.adding, one._state.fields_cache = True, {}
            one.pk, one.memorial = uuid.uuid4(), parting.to
            one.token_hash, one.claim_hash, one.kept_until = tokens.digest(tokens.make()), None, None
            told = Telling.objects.filter(envelope=before).first()  # where the other opened it
            one.telling = told.text if told else before.telling
            one.digest = one.digest_of_words()
            one.save(force_insert=True)
            Enclosed.objects.bulk_create(_lies_in(before, one))


def _lies_in(before: Envelope, copied: Envelope) -> list[Enclosed]:
    """What lies in it, or lay in it until the other opened it."""
    lies: list[Any] = list(before.enclosed.all())
    lies += [row for rows in opening.of_envelope(before) if rows.model is not Telling for row in rows]
    files = {one.original_id: one.came_as for one in lies}
    return [Enclosed(envelope=copied, original_id=sha256, came_as=name) for sha256, name in files.items()]
