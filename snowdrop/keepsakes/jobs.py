"""What is done with photographs after the answer, and what comes round by itself."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from snowdrop.config.jobs import every, job
from snowdrop.keepsakes import reaping
from snowdrop.memorials import revision
from snowdrop.memorials.models import Memorial
from snowdrop.storage import ingest, renditions
from snowdrop.storage.models import Original
from snowdrop.storage.sizes import Form


@job(tries=4, priority=-10)
def make_renditions(pictures: list[list[str | int]]) -> None:
    """Make what is missing of each picture, given as [digest of the original, turn by hand in degrees].

    A page that comes first makes its own JPEG; nobody waits for the AVIF. A picture that is gone meanwhile, or cannot
    be opened any more, does not hold up the others.
    """
    troubles: list[Exception] = []
    for sha256, turned in pictures:
        original = Original.objects.filter(pk=sha256, photographs__isnull=False).first()
        if original is None:
            continue
        try:
            if ingest.look_inside(original):
                _say_that_it_looks_otherwise(original)
            for form in (Form.JPEG, Form.AVIF):
                renditions.ensure(original, int(turned), form)
        except Exception as error:  # tried again as a whole: what is there already costs nothing
            troubles.append(error)
    if troubles:
        raise troubles[0]


@transaction.atomic
def _say_that_it_looks_otherwise(original: Original) -> None:
    """Its colour and its size stand on pages that were made before anybody opened it."""
    for memorial in Memorial.objects.filter(pk__in=original.photographs.values("memorial")):
        revision.bump(memorial, "keepsakes")


@every(timedelta(days=1))
@job(tries=2)
def sweep_originals() -> None:
    reaping.sweep(at=timezone.now())


@every(timedelta(hours=1))
@job(tries=2)
def sweep_uploads() -> None:
    """Let go of what began to arrive, and nobody went on with."""
    reaping.sweep_uploads(at=timezone.now())
