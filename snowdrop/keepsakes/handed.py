"""What comes by hand-over: looked at in the cage at once, by nobody else, and kept once a keeper opens it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from snowdrop.keepsakes import adding, jobs, names
from snowdrop.keepsakes.models import Keepsake
from snowdrop.memorials import keepings, kinds
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Memorial
from snowdrop.storage.models import Original
from snowdrop.storage.originals import Received


def take_in(received: Received) -> Original:
    """Keep a received file as an original that no page shows.

    Raises NotAPicture, CouldNotOpen, DiskIsFull; the file is gone then. Not to be called inside a transaction.
    """
    return adding.way_of(received).take_in(received)


def keep(original: Original, *, id: uuid.UUID, by: Viewer, came_as: str, cover: str, batch: uuid.UUID) -> Keepsake:
    """Keep a handed-over original in the memorial, closed (`keepings.keep_handed_over`), in the caller's transaction.

    What pages show of it is made only now: of what lies in an envelope there is nothing but the original.
    """
    row = adding.of(original)
    row.pk, row.came_as, row.batch = id, names.as_it_came(came_as), batch
    row.memorial = by.memorial
    row.date = adding.date_of(original)
    row.order_key = row.order_key_now()
    keepings.keep_handed_over(row, by=by, cover=cover)
    jobs.make_ready(row)
    return row


def of_batch(batch: uuid.UUID, memorial: Memorial) -> list[QuerySet[Any]]:
    """What was kept of one envelope, whatever became of it since, each kind by itself."""
    came: dict[str, Any] = {"memorial": memorial, "batch": batch, "is_handed_over": True}
    return [kind._default_manager.filter(**came) for kind in kinds.all_kinds() if hasattr(kind, "batch")]
