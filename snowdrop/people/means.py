"""By what somebody comes back in: an address, passkeys, a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from snowdrop.people.models import Passkey, Person, SheetCode


@dataclass(frozen=True)
class Means:
    address: bool
    passkeys: int
    codes: int  # of the sheet, not used yet

    def __bool__(self) -> bool:
        return self.address or self.passkeys > 0 or self.codes > 0

    @property
    def only_this_passkey(self) -> bool:
        return self == Means(address=False, passkeys=1, codes=0)


def of(person: Person) -> Means:
    return Means(
        address=bool(person.email),
        passkeys=Passkey.objects.filter(person=person).count(),
        codes=SheetCode.objects.filter(person=person, used_at=None).count(),
    )


def has_any(person: Person) -> bool:
    if person.email:
        return True
    if Passkey.objects.filter(person=person).exists():
        return True
    return SheetCode.objects.filter(person=person, used_at=None).exists()
