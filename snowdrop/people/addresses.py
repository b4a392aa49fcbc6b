"""The address somebody comes in with: given, and changed."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from snowdrop.people import letters
from snowdrop.people.models import Person


@transaction.atomic
def give(address: str, *, by: Person) -> None:
    """Take this address, which a code has proven, for `by`. Where there was another, both are told.

    Somebody else may have the same one: whoever reads the mailbox says who they are.
    """
    old = Person.objects.select_for_update().get(pk=by.pk).email
    if old == address:
        return
    # Beside the address it expects: of two changes at once, each tells the address that it replaced.
    if Person.objects.filter(pk=by.pk, email=old).update(email=address) and old:
        by.email = address
        transaction.on_commit(partial(letters.address_changed, by, old=old, at=timezone.now()))
