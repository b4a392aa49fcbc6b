"""Passkeys: kept on a device, used to come in, called something else, taken off.

What a device sends is read by `fido2`, which checks signatures and formats. What it leaves to us is checked here:
that the challenge is ours, unused and five minutes old at most, that the page it was given on is this very house, and
that a signature counter only counts up.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from snowdrop.config.models import House
from snowdrop.people import letters, means
from snowdrop.people.lifetimes import within
from snowdrop.people.models import Passkey, Person, Session

LASTS = timedelta(minutes=5)
LONGEST = 64 * 2**10  # characters of an answer; real ones have about a thousand
ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256: every device there is offers one of them
_ALGORITHM = 3  # where a COSE key says which it is for
LOOPBACK = ("127.0.0.1", "::1")

Answer = TypeVar("Answer", RegistrationResponse, AuthenticationResponse)


class NotTaken(Exception):
    """What the device sent opens nothing. The text is a sentence for whoever sent it."""


class LastWayIn(Exception):
    """Without this passkey the person could not come in any more."""


@dataclass(frozen=True)
class Place:
    """Where this house stands, as a browser sees it. A passkey belongs to the host; an answer to one exact origin."""

    host: str
    origins: frozenset[str]


def place_of(request: HttpRequest) -> Place:
    netloc = request.get_host()
    host = urlsplit(f"//{netloc}").hostname or ""
    origins = {f"{request.scheme}://{netloc}"}
    if settings.PUBLIC_URL and urlsplit(settings.PUBLIC_URL).hostname == host:
        origins.add(settings.PUBLIC_URL)
    # No passkey belongs to a bare number; browsers take localhost for this machine.
    return Place("localhost" if host in LOOPBACK else host, frozenset(origins))


def _server(place: Place) -> Fido2Server:
    # A phone lists its passkeys by this name: the host's own, or one that says nothing.
    name = House.here().name or _("A page")
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=place.host, name=name),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin in place.origins,  # the library's own takes any port and any subdomain
    )
    server.timeout = int(LASTS.total_seconds() * 1_000)  # type: ignore[assignment]  # milliseconds; declared None
    server.allowed_algorithms = [one for one in server.allowed_algorithms if one.alg in ALGORITHMS]
    return server


def _descriptors(keys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            type=PublicKeyCredentialType.PUBLIC_KEY, id=AttestedCredentialData(bytes(key.attested)).credential_id
        )
        for key in keys
    ]


def _new_challenge(session: Session) -> bytes:
    challenge = secrets.token_bytes(32)
    # One at a time: asking again ends the one before.
    Session.objects.filter(pk=session.pk).update(challenge=websafe_encode(challenge), challenged_at=timezone.now())
    return challenge


def _take_challenge(said: bytes, session: Session) -> None:
    """Use the challenge up, whatever the answer to it is worth. Raises NotTaken."""
    mine = Session.objects.filter(within("challenged_at", LASTS, timezone.now()), pk=session.pk)
    if not mine.filter(challenge=websafe_encode(said)).update(challenge="", challenged_at=None):
        raise NotTaken(_("This took longer than five minutes, or was sent before. Please try again."))


def ask(*, place: Place, session: Session, of: Person | None = None) -> dict[str, Any]:
    """Return what to ask the device, to come in. `of`: only this person's passkeys; else whichever it has."""
    options, _state = _server(place).authenticate_begin(
        credentials=None if of is None else _descriptors(Passkey.objects.filter(person=of)),
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=_new_challenge(session),
    )
    return dict(options)


def ask_for_new(
    *, handle: UUID, name: str, place: Place, session: Session, beside: Iterable[Passkey] = ()
) -> dict[str, Any]:
    """Return what to ask the device, to keep a passkey. `beside`: those it must not have already."""
    called = name or _("A page")
    options, _state = _server(place).register_begin(
        PublicKeyCredentialUserEntity(id=handle.bytes, name=called, display_name=called),
        credentials=_descriptors(beside),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=_new_challenge(session),
    )
    return dict(options)


def _read(answer: str, kind: type[Answer]) -> Answer:
    try:
        said = json.loads(answer) if len(answer) <= LONGEST else None
        if not isinstance(said, dict) or None in said["response"].values():
            raise ValueError
        return kind.from_dict(said)
    # Bytes from a stranger go through JSON, base64 and CBOR here, each with errors of its own.
    except Exception as error:
        raise NotTaken(_("What the device sent could not be read. Please try again.")) from error


def _check(client: CollectedClientData, data: AuthenticatorData, *, place: Place, session: Session) -> dict[str, Any]:
    """Check what has a sentence of its own, and return the state with which the library checks all of it."""
    _take_challenge(client.challenge, session)
    if str(client.origin) not in place.origins or client.cross_origin:
        raise NotTaken(_("This passkey was used at another address than this one. Nothing was opened."))
    if not data.is_user_verified():
        raise NotTaken(_("The device did not check that it is you. Set a screen lock or a PIN on it, then try again."))
    required = UserVerificationRequirement.REQUIRED
    return {"challenge": websafe_encode(client.challenge), "user_verification": required}


def _is_not_known() -> NotTaken:
    return NotTaken(_("This passkey is not known here, or was taken off. Please come in another way."))


def come_in(answer: str, *, place: Place, session: Session, of: Person | None = None) -> Person:
    """Return the person whose passkey signed. `of`: it has to be this one. Raises NotTaken."""
    read = _read(answer, AuthenticationResponse)
    data = read.response.authenticator_data
    state = _check(read.response.client_data, data, place=place, session=session)
    theirs = Passkey.objects.select_related("person").filter(person__closed_at=None)
    known = theirs.filter(credential_id=websafe_encode(read.raw_id)).first()
    if known is None or (of is not None and known.person != of):
        raise _is_not_known()
    if read.response.user_handle not in (known.person.uuid.bytes, None):
        raise _is_not_known()
    try:
        _server(place).authenticate_complete(state, [AttestedCredentialData(bytes(known.attested))], read)
    except Exception as error:  # as in _read: a key may be of any kind, a signature of any shape
        raise _is_not_known() from error
    # Most keychains do not count and say 0. One that counts never says the same number twice, unless it was copied.
    counts_up = Q(sign_count__lt=data.counter) if data.counter else Q(sign_count=0)
    used = Passkey.objects.filter(counts_up, pk=known.pk)
    if not used.update(sign_count=data.counter, backed_up=data.is_backed_up(), last_used_on=timezone.now().date()):
        raise NotTaken(
            _("This passkey may have been copied, so it opens nothing. Please come in another way and take it off.")
        )
    return known.person


def _verified(answer: str, *, place: Place, session: Session) -> AuthenticatorData:
    read = _read(answer, RegistrationResponse)
    data = read.response.attestation_object.auth_data
    state = _check(read.response.client_data, data, place=place, session=session)
    try:
        made = _server(place).register_complete(state, read)
        if made.credential_data is None or made.credential_data.public_key[_ALGORITHM] not in ALGORITHMS:
            raise ValueError
    except Exception as error:
        raise NotTaken(_("What the device sent could not be read. Please try again.")) from error
    return made


def _keep(made: AuthenticatorData, person: Person, label: str) -> Passkey:
    credential = made.credential_data
    assert credential is not None  # _verified saw to it
    try:
        with transaction.atomic():
            return Passkey.objects.create(
                person=person,
                credential_id=websafe_encode(credential.credential_id),
                attested=bytes(credential),
                sign_count=made.counter,
                backed_up=made.is_backed_up(),
                label=label,
            )
    except IntegrityError as error:
        raise NotTaken(_("This passkey is kept here already.")) from error


def add(answer: str, *, by: Person, place: Place, session: Session) -> Passkey:
    """Keep another passkey. Raises NotTaken."""
    made = _verified(answer, place=place, session=session)
    with transaction.atomic():
        key = _keep(made, by, session.device)
        transaction.on_commit(partial(letters.passkey_added, by))
    return key


def begin(answer: str, *, handle: UUID, place: Place, session: Session, device: str) -> Person:
    """Return somebody new, who comes in by this passkey and is known by nothing else. Raises NotTaken."""
    made = _verified(answer, place=place, session=session)
    with transaction.atomic():
        person = Person.objects.create(uuid=handle)
        _keep(made, person, device)
    return person


def remove(key: Passkey, *, by: Person) -> None:
    """Take a passkey off. Raises LastWayIn where there would be no other way in."""
    with transaction.atomic():
        # Held until the end: of two who take off the last two at once, one is told that it is the last.
        Person.objects.select_for_update().get(pk=by.pk)
        if means.of(by).only_this_passkey:
            raise LastWayIn
        taken_off, _kinds = Passkey.objects.filter(pk=key.pk, person=by).delete()
        if taken_off:
            transaction.on_commit(partial(letters.passkey_taken_off, by))
