"""With the children: what may show on a keeper's own device while a child holds it, off for everything by default; and
whether a picture names a child who lives.

A tick opens nothing to anybody. What it does stands in `access.Viewer.with_children` and `KeepingQuerySet.visible_to`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.urls import reverse

from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.kinds import all_kinds
from snowdrop.memorials.models import ForChildren, Keeping, Kin
from snowdrop.people.sessions import SessionStore


def kinds_for_children() -> Iterator[type[Keeping]]:
    return (kind for kind in all_kinds() if issubclass(kind, ForChildren))


@transaction.atomic
def tick(things: Iterable[Keeping], *, yes: bool, by: Viewer) -> int:
    """Tick these for the children, or take the tick away; return how many changed.

    Raises NotForYou for what this keeper may not change or what knows no tick, and then nothing is changed.
    """
    by.check(Act.KEEP)
    changed = 0
    for thing in things:
        kind = type(thing)
        if not issubclass(kind, ForChildren):
            raise NotForYou
        rows = kind._default_manager.changeable_by(by).filter(pk=thing.pk)
        if not rows.exists():
            raise NotForYou
        other: dict[str, Any] = {"for_children": not yes}
        changed += rows.filter(**other).update(for_children=yes)  # type: ignore[misc]
    return changed


def ticked(viewer: Viewer) -> int:
    """How many things would show to the children on this person's device."""
    viewer.check(Act.KEEP)
    as_children = Viewer(viewer.memorial, None, viewer.circle, with_children=True)
    return sum(kind._default_manager.visible_to(as_children).count() for kind in kinds_for_children())


def named_in(things: Iterable[Keeping], *, viewer: Viewer) -> list[str]:
    """Return the names of living children of the family that stand beside these pictures and that the viewer knows."""
    texts = [text for thing in things if (text := getattr(thing, "people", ""))]
    if not texts:
        return []
    names = Kin.objects.visible_to(viewer).filter(is_child=True).values_list("name", flat=True)
    return [name for name in names if any(_names(text, name) for text in texts)]


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def give(session: SessionStore, *, by: Viewer) -> None:
    """Give this device to the children, before this one memorial, until somebody shows that it is them.

    Raises NotForYou.
    """
    by.check(Act.KEEP)
    session.give_to_children(reverse("memorials:page", args=[by.memorial.slug]))
