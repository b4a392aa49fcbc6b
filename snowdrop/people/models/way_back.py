"""A way back for somebody whose address and devices no longer work."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.people.models.person import Person


class WayBackQuerySet(models.QuerySet["WayBack"]):
    def standing(self, *, now: datetime) -> WayBackQuerySet:
        """Those that open now or will: not used, not stopped, not too old."""
        return self.filter(used_at=None, stopped_at=None, ends_at__gt=now)


class WayBack(models.Model):
    """A link that signs a browser in as this person, some days after somebody made it for them."""

    class State(models.TextChoices):
        WAITS = "waits", _("Opens later")
        OPEN = "open", _("Open")
        STOPPED = "stopped", _("Stopped")
        USED = "used", _("Used")
        OVER = "over", _("Too long ago")

    token_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ways_back")
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    by_host = models.BooleanField(default=False)  # made in the name of the house, not of a page they share
    made_at = models.DateTimeField(default=timezone.now)
    opens_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by_person = models.BooleanField(default=False)  # and not because another was made in its place
    used_at = models.DateTimeField(null=True)

    objects = WayBackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="way_back_waits_before_it_opens", condition=models.Q(opens_at__gt=models.F("made_at"))
            )
        ]

    def state(self, *, now: datetime) -> State:
        if self.stopped_at is not None:
            return self.State.STOPPED
        if self.used_at is not None:
            return self.State.USED
        if now >= self.ends_at:
            return self.State.OVER
        return self.State.OPEN if now >= self.opens_at else self.State.WAITS
