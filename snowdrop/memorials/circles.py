"""How close people stand, and what some of them do for the family."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Circle(models.IntegerChoices):
    """How close a person stands. A total order: a permission check is one comparison.

    The numbers leave room; they travel in archives and never change. `SELF` sorts above
    `KEEPERS`, so that no comparison opens it.
    """

    PUBLIC = 0, _("Everyone")
    LINK = 10, _("Anyone with the link")
    FRIENDS = 20, _("People we asked in")
    FAMILY = 30, _("Our closest people")
    # Translators: the keepers of a page, mostly a couple, speaking of themselves.
    KEEPERS = 40, pgettext_lazy("circle", "Only us")
    # Translators: the one who writes, speaking of themselves.
    SELF = 50, pgettext_lazy("circle", "Only me")


class Duty(models.TextChoices):
    """What a companion does for the family. It never changes the circle."""

    READS_FIRST = "reads_first", _("Reads first")
    LOOKS_FIRST = "looks_first", _("Looks first")
    TELLS = "tells", _("Tells people")
    HELPS = "helps", _("Helps with the ceremony")
