"""Who somebody is whose address is proven: the one person who has it, somebody new, or one of several who share it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from snowdrop.people.models import Person
from snowdrop.people.sessions import SessionStore

LASTS = timedelta(minutes=15)
_PROVED = "proved"


class NothingProven(Exception):
    """This browser proved no address, or too long ago."""


@transaction.atomic
def come(address: str, *, store: SessionStore) -> Person | None:
    """Sign in whom this proven address belongs to, somebody new if there was nobody.

    Returns None where several people share it: the browser then has a quarter of an hour to say who it is.
    """
    # Locked, so that an address which is being taken off somebody does not let its reader in as them meanwhile.
    known = list(Person.objects.with_address(address).select_for_update()[:2])
    if len(known) > 1:
        store[_PROVED] = {"address": address, "at": timezone.now().isoformat()}
        return None
    person = known[0] if known else Person.objects.create(email=address)
    store.sign_in(person)
    return person


def proven(store: SessionStore) -> str | None:
    """Return the address that this browser proved within the last quarter of an hour, and said nobody for yet."""
    said = store.get(_PROVED) if store.session_key else None
    if not isinstance(said, dict):
        return None
    age = timezone.now() - datetime.fromisoformat(said["at"])
    # A clock that was set back makes a proof from the future. It is asked for again.
    return str(said["address"]) if timedelta(0) <= age <= LASTS else None


@transaction.atomic
def choose(who: int | None, *, store: SessionStore) -> Person | None:
    """Sign in one of those who share the proven address; with None somebody new, who shares it from now on.

    Returns None for who is not one of them. Raises NothingProven.
    """
    address = proven(store)
    if address is None:
        raise NothingProven
    if who is None:
        person: Person | None = Person.objects.create(email=address)
    else:
        person = Person.objects.with_address(address).select_for_update().filter(pk=who).first()
    if person is not None:
        store.pop(_PROVED)
        store.sign_in(person)
    return person
