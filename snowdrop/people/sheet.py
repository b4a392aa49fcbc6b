"""A sheet to print: eight codes, each of which lets its owner in once, without mail and without a device."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from snowdrop.people import letters, tokens
from snowdrop.people.models import Person, SheetCode

CODES = 8
GROUPS = 6  # of three letters: 80.3 bits


class WrongSheetCode(Exception):
    """No sheet in use has this code, or it was used."""


@transaction.atomic
def make(*, by: Person) -> list[str]:
    """Return the codes of a new sheet; they stand nowhere else. The sheet before it is worth nothing any more."""
    codes = [tokens.to_type(GROUPS) for _line in range(CODES)]
    SheetCode.objects.filter(person=by).delete()
    SheetCode.objects.bulk_create(SheetCode(person=by, code_hash=_hash(code)) for code in codes)
    return codes


@transaction.atomic
def use(typed: str, *, by: Person | None = None) -> Person:
    """Use one line up and return whose it is. `by`: it has to be theirs, and nobody is told. Raises WrongSheetCode."""
    lines = SheetCode.objects.select_related("person").filter(person__closed_at=None)
    line = lines.filter(code_hash=_hash(typed)).first()
    if line is None or (by is not None and line.person != by):
        raise WrongSheetCode
    if not SheetCode.objects.filter(pk=line.pk, used_at=None).update(used_at=timezone.now()):
        raise WrongSheetCode
    if by is None:
        transaction.on_commit(partial(letters.device_came_in, line.person))
    return line.person


def _hash(code: str) -> str:
    # Without the house's secret key: paper outlives a key that a host has to make anew.
    return tokens.digest(tokens.as_typed(code))
