"""The codes of a printed sheet."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from snowdrop.people.models.person import Person


class SheetCode(models.Model):
    """One line of somebody's sheet. What is printed stands nowhere here."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sheet")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
