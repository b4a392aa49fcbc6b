"""The place kept for someone."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.circles import Circle
from snowdrop.people.models import Person

# No vowels, so that no address spells a word; no digits or letters that look alike on paper.
_LETTERS = "bcdfghjkmnpqrstvwxz23456789"


def new_slug() -> str:
    """Return an address nobody can guess (66 bits), which never holds a name."""
    return "".join(secrets.choice(_LETTERS) for _place in range(14))


class Memorial(models.Model):
    """The place kept for someone: one beloved or more, circles, rooms."""

    slug = models.CharField(max_length=20, unique=True, default=new_slug, editable=False)
    audience = models.PositiveSmallIntegerField(choices=Circle, default=Circle.KEEPERS)
    began_at = models.DateTimeField(default=timezone.now, editable=False)
    began_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    shows_pictures = models.BooleanField(_("There are pictures here"), default=True)
    name_rests = models.BooleanField(_("The name rests for a while"), default=False)
    pictures_rest = models.BooleanField(_("The pictures rest for a while"), default=False)

    name_in_title = models.BooleanField(_("Show the name in the title of the tab"), default=False)
    keeps_alone = models.BooleanField(default=False)  # asked for a second keeper once, and the answer was no
    # What else everyone may meet, beside what was opened to them. Each counts only while everyone can open the page.
    names_people = models.BooleanField(_("Say who wrote it, and who is in a picture"), default=False)
    may_be_found = models.BooleanField(_("Search engines may list it"), default=False)
    has_preview = models.BooleanField(_("A message with its address may show the name and the picture"), default=False)
    has_feed = models.BooleanField(_("Feed readers may follow it"), default=False)

    # The widest circle from which a few words are taken; None while the family takes none from anybody.
    words_from = models.PositiveSmallIntegerField(null=True, choices=Circle, editable=False)

    class Meta:
        constraints = [
            # Nothing may make a whole memorial private to one person: keepers are equals.
            models.CheckConstraint(
                name="memorial_audience_is_a_circle", condition=models.Q(audience__lte=Circle.KEEPERS)
            )
        ]
        indexes = [models.Index("id", "audience", name="memorials_at_a_glance")]

    def __str__(self) -> str:
        return f"memorial {self.pk}"  # never a name: this text ends up in logs

    def takes_words_from(self, circle: Circle) -> bool:
        return self.words_from is not None and circle >= self.words_from

    @property
    def has_pictures(self) -> bool:
        """Whether pictures show now: the family may want none at all, or none for a while."""
        return self.shows_pictures and not self.pictures_rest


class Revision(models.Model):
    """A number that grows whenever something in a part of the memorial changes."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="revisions")
    part = models.CharField(max_length=20)  # "people", "story", "photographs" …
    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint("memorial", "part", name="one_revision_a_part")]
        indexes = [models.Index("memorial", "part", "number", name="revisions_at_a_glance")]
