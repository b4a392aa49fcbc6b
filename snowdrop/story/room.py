"""What the rest of the house may know of the story."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.rooms import UUID, Findable, ReadingPage, Room
from snowdrop.story.models import Moment
from snowdrop.web.markdown import to_text

# A moment shows photographs, and the names of those who wrote.
PARTS = ("story", "keepsakes", "memorials")


def has_something(viewer: Viewer) -> bool:
    return Moment.objects.visible_to(viewer).exists()


ROOM = Room(
    name="story",
    # Translators: the name of the room with everything that was written, by date.
    label=pgettext_lazy("room", "Story"),
    url_name="story:room",
    has_something=has_something,
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
    order=10,
)
