"""How far somebody came who reads a few words a day."""

from __future__ import annotations

from django.db import models

from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person


class Pace(models.Model):
    """One for each person and memorial. Theirs alone: nobody is told who read what, or when.

    A place is a moment of being let in and the id of the word that was, not the word itself: it holds where that word
    is taken off the page. The few of one day lie behind `begun_at` and end with `came_to_at`.
    """

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField(null=True)  # None: at the first of all words
    begun_id = models.UUIDField(null=True)
    came_to_at = models.DateTimeField()
    came_to_id = models.UUIDField()
    day = models.DateField()  # by the clock of whoever reads

    class Meta:
        constraints = [models.UniqueConstraint("person", "memorial", name="one_pace_for_each")]

    def __str__(self) -> str:
        return f"pace {self.pk}"
