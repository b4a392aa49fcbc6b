"""Links of the host's: for the first host, and for people who begin a memorial without a mail address."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from snowdrop.people import tokens
from snowdrop.people.models import Card, Person


class CardIsUsed(Exception):
    """The link was used, is too old, or never was one."""


def make(purpose: Card.For, *, note: str = "", uses: int = 1, days: int = 30) -> str:
    """Return a new token. It stands nowhere else: whoever does not note it down makes another."""
    token = tokens.make()
    Card.objects.create(
        token_hash=tokens.digest(token),
        purpose=purpose,
        note=note,
        uses_left=uses,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token


def for_the_first_host() -> str | None:
    """Return a token for the first host, or None where there is a host. An earlier unused one ends."""
    if Person.objects.filter(is_host=True).exists():
        return None
    Card.objects.filter(purpose=Card.For.FIRST_HOST).delete()
    return make(Card.For.FIRST_HOST, days=1)


def find(token: str, purpose: Card.For) -> Card | None:
    card = Card.objects.filter(token_hash=tokens.digest(token), purpose=purpose).first()
    return card if card and card.opens else None


@transaction.atomic
def use(token: str, purpose: Card.For, *, person: Person | None, name: str = "") -> Person:
    """Use the card once and return who came by it: `person`, or somebody new. Raises CardIsUsed."""
    card = find(token, purpose)
    if card is None or not Card.objects.filter(pk=card.pk, uses_left__gt=0).update(uses_left=F("uses_left") - 1):
        raise CardIsUsed
    person = person or Person.objects.create(name=name)
    if purpose == Card.For.FIRST_HOST:
        Person.objects.filter(pk=person.pk).update(is_host=True)
        person.is_host = True
    return person
