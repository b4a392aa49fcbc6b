"""What the rest of the house may know of what came by hand-over: what somebody saw, once it was opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from snowdrop.handover.models import Telling
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.rooms import Findable, Opened, Room


def holds(viewer: Viewer) -> Iterator[QuerySet[Any]]:
    yield Telling.objects.visible_to(viewer)


def looked_at(telling: Telling, viewer: Viewer) -> dict[str, Any]:
    """What the page for looking needs to show it."""
    return {"telling": telling, "told_by": telling.told_by if viewer.reads_names else ""}


ROOM = Room(
    name="told",
    # Translators: the name of the room with what people wrote who were there, such as a midwife
    label=pgettext_lazy("room", "What they saw"),
    url_name="handover:told",
    holds=holds,
    parts=("handover",),
    finds=(
        Findable(
            Telling,
            texts=lambda telling: (telling.text,),
            title=lambda telling: telling.title_for_lists,
            order=("written_at", "pk"),
        ),
    ),
    opens=(Opened(Telling, template="handover/parts/telling.html", context=looked_at, change="memorials:who"),),
    order=40,
)
