"""An entry of the story, and the photographs it carries."""

from __future__ import annotations

from typing import Any, Self, cast

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Substr
from django.db.models.lookups import GreaterThan, LessThan
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snowdrop.dates.edtf import SORT_KEY_LENGTH
from snowdrop.dates.fields import RoughDateField
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Beloved, ForChildren, Keeping, KeepingQuerySet
from snowdrop.web.markdown import to_text

LONGEST_TEXT = 100_000  # characters
LONGEST_TITLE = 200

# What has no date stands after what has one, where it was put: in the order of writing until somebody moves it.
UNDATED = "9" * SORT_KEY_LENGTH


class _Place(models.Func):
    """Where a moment stands, as one row value: a single comparison, which the index answers."""

    template = "(%(expressions)s)"
    output_field = models.BooleanField()


_PLACE = ("sort_key", "order", "pk")


class MomentQuerySet(KeepingQuerySet):
    def in_order(self) -> Self:
        """By date, then as put by hand."""
        return self.order_by(*_PLACE)

    def in_reverse(self) -> Self:
        return self.order_by(*(f"-{name}" for name in _PLACE))

    def later_than(self, moment: Moment) -> Self:
        return self.filter(GreaterThan(_columns(), moment.place))

    def earlier_than(self, moment: Moment) -> Self:
        return self.filter(LessThan(_columns(), moment.place))

    def beside(self, moment: Moment) -> Self:
        """Those whose date does not say whether they come before or after this one."""
        return self.filter(memorial=moment.memorial_id, sort_key=moment.sort_key)

    def own_waiting(self, viewer: Viewer) -> Self:
        """What this person wrote and what waits for a keeper now."""
        return self.own_of(viewer).filter(offered_at__isnull=False, shown_at=None, put_away_at=None)


def _columns() -> _Place:
    return _Place(*(F(name) for name in _PLACE))


class Moment(ForChildren, Keeping):
    """A text, photographs, or both; dated as exactly as somebody knows, or not at all."""

    title = models.CharField(gettext_lazy("Title"), max_length=LONGEST_TITLE, blank=True)
    text = models.TextField(gettext_lazy("Words"), blank=True)  # Markdown, as it was typed
    html = models.TextField(blank=True, editable=False)  # made from `text` whenever it is written
    date = RoughDateField(gettext_lazy("When it was"))
    # Kept by the database itself, so that no way of writing leaves it behind.
    sort_key = models.GeneratedField(
        expression=Coalesce(Substr("date", 1, SORT_KEY_LENGTH), Value(UNDATED)),
        output_field=models.CharField(max_length=SORT_KEY_LENGTH),
        db_persist=True,
    )
    order = models.PositiveIntegerField(default=0, editable=False)  # among those with the same sort key
    is_letter = models.BooleanField(default=False)
    about = models.ManyToManyField(Beloved, related_name="+", blank=True)  # nobody named: all of them
    photographs = models.ManyToManyField(Photograph, through="story.Placed", related_name="moments")

    objects = MomentQuerySet.as_manager()  # type: ignore[misc]
    words = ("title", "text", "date")
    has_cover = True
    offered_as = gettext_lazy("%(name)s offers a text")

    class Meta:
        indexes = [
            models.Index("memorial", "sort_key", "order", "id", name="story_in_order"),
            models.Index("writer", "memorial", name="moments_of_writer"),
            models.Index(
                "memorial",
                "offered_at",
                name="moments_waiting",
                condition=Q(offered_at__isnull=False, shown_at=None, put_away_at=None),
            ),
            models.Index("memorial", "put_away_at", name="moments_put_away", condition=Q(put_away_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"moment {self.pk}"  # never a title: this text ends up in logs

    def get_absolute_url(self) -> str:
        name = "story:waiting" if self.is_waiting else "story:moment"
        return reverse(name, args=[self.memorial.slug, self.pk])

    @property
    def let_show_url(self) -> str:
        """Letting a moment show lets its photographs show with it, which only this room knows of."""
        return reverse("story:let_show", args=[self.memorial.slug, self.pk])

    @property
    def title_for_lists(self) -> str:
        """The title, or the first words, or "" where there are none. Of a closed one, what stands on its cover."""
        if self.is_closed:
            return self.cover_title
        return beginning_of(self.title, self.text)

    def carried_for(self, viewer: Viewer) -> list[Keeping]:
        """Its photographs that are open, as far as this person may close them."""
        mine = Photograph.objects.changeable_by(viewer).filter(placed__moment=self.pk, is_closed=False)
        return list(mine)

    @property
    def cover_title(self) -> str:
        # Translators: in place of the title of a closed text, to which nobody wrote any words
        return self.cover_words or _("Closed words")

    @property
    def place(self) -> _Place:
        def value(what: Any, field: str) -> Value:
            return Value(what, output_field=cast(models.Field[Any, Any], Moment._meta.get_field(field)))

        return _Place(value(self.sort_key, "sort_key"), value(self.order, "order"), value(self.pk, "id"))


def beginning_of(title: str, text: str, *, longest: int = 80) -> str:
    """Return the title or else the first line of words, without marks of Markdown; at most `longest` characters."""
    # Of a text as long as a book, only its first page is looked at.
    lines = (title or to_text(text.lstrip()[:1_000])).splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    if len(first) <= longest:
        return first
    # At a space, unless the last word is longer than half of the line, or there are none as in Thai.
    whole = first[:longest].rsplit(None, 1)[0]
    return (whole if longest // 2 < len(whole) < longest else first[: longest - 1]).rstrip() + "…"


class Placed(models.Model):
    """A photograph in a moment. It shows there only to those who may see both."""

    moment = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="placed")
    photograph = models.ForeignKey(Photograph, on_delete=models.CASCADE, related_name="placed")
    order = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("moment", "photograph", name="once_in_a_moment")]
        indexes = [models.Index("moment", "order", name="placed_in_order")]
