"""What may reach a person: nothing at all for now, or what they ticked."""

from __future__ import annotations

from snowdrop.people.models import Person


def write_nothing(*, by: Person) -> None:
    """Write nothing to this person for now. What they ticked is kept for later."""
    Person.objects.filter(pk=by.pk).update(mail_rests=True)


def write_when_new(*, by: Person) -> None:
    """Write to this person when somebody would like them to know of something new. Their other ticks stay."""
    Person.objects.filter(pk=by.pk).update(wants_let_know=True)


def write_again(*, by: Person) -> None:
    Person.objects.filter(pk=by.pk).update(mail_rests=False)
