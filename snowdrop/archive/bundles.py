"""Taking a file with words that came elsewhere, and saying what of it may wait to be read."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from snowdrop.archive import jobs
from snowdrop.archive.importers.elsewhere.whatsapp.stamps import Order
from snowdrop.archive.models import Bundle
from snowdrop.keepsakes import names
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.storage import originals, room
from snowdrop.storage.originals import Received

# What a person is asked; a file with the year first asks nothing.
ORDERS = (Order.DAY_FIRST, Order.MONTH_FIRST)


def take(received: Received, *, came_as: str, by: Viewer) -> Bundle:
    """Keep a file until it was looked into. Raises NotForYou, DiskIsFull; the file is gone then."""
    bundle = Bundle(memorial=by.memorial, came_as=names.as_it_came(came_as))
    try:
        by.check(Act.BRING_WORDS)
        if by.person is None:
            raise NotForYou
        bundle.sender = by.person
        with room.told_plainly():
            bundle.path.parent.mkdir(mode=0o700, exist_ok=True)
            received.arrived.replace(bundle.path)
            originals.sync_folder(bundle.path.parent)
        with transaction.atomic():
            bundle.save(force_insert=True)
            jobs.look_into_words.enqueue(str(bundle.pk))
    except BaseException:
        bundle.path.unlink(missing_ok=True)
        raise
    finally:
        received.discard()
    return bundle


@transaction.atomic
def say_order(bundle: Bundle, order: Order, *, by: Viewer) -> None:
    """Say whether the day or the month stands first, where the file does not tell. Raises NotForYou."""
    if order not in ORDERS:
        raise NotForYou
    if _mine(bundle, by=by, state=Bundle.State.ASKS).update(state=Bundle.State.ARRIVED, order=order):
        jobs.look_into_words.enqueue(str(bundle.pk))


@transaction.atomic
def bring(bundle: Bundle, *, names: Collection[int], own_only: bool, by: Viewer) -> None:
    """Let the words of these wait to be read, by the numbers of their names; once however often it is called.

    Raises NotForYou.
    """
    told = bundle.report.get("names", [])
    without = [name for number, name in enumerate(told) if number not in names]
    looked = _mine(bundle, by=by, state=Bundle.State.LOOKED_INTO)
    if looked.update(state=Bundle.State.COMES, without=without, own_only=own_only):
        jobs.bring_words_in.enqueue(str(bundle.pk))


def _mine(bundle: Bundle, *, by: Viewer, state: Bundle.State) -> QuerySet[Bundle]:
    by.check(Act.BRING_WORDS)
    return Bundle.objects.filter(pk=bundle.pk, memorial=by.memorial, sender=by.person, state=state)
