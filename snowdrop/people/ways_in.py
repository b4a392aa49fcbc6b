"""What lets somebody in: an address, devices that are signed in, passkeys, a sheet, a code to type."""

from __future__ import annotations

from snowdrop.people.models import DeviceCode, Passkey, Person, Session, SheetCode


def end(person: Person, *, but: Session | None = None) -> None:
    """End all of them at once, all but the device `but`. Call it in the transaction of the verb that says why.

    Of those who share an address only this person loses it.
    """
    Person.objects.filter(pk=person.pk).update(email=None)
    person.email = None
    for kind in (Passkey, SheetCode, DeviceCode):
        kind._default_manager.filter(person=person).delete()
    sessions = Session.objects.filter(person=person)
    (sessions.exclude(pk=but.pk) if but else sessions).delete()
