"""What goes with a keepsake that is deleted for good, its file and renditions, where nobody else has them; and what
began to arrive and never came to its end.

The only code that deletes an original.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import ProtectedError, QuerySet

from snowdrop.keepsakes.models import Keepsake, Upload
from snowdrop.storage import originals, parts, renditions
from snowdrop.storage.models import Original

# A file that came a moment ago may be about to get its keeping.
SETTLED = timedelta(days=1)


def forget(row: Keepsake) -> None:
    """Delete the row, and after the commit its original where no keeping of any memorial names it any more.

    Called in the transaction of the deletion, after the record of it was written. Does no harm twice.
    """
    type(row)._default_manager.filter(pk=row.pk).delete()
    transaction.on_commit(partial(forget_unnamed, row.original_id))


def unnamed() -> QuerySet[Original]:
    """Originals that nothing names: no keeping of any memorial, and no sealed envelope."""
    return Original.objects.filter(**{relation.name: None for relation in Original._meta.related_objects})


@transaction.atomic
def forget_unnamed(sha256: str) -> bool:
    """Delete an original that nothing names, row and file; return whether it went.

    The file goes before the commit, so that whoever finds no row knows that there is no file either
    and brings a new one. Were it to go after, it could take the file of somebody who adds the same picture now.
    """
    original = Original.objects.select_for_update().filter(pk=sha256).first()
    if original is None:
        return False
    try:
        original.delete()
    except ProtectedError:
        return False
    originals.path(sha256).unlink(missing_ok=True)
    renditions.forget(sha256)
    return True


def sweep(*, at: datetime) -> int:
    """Delete originals that nothing names for longer than a day: their adding or deleting was cut short."""
    long_since = unnamed().filter(stored_at__lt=at - SETTLED).values_list("pk", flat=True)
    return sum(forget_unnamed(sha256) for sha256 in list(long_since[:1000]))


def sweep_uploads(*, at: datetime) -> int:
    """Let go of what nobody went on with for a week, and of files that no row names; return how many of the former."""
    gone = 0
    for upload in Upload.objects.filter(expires_at__lte=at)[:1000]:
        try:
            with parts.held(upload.pk):
                # Between the list and this moment somebody may have gone on with it.
                if Upload.objects.filter(pk=upload.pk, expires_at__lte=at).delete()[0]:
                    parts.forget(upload.pk)
                    gone += 1
        except parts.Held:
            continue
    there = set(parts.names())
    named = set(Upload.objects.filter(told__isnull=True).values_list("pk", flat=True))
    for id in there - named:
        try:
            with parts.held(id):
                if not Upload.objects.filter(pk=id, told__isnull=True).exists():
                    parts.forget(id)
        except parts.Held:
            continue
    return gone
