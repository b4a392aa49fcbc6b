"""Beginning a memorial: the only thing asked is what they call them, and it may stay empty."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import finding, revision
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Membership, Memorial, Name
from snowdrop.people.models import Person


@transaction.atomic
def begin(*, by: Person, name: str = "") -> Memorial:
    """Make a memorial that only `by` sees. Nobody is told."""
    memorial = Memorial.objects.create(began_by=by)
    Membership.objects.create(memorial=memorial, person=by, circle=Circle.KEEPERS)
    now = timezone.now()
    # As wide as the page itself ever gets by asking people in: the page is what stays closed.
    beloved = Beloved(memorial=memorial, writer=by, audience=Circle.LINK, shown_at=now)
    beloved.save()
    if name:
        row = Name(memorial=memorial, writer=by, audience=Circle.LINK, shown_at=now, beloved=beloved, text=name)
        row.digest = row.digest_of_words()
        row.save()
        finding.write_down(row)
    revision.bump(memorial, "memorials")
    return memorial
