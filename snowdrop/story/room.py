"""What the rest of the house may know of the story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.rooms import UUID, Findable, Opened, ReadingPage, Room
from snowdrop.story.models import Moment
from snowdrop.story.showing import shown
from snowdrop.web.markdown import to_text

# A moment shows photographs, and the names of those who wrote.
PARTS = ("story", "keepsakes", "memorials")


def holds(viewer: Viewer) -> Iterator[QuerySet[Any]]:
    yield Moment.objects.visible_to(viewer)


def looked_at(moment: Moment, viewer: Viewer) -> dict[str, Any]:
    """What the page for looking needs to show this moment; pictures in it that are closed keep their own covers."""
    return {"moment": shown([moment], viewer, alone=True, looked_at=True)[0]}


ROOM = Room(
    name="story",
    # Translators: the name of the room with everything that was written, by date.
    label=pgettext_lazy("room", "Story"),
    url_name="story:room",
    holds=holds,
    parts=("story",),
    pages=(
        ReadingPage("story:room", r"story/", parts=PARTS, query=frozenset({"after", "before"})),
        ReadingPage("story:moment", rf"story/{UUID}/", parts=PARTS),
    ),
    finds=(
        Findable(
            Moment,
            texts=lambda moment: (moment.title, to_text(moment.text)),
            title=lambda moment: moment.title_for_lists,
            order=("sort_key", "order", "pk"),
            has_date=True,
        ),
    ),
    opens=(Opened(Moment, template="story/parts/looked_at.html", context=looked_at, change="story:change"),),
    order=10,
)
