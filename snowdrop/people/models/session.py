"""The devices that people are signed in on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.people.models.person import Person

SELF_LASTS = timedelta(hours=4)  # how long "Only me" stays open on a device that nobody visits with


class Session(models.Model):
    """A browser that somebody came with. The key itself stands only in the browser's cookie."""

    key_hash = models.CharField(max_length=64, unique=True)  # hex SHA-256 of the cookie
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sessions")
    data = models.JSONField(default=dict)
    began_at = models.DateTimeField(default=timezone.now)
    seen_on = models.DateField()
    device = models.CharField(max_length=80, blank=True)  # such as "Firefox, Android"; never the whole agent
    proved_at = models.DateTimeField(null=True)  # when somebody last showed that it is them
    self_until = models.DateTimeField(null=True)  # how long "Only me" stays open here
    challenge = models.CharField(max_length=64, blank=True)  # what a passkey has to sign next, once
    challenged_at = models.DateTimeField(null=True)
    # While a device is with the children: where the page begins that shows them what was ticked for them, and nothing
    # else (`people.standing`). Whoever shows that it is them ends it.
    children_at = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        # With all that `memorials.glance` asks of it, so that it reads no row.
        indexes = [
            models.Index(
                "key_hash", "expires_at", "person", "seen_on", "id", "children_at", name="sessions_at_a_glance"
            )
        ]

    @property
    def called(self) -> str:
        return self.device or str(_("A device"))


def session_of(key_hash: str, *, now: Any) -> Session | None:
    """The live session with this hashed key, its person loaded with it in the same statement."""
    found = Session.objects.select_related("person").filter(key_hash=key_hash, expires_at__gt=now)
    return found.first()
