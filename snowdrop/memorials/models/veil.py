"""What each person chose about closed things, and what is open for somebody just now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from snowdrop.memorials.models.memorial import Memorial
from snowdrop.memorials.models.people import GuestLink
from snowdrop.people.models import Person, Session

if TYPE_CHECKING:
    from snowdrop.memorials.access import Viewer

# How long a look lasts after its page was last asked for: the visit's end, as far as a house can tell.
LOOK_LASTS = timedelta(minutes=15)


class OwnChoiceQuerySet(models.QuerySet["OwnChoice"]):
    def of(self, viewer: Viewer) -> Self:
        """What this person, or this guest in this browser, chose here. Nobody's where nobody came by a browser."""
        if viewer.session is None:
            return self.none()
        here = self.filter(memorial=viewer.memorial)
        if viewer.person is not None:
            return here.filter(person=viewer.person)
        return here.filter(person=None, session=viewer.session, link=viewer.guest)


class OwnChoice(models.Model):
    """What one person chose about one closed thing, or about all of them. It is theirs alone, and no page tells it."""

    class What(models.TextChoices):
        NOT_AGAIN = "not_again"  # not even its cover
        OPEN = "open"  # without a cover, from now on
        ALL = "all"  # every closed thing of the memorial without a cover; names none of them

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    # A guest has no account: their choice is this browser's, for as long as they come by this link, or by none.
    session = models.ForeignKey(Session, null=True, on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(GuestLink, null=True, on_delete=models.CASCADE, related_name="+")
    keeping = models.UUIDField(null=True)  # of any kind
    what = models.CharField(max_length=9, choices=What)

    objects = OwnChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_choice_is_somebody_s",
                condition=Q(person__isnull=False, session=None, link=None) | Q(person=None, session__isnull=False),
            ),
            models.CheckConstraint(
                name="a_choice_is_of_one_or_all",
                condition=Q(what="all", keeping=None) | (~Q(what="all") & Q(keeping__isnull=False)),
            ),
            models.UniqueConstraint(
                "person",
                "keeping",
                name="one_choice_a_person",
                condition=Q(person__isnull=False, keeping__isnull=False),
            ),
        ]
        indexes = [
            # With all that `glance` asks, so that it reads no row.
            models.Index("person", "memorial", name="choices_of_person"),
            models.Index("session", "memorial", name="choices_of_browser"),
            models.Index("keeping", name="choices_of_keeping"),
        ]


class LookQuerySet(models.QuerySet["Look"]):
    def live(self, viewer: Viewer, at: datetime | None = None) -> Self:
        """What this browser has open just now. Somebody else who signs in on it begins with everything closed."""
        if viewer.session is None:
            return self.none()
        now = at or timezone.now()
        # Its end lies ahead, and not further than a look can last: a clock that was set back opens nothing.
        lasts = Q(until__gt=now, until__lte=now + LOOK_LASTS)
        return self.filter(lasts, session=viewer.session, person=viewer.person)


class Look(models.Model):
    """Somebody looks at one closed thing. It ends with the visit, and with the session at the latest."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    keeping = models.UUIDField()
    until = models.DateTimeField()

    objects = LookQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("session", "keeping", name="one_look_a_browser")]
        indexes = [models.Index("keeping", name="looks_at_keeping")]


class LooksFirst(models.Model):
    """A closed thing that was handed to a companion who looks first, so that they may say gently what it shows."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    keeping = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("person", "keeping", name="handed_once")]
        indexes = [models.Index("keeping", name="handed_keeping")]
