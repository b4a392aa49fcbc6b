"""What we write to people. A mail is a postcard: nothing private in it, its subject tells nothing.

Every mail to a person goes through `write`, which asks `may`: what reaches somebody is theirs to say.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snowdrop.config.models import House
from snowdrop.people import zones
from snowdrop.people.models import Person, WayBack, WordsMail

logger = logging.getLogger(__name__)


class Kind(Enum):
    """Why somebody is written to."""

    SAFETY = "something is about to be taken from them, or could be: a way in, or looking after a page"
    ANNOUNCED = "something will happen on a page that they look after, unless one of those who do stops it"
    LET_KNOW = "somebody would like them to know that there is something new"
    WAITS = "something waits for them on a page that they look after"
    WORDS = "words were left, or let in, on a page that they read or read first for"
    ASKED_IN = "somebody asks them in, and typed their address for it"


def may(person: Person, kind: Kind, *, to: str = "") -> bool:
    """Whether this person is written to for this reason. A code somebody asks for is no letter: it always goes.

    `to` is another address of theirs than the one they have now, which may be none.
    """
    if person.closed_at is not None or not (to or person.email):
        return False
    if kind is Kind.SAFETY:
        return True  # not reading of it in time could cost somebody their own page
    wished = {
        Kind.ANNOUNCED: True,
        Kind.ASKED_IN: True,
        Kind.LET_KNOW: person.wants_let_know,
        Kind.WAITS: person.wants_waiting,
        Kind.WORDS: person.words_mail != WordsMail.NEVER,
    }
    return wished[kind] and not person.mail_rests


def may_reach(address: str, kind: Kind) -> bool:
    """Whether a mail for this reason may go to an address that somebody else typed.

    It may where nobody here has it. Of two who share it, one who may be written to is enough.
    """
    here = list(Person.objects.with_address(address))
    return not here or any(may(person, kind) for person in here)


def write(
    person: Person,
    kind: Kind,
    *,
    subject: str | Promise,
    template: str,
    context: Mapping[str, Any],
    to: str = "",
) -> None:
    """Write to this person, in their language and their time, if they want such mail.

    `to` is another address of theirs than the one they have now. A mail that cannot go out is noted and
    keeps nothing else from happening: call this once the change it speaks of is committed.
    """
    if not may(person, kind, to=to):
        return
    with translation.override(person.language or settings.LANGUAGE_CODE), timezone.override(zones.of(person)):
        letter = EmailMessage(
            str(subject),
            render_to_string(template, dict(context)),
            settings.DEFAULT_FROM_EMAIL,
            [to or str(person.email)],
        )
        try:
            letter.send()
        except (OSError, SMTPException, BadHeaderError) as error:
            # One address that is refused keeps no other letter from going. No address stands in a log.
            logger.warning("a letter could not be sent: %s", type(error).__name__)


def code(to: str, digits: str) -> None:
    """Send the digits that let the holder of this address in. Whoever asked for them is who they go to."""
    text = render_to_string("people/letters/code.txt", {"code": f"{digits[:4]} {digits[4:]}"})
    # Translators: the subject of a mail with a code to sign in. It must not say what the place is for.
    EmailMessage(_("Your code"), text, settings.DEFAULT_FROM_EMAIL, [to]).send()


# Translators: the subject of a mail about signing in. It must not say what the place is for.
_WAYS_IN = gettext_lazy("About your ways in")


def passkey_added(person: Person) -> None:
    """Tell somebody that a passkey of theirs was added: if it was not them, they can act at once."""
    write(person, Kind.SAFETY, subject=_WAYS_IN, template="people/letters/passkey_added.txt", context={})


def passkey_taken_off(person: Person) -> None:
    """Tell somebody that a passkey of theirs was taken off: if it was not them, somebody else is in."""
    write(person, Kind.SAFETY, subject=_WAYS_IN, template="people/letters/passkey_taken_off.txt", context={})


def device_came_in(person: Person) -> None:
    """Tell somebody that a device came in by a sheet or by a code from another device."""
    write(person, Kind.SAFETY, subject=_WAYS_IN, template="people/letters/device_came_in.txt", context={})


def address_changed(person: Person, *, old: str, at: datetime) -> None:
    """Tell the address that a person had and the one that they have now."""
    said = {"at": at, "contact": House.here().contact}
    for address, is_old in ((old, True), ("", False)):
        context = said | {"is_old": is_old}
        write(
            person,
            Kind.SAFETY,
            subject=_WAYS_IN,
            template="people/letters/address_changed.txt",
            context=context,
            to=address,
        )


def way_back_made(way: WayBack) -> None:
    """Tell the person that somebody made a way back for them, and until when it can be stopped."""
    context = {"way": way, "by": way.made_by.name if way.made_by else "", "contact": House.here().contact}
    write(way.person, Kind.SAFETY, subject=_WAYS_IN, template="people/letters/way_back_made.txt", context=context)


def way_back_used(person: Person, *, old: str, at: datetime) -> None:
    """Tell the address that a person had that it lets them in no longer, once and for the last time."""
    context = {"at": at, "contact": House.here().contact}
    template = "people/letters/way_back_used.txt"
    write(person, Kind.SAFETY, subject=_WAYS_IN, template=template, context=context, to=old)
