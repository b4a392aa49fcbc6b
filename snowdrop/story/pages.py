"""Going through the story a page at a time, and from one moment to the next."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from snowdrop.memorials.access import Viewer
from snowdrop.story.models import Moment, MomentQuerySet

PAGE = 30  # moments


@dataclass(frozen=True)
class Page:
    moments: list[Moment]
    earlier: uuid.UUID | None = None  # where the page before counts back from
    later: uuid.UUID | None = None


class NoSuchPlace(Exception):
    """The moment at which the page should begin is not there, or not for this viewer."""


def page(viewer: Viewer, *, after: str = "", before: str = "", most: int = PAGE) -> Page:
    """Return a page of the story: its beginning, or what follows `after`, or what comes `before`.

    Both are ids of moments. The index is entered there and nothing is counted. Raises NoSuchPlace.
    """
    return page_of(Moment.objects.visible_to(viewer).met_by(viewer), after=after, before=before, most=most)


def page_of(seen: MomentQuerySet, *, after: str = "", before: str = "", most: int = PAGE) -> Page:
    """The same, of those moments that a viewer's question left. Raises NoSuchPlace."""
    edge = _edge(seen, after or before)
    seen = seen.defer("text")
    if edge is None:
        found = list(seen.in_order()[: most + 1])
        return _cut(found[:most], earlier=False, later=len(found) > most)
    if after:
        found = list(seen.later_than(edge).in_order()[: most + 1])
        return _cut(found[:most], earlier=True, later=len(found) > most)
    found = list(seen.earlier_than(edge).in_reverse()[: most + 1])
    return _cut(found[:most][::-1], earlier=len(found) > most, later=True)


def neighbours(viewer: Viewer, moment: Moment) -> tuple[Moment | None, Moment | None]:
    """Return the moments before and after this one that the viewer sees."""
    seen = Moment.objects.visible_to(viewer).met_by(viewer).only("id", "title", "is_closed", "cover_words")
    return (
        seen.earlier_than(moment).in_reverse().first(),
        seen.later_than(moment).in_order().first(),
    )


def _edge(seen: MomentQuerySet, id: str) -> Moment | None:
    if not id:
        return None
    try:
        found = seen.only("sort_key", "order").filter(pk=uuid.UUID(id)).first()
    except ValueError as error:
        raise NoSuchPlace from error
    if found is None:
        raise NoSuchPlace
    return found


def _cut(moments: list[Moment], *, earlier: bool, later: bool) -> Page:
    if not moments:
        return Page([])
    return Page(moments, moments[0].pk if earlier else None, moments[-1].pk if later else None)
