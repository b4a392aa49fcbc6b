"""Digits sent to an address."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from snowdrop.people.models.session import Session


class SignInCode(models.Model):
    """Digits sent to an address, to be typed in the browser that asked for them."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="codes")
    email = models.EmailField(max_length=254)
    code_hash = models.CharField(max_length=64)
    tries_left = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("email", "sent_at", name="code_by_address")]
