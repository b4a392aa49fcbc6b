"""What the host does with the list: keep a line, say that it was checked, take it off and bring it back."""

from __future__ import annotations

from django.utils import timezone

from snowdrop.talk.models import SupportLine


def keep(line: SupportLine) -> None:
    """Keep a line as the host wrote it. Whoever writes a number down has just looked at it: it counts as checked."""
    line.checked_on = timezone.localdate()
    line.edited_at = timezone.now()
    line.save()


def check(line: SupportLine) -> None:
    """The host has tried the line, or asked there, and what is written is right."""
    SupportLine.objects.filter(pk=line.pk).update(checked_on=timezone.localdate(), edited_at=timezone.now())


def take_off(line: SupportLine) -> None:
    """Take a line off the page. It stays with the host, and an upgrade does not bring it back."""
    now = timezone.now()
    SupportLine.objects.filter(pk=line.pk, taken_off_at=None).update(taken_off_at=now, edited_at=now)


def bring_back(line: SupportLine) -> None:
    SupportLine.objects.filter(pk=line.pk).update(taken_off_at=None, edited_at=timezone.now())
