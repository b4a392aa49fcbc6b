"""An account that is closed: nobody comes in as this person any more, and nothing says who it was."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from snowdrop.people import naming, ways_in
from snowdrop.people.models import Person, WayBack


@transaction.atomic
def close(person: Person) -> None:
    """Forget who this was and end every way in. The row stays, for what they wrote hangs on it."""
    Person.objects.filter(pk=person.pk, closed_at=None).update(
        closed_at=timezone.now(),
        name="",
        language="",
        time_zone="",
        wants_let_know=False,
        wants_waiting=False,
        words_mail="",
        mail_rests=True,
        is_host=False,
    )
    naming.changed(person)
    WayBack.objects.filter(person=person).delete()
    ways_in.end(person)
