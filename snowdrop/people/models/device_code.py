"""A code that brings in another device."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from snowdrop.people.models.person import Person


class DeviceCode(models.Model):
    """Letters shown on one device to be typed on another of the same person."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="device_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
