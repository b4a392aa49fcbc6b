"""Links of the host's."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Card(models.Model):
    """A link of the host's: it makes the first host, or lets someone begin a memorial without a mail address."""

    class For(models.TextChoices):
        FIRST_HOST = "host", _("Looks after this place")
        BEGINNING = "begin", _("Begins a page")

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=10, choices=For)
    note = models.CharField(_("What it is for"), max_length=120, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    uses_left = models.PositiveIntegerField(default=1)

    @property
    def opens(self) -> bool:
        return self.uses_left > 0 and self.expires_at > timezone.now()
