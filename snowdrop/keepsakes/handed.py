"""What comes by hand-over: looked at in the cage at once, by nobody else, and kept once a keeper opens it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from snowdrop.keepsakes import adding, jobs, names
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials import keepings, kinds
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Memorial
from snowdrop.storage import ingest
from snowdrop.storage.models import Original
from snowdrop.storage.originals import Received


def take_in(received: Received) -> Original:
    """Keep a received file as an original that no page shows.

    Raises NotAPicture, CouldNotOpen, DiskIsFull; the file is gone then. Not to be called inside a transaction.
    """
    take = ingest.take_in_recording if adding.is_recording(received) else ingest.take_in
    return take(received)


def keep(
    original: Original, *, id: uuid.UUID, by: Viewer, came_as: str, cover: str, batch: uuid.UUID
) -> Photograph | Recording:
    """Keep a handed-over original in the memorial, closed (`keepings.keep_handed_over`), in the caller's transaction.

    What pages show of it is made only now: of what lies in an envelope there is nothing but the original.
    """
    row: Photograph | Recording
    if original.is_picture:
        row = Photograph(pk=id, original=original)
    else:
        row = Recording(pk=id, original=original, is_film=original.is_film)
    row.came_as, row.batch = names.as_it_came(came_as), batch
    row.memorial = by.memorial
    row.date = adding.date_of(original)
    row.order_key = row.order_key_now()
    keepings.keep_handed_over(row, by=by, cover=cover)
    if isinstance(row, Photograph):
        jobs.make_renditions.enqueue([[original.sha256, row.turned]])
    else:
        jobs.make_recording.enqueue(original.sha256)
    return row


def of_batch(batch: uuid.UUID, memorial: Memorial) -> list[QuerySet[Any]]:
    """What was kept of one envelope, whatever became of it since, each kind by itself."""
    came: dict[str, Any] = {"memorial": memorial, "batch": batch, "is_handed_over": True}
    return [kind._default_manager.filter(**came) for kind in kinds.all_kinds() if hasattr(kind, "batch")]
