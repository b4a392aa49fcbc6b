"""What a person is called. Their name stands on pages that other floors make, so those want to know when it changes."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from snowdrop.people.models import Person

_told: list[Callable[[Person], None]] = []


def tell(about: Callable[[Person], None]) -> None:
    """Call this with each person whose name changed, in the transaction of the change."""
    if about not in _told:
        _told.append(about)


@transaction.atomic
def call(person: Person, name: str) -> None:
    """Give this person another name, wherever it stands."""
    Person.objects.filter(pk=person.pk).update(name=name)
    person.name = name
    changed(person)


def changed(person: Person) -> None:
    """Say that this person is called otherwise now."""
    for about in _told:
        about(person)
