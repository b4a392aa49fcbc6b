"""What stands at the head of every page of a memorial."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.urls import reverse

from snowdrop.memorials import found, holding, kinds, rooms
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Fact, Name


def names_for(viewers: Sequence[Viewer]) -> dict[int, str]:
    """Return what stands at the head of each of these memorials, by its key; "" where no name shows.

    One statement, however many: a person may belong to several pages.
    """
    names = _chief_names([viewer for viewer in viewers if not viewer.memorial.name_rests])
    return {
        viewer.memorial.pk: names_text([name for name in names if name.memorial_id == viewer.memorial.pk])
        for viewer in viewers
    }


def _chief_names(viewers: Sequence[Viewer]) -> list[Name]:
    if not viewers:
        return []
    seen = reduce(or_, (Name.objects.visible_to(viewer) for viewer in viewers))
    found = seen.filter(is_chief=True).order_by("beloved__order", "beloved__written_at", "order", "written_at")
    first: dict[Any, Name] = {}
    for name in found:
        first.setdefault(name.beloved_id, name)
    return list(first.values())


def names_text(names: list[Name]) -> str:
    # A middle dot and no "and": the order is the family's, and it reads in every language.
    return " · ".join(name.text for name in names)


def head(viewer: Viewer, current: str = "") -> dict[str, Any]:
    """Return the context that `web/memorial.html` needs: `head` and `as_suffix`."""
    suffix = f"?as={viewer.reads_as.name.lower()}" if viewer.reads_as is not None else ""
    names = _chief_names([] if viewer.memorial.name_rests else [viewer])
    line = Fact.objects.visible_to(viewer).filter(kind=Fact.Kind.LINE).order_by("beloved__order").first()
    slug = viewer.memorial.slug
    is_for_members = viewer.reads_as is None and not viewer.with_children and viewer.circle >= Circle.FRIENDS
    cover = rooms.cover_for(viewer)
    shown = [
        {"label": room.label, "url": reverse(room.url_name, args=[slug]) + suffix, "current": room.name == current}
        for room in holding.rooms_for(viewer)
    ]
    return {
        "head": {
            "name": names_text(names),
            "title": names_text(names) if viewer.memorial.name_in_title else "",
            "pronunciation": names[0].spoken if len(names) == 1 else "",
            "line": line.text if line else "",
            "cover": cover,
            "rooms": shown,
            "url": reverse("memorials:page", args=[slug]) + suffix,
            "as_circle": viewer.reads_as.label if viewer.reads_as is not None else "",
            "with_children": viewer.with_children,
            "as_end_url": reverse("memorials:page", args=[slug]),
            "robots": found.robots_for(viewer),
            # What a messenger shows of an address that somebody sends on: nothing, unless that was chosen.
            "preview": {"title": names_text(names), "words": line.text if line else "", "picture": cover}
            if viewer.is_everyone and viewer.memorial.has_preview
            else None,
            "feed_url": rooms.feed_url(viewer),
        },
        "as_suffix": suffix,
        # Members are signed in; so these stand on a page that is the same for all of them.
        "offer_someone": is_for_members,
        "offer_you": is_for_members,
        "self_is_closed": kinds.something_is_closed(viewer),
        "viewer": viewer,
        "memorial": viewer.memorial,
    }
