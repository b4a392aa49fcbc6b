"""What keepers can read about who came and went."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from snowdrop.memorials.models.memorial import Memorial
from snowdrop.people.models import Person


class LogEntry(models.Model):
    """One line of the log: what was done about people, by whom and about whom. Never what anybody read."""

    class What(models.TextChoices):
        ASKED_IN = "asked_in", pgettext_lazy("log", "Asked in")
        TAKEN_BACK = "taken_back", pgettext_lazy("log", "Invitation taken back")
        CAME_IN = "came_in", pgettext_lazy("log", "Came in")
        LET_IN = "let_in", pgettext_lazy("log", "Let in, after they had asked")
        NOT_NOW = "not_now", pgettext_lazy("log", "Not let in for now")
        MOVED = "moved", pgettext_lazy("log", "What they are to you, or do for you, was changed")
        REMOVED = "removed", pgettext_lazy("log", "Can no longer open the page")
        LEFT = "left", pgettext_lazy("log", "Left the page")
        LINK_MADE = "link_made", pgettext_lazy("log", "Link made")
        LINK_ENDED = "link_ended", pgettext_lazy("log", "Link ended")
        KEEPER_REMOVAL_ANNOUNCED = "keeper_removal_announced", _("Announced: will no longer look after the page")
        KEEPER_REMOVAL_STOPPED = "keeper_removal_stopped", _("Stopped: still looks after the page")
        KEEPER_REMOVED = "keeper_removed", _("No longer looks after the page")
        OPENING_ANNOUNCED = "opening_announced", _("Announced: the page will be open to everyone")
        OPENING_STOPPED = "opening_stopped", _("Stopped: the page stays as it is")
        OPENED = "opened", _("The page was opened to everyone")
        CLOSED = "closed", _("The page was closed to everyone else")
        SUCCESSOR_NAMED = "successor_named", _("Named to look after the page later")
        SUCCESSOR_UNNAMED = "successor_unnamed", _("No longer named to look after the page later")
        SUCCESSOR_ANNOUNCED = "successor_announced", _("Announced: would look after the page from now on")
        SUCCESSOR_STOPPED = "successor_stopped", _("Stopped: does not look after the page now")
        SUCCESSOR_ENTERED = "successor_entered", _("Looks after the page from now on")
        READS_INSTEAD = "reads_instead", pgettext_lazy("log", "Reads first from now on, as whoever did so asked them")
        READS_NO_MORE = "reads_no_more", pgettext_lazy("log", "Reads first no longer")
        PAUSED = "paused", _("Such changes rest for thirty days")
        PAUSE_ENDED = "pause_ended", _("Such changes are possible again")

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=30, choices=What)
    # Somebody who has a row here is shown as they are called now. Others stand as a keeper called them then.
    about = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    whom = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="log_is_about_a_person_or_a_name", condition=Q(about=None) | Q(whom=""))
        ]
        # By their keys and not by the clock, which may be set back.
        indexes = [models.Index(fields=["memorial", "-id"], name="log_newest_first")]

    @property
    def named(self) -> str:
        return self.about.called if self.about else self.whom
