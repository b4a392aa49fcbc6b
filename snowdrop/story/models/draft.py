"""Words on their way: kept as they were typed, read by nobody but the one who writes."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Keeping, KeepingQuerySet
from snowdrop.story.models.moment import Moment, beginning_of


class DraftQuerySet(KeepingQuerySet):
    def unfinished_by(self, viewer: Viewer) -> Self:
        """What this person began and has neither kept nor put away, the latest first."""
        return self.own_of(viewer).filter(put_away_at=None).order_by("-kept_at")


class Draft(Keeping):
    """What stands in somebody's form, whether it could be kept as a moment yet or not.

    The shown text of a moment is not touched by the draft of its change. The draft of a new moment has
    the id that the moment will have.
    """

    audience = models.PositiveSmallIntegerField(choices=Circle, default=Circle.SELF)
    moment = models.ForeignKey(Moment, null=True, on_delete=models.CASCADE, related_name="drafts")
    typed = models.JSONField(default=dict)  # the form's fields by name, each a list of texts
    kept_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()  # type: ignore[misc]
    words = ("title", "text")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "moment", "writer", name="one_draft_of_a_change", condition=Q(moment__isnull=False, put_away_at=None)
            )
        ]
        indexes = [models.Index("writer", "memorial", name="drafts_of_writer")]

    def __str__(self) -> str:
        return f"draft {self.pk}"  # never a title: this text ends up in logs

    @property
    def title(self) -> str:
        return self._first("title")

    @property
    def text(self) -> str:
        return self._first("text")

    def _first(self, name: str) -> str:
        return next(iter(self.typed.get(name, [])), "")

    @property
    def title_for_lists(self) -> str:
        """Of the change of something closed, what stands on its cover."""
        if self.moment is not None and self.moment.is_closed:
            return self.moment.cover_title
        return beginning_of(self.title, self.text)

    def get_absolute_url(self) -> str:
        slug = self.memorial.slug
        if self.moment_id is not None:
            return reverse("story:change", args=[slug, self.moment_id])
        return f"{reverse('story:write', args=[slug])}?{urlencode({'draft': str(self.pk)})}"
