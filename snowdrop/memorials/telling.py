"""Letting people know that there is something to see: chosen people, one mail without content."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.config import limits
from snowdrop.memorials.access import Act, Viewer, standing_by
from snowdrop.memorials.kinds import all_kinds
from snowdrop.memorials.models import Keeping, Membership, Memorial
from snowdrop.people import letters
from snowdrop.people.models import Person


@transaction.atomic
def let_know(members: Iterable[Membership], *, by: Viewer, address: str) -> int:
    """Let each of these members know who has an address and wants such mail; return how many have an address.

    `address` is where the house stands. The mail names neither the memorial nor what is new on it. Who wants
    no mail is counted and noted like the others: nobody learns from us who that is. Raises TooMany, and then
    none is written.
    """
    by.check(Act.KEEP)
    chosen = 0
    for member in members:
        if member.memorial_id != by.memorial.pk or member.removed_at is not None or not member.person.email:
            continue
        Membership.objects.filter(pk=member.pk).update(let_know_at=timezone.now())
        sender = by.person.called if by.person else ""
        transaction.on_commit(partial(_write_something_is_new, member.person, sender, address))
        chosen += 1
    if chosen and by.person is not None:
        limits.take("sending mails", by.person.pk, count=chosen)
    return chosen


def _write_something_is_new(person: Person, sender: str, address: str) -> None:
    letters.write(
        person,
        letters.Kind.LET_KNOW,
        # Translators: the subject of a mail. It must not say what the page is about.
        subject=_("A page that was shared with you"),
        template="memorials/letters/let_know.txt",
        context={"sender": sender, "address": address},
    )


def something_waits(keeping: Keeping) -> None:
    """Write to the keepers who want it that something waits, once: not while another thing waits already.

    Call it in the transaction in which the keeping was offered.
    """
    wished = Membership.objects.keepers().filter(memorial=keeping.memorial, person__wants_waiting=True)
    keepers = list(wished.select_related("person", "memorial"))
    if not keepers:
        return
    viewer = standing_by(keepers[0])  # what waits, waits for every keeper alike
    if any(kind._default_manager.waiting_for(viewer).exclude(pk=keeping.pk).exists() for kind in all_kinds()):
        return
    for one in keepers:
        transaction.on_commit(partial(_write_something_waits, one.person))


def _write_something_waits(person: Person) -> None:
    letters.write(
        person,
        letters.Kind.WAITS,
        # Translators: the subject of a mail. It must not say what the page is about.
        subject=_("Something waits for you"),
        template="memorials/letters/something_waits.txt",
        context={"address": f"{settings.PUBLIC_URL}/" if settings.PUBLIC_URL else ""},
    )


def tell_keepers(memorial: Memorial, *, address: str, leaving: Person | None = None) -> None:
    """Write a postcard to every keeper who has an address, once this is committed: something is about to change.

    Also to whoever announced it: where that was not they themselves, they learn of it like this. A keeper who
    wants nothing at all for now reads it on the page; `leaving`, who would look after it no longer, is written
    to all the same.
    """
    here = Membership.objects.keepers().filter(memorial=memorial, person__email__isnull=False)
    for member in here.select_related("person"):
        kind = letters.Kind.SAFETY if member.person == leaving else letters.Kind.ANNOUNCED
        transaction.on_commit(partial(_write_about_to_change, member.person, kind, address))


def _write_about_to_change(person: Person, kind: letters.Kind, address: str) -> None:
    letters.write(
        person,
        kind,
        # Translators: the subject of a mail. It must not say what the page is about.
        subject=_("About a page that you look after"),
        template="memorials/letters/about_to_change.txt",
        context={"address": address},
    )
