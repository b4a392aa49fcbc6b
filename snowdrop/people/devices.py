"""The devices somebody is signed in on: brought in by a code, seen in a list, signed out from any of them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from snowdrop.people import letters, tokens
from snowdrop.people.lifetimes import within
from snowdrop.people.models import DeviceCode, Person, Session

LASTS = timedelta(minutes=10)
GROUPS = 4  # of three letters: 53 bits, for ten minutes


class WrongDeviceCode(Exception):
    """No device shows this code now, or it was used."""


def _hash(code: str) -> str:
    # With the house's secret key: 53 bits could be guessed by whoever holds a copy of the database.
    return salted_hmac("snowdrop.device", tokens.as_typed(code), algorithm="sha256").hexdigest()


@transaction.atomic
def bring_in(*, by: Person) -> str:
    """Return a code to type on another device. It stands nowhere else; the one before it ends."""
    code = tokens.to_type(GROUPS)
    DeviceCode.objects.filter(person=by).delete()
    DeviceCode.objects.create(person=by, code_hash=_hash(code))
    return code


@transaction.atomic
def typed(code: str) -> Person:
    """Use the code up and return who showed it. Raises WrongDeviceCode."""
    now = timezone.now()
    codes = DeviceCode.objects.select_related("person").filter(person__closed_at=None)
    shown = codes.filter(code_hash=_hash(code)).first()
    in_time = within("made_at", LASTS, now)
    if shown is None or not DeviceCode.objects.filter(in_time, pk=shown.pk, used_at=None).update(used_at=now):
        raise WrongDeviceCode
    transaction.on_commit(partial(letters.device_came_in, shown.person))
    return shown.person


def of(person: Person) -> QuerySet[Session]:
    """The devices this person is signed in on now, the one seen last at the top."""
    live = Session.objects.filter(person=person, expires_at__gt=timezone.now())
    return live.order_by("-seen_on", "-began_at", "-pk")


def sign_out(session: Session, *, by: Person) -> None:
    """Sign a device out. At its next request it is nobody's."""
    Session.objects.filter(pk=session.pk, person=by).delete()


def sign_out_elsewhere(*, by: Person, here: Session) -> None:
    """Sign every device out but this one. A code that waits to be typed brings none in any more."""
    Session.objects.filter(person=by).exclude(pk=here.pk).delete()
    DeviceCode.objects.filter(person=by).delete()


def sign_out_everywhere(*, by: Person) -> None:
    Session.objects.filter(person=by).delete()
    DeviceCode.objects.filter(person=by).delete()
