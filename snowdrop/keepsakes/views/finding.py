"""Finding the one keepsake that an address names, as far as the viewer may."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from snowdrop.keepsakes.models import Album, Document, FromHospital, Keepsake, KeptAtHome, Photograph, Recording
from snowdrop.memorials.access import NotForYou, Viewer

MOST = 500  # things chosen at once

K = TypeVar("K", bound=Keepsake)


def _seen_or_own(kind: type[K], viewer: Viewer, id: uuid.UUID, narrowed: Callable[[Any], Any] = lambda rows: rows) -> K:
    every = kind._default_manager
    for rows in (every.visible_to(viewer), every.changeable_by(viewer)):
        found: K | None = narrowed(rows).select_related("original").filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou


def _changeable(kind: type[K], viewer: Viewer, id: uuid.UUID) -> K:
    rows = kind._default_manager.changeable_by(viewer)
    found: K | None = rows.select_related("original").filter(pk=id).first()
    if found is None:
        raise NotForYou
    return found


def shown_or_own(viewer: Viewer, id: uuid.UUID) -> Photograph:
    """Return a photograph that the viewer sees, or that waits and is theirs to look after. Raises NotForYou."""
    return _seen_or_own(Photograph, viewer, id)


def changeable(viewer: Viewer, id: uuid.UUID) -> Photograph:
    return _changeable(Photograph, viewer, id)


def twins_of(row: Photograph, viewer: Viewer) -> list[Photograph]:
    """The same picture kept here once more, as far as this viewer sees it. Of a closed one nothing is told."""
    seen = Photograph.objects.visible_to(viewer) | Photograph.objects.changeable_by(viewer)
    return list(seen.of_picture(row.original_id).filter(is_closed=False).exclude(pk=row.pk).in_order()[:10])


def heard_or_own(viewer: Viewer, id: uuid.UUID) -> Recording:
    """Return a recording that the viewer sees, or that waits and is theirs to look after. Raises NotForYou."""
    return _seen_or_own(Recording, viewer, id, lambda rows: rows.while_pictures(viewer.memorial.has_pictures))


def changeable_recording(viewer: Viewer, id: uuid.UUID) -> Recording:
    return _changeable(Recording, viewer, id)


def read_or_own(viewer: Viewer, id: uuid.UUID) -> Document:
    """Return a document that the viewer sees, or that waits and is theirs to look after. Raises NotForYou."""
    return _seen_or_own(Document, viewer, id, lambda rows: rows.shown_while(viewer.memorial.has_pictures))


def changeable_document(viewer: Viewer, id: uuid.UUID) -> Document:
    return _changeable(Document, viewer, id)


def from_hospital(viewer: Viewer, id: uuid.UUID) -> FromHospital:
    """Return a picture or a film of a hospital's that the viewer may change. Raises NotForYou."""
    for kind in (Photograph, Recording):
        rows = kind.objects.changeable_by(viewer).shown_while(viewer.memorial.has_pictures)
        found: FromHospital | None = (
            rows.select_related("original", "memorial").filter(pk=id, is_from_hospital=True).first()
        )
        if found is not None:
            return found
    raise NotForYou


def at_home_or_own(viewer: Viewer, id: uuid.UUID) -> KeptAtHome:
    for rows in (KeptAtHome.objects.visible_to(viewer), KeptAtHome.objects.changeable_by(viewer)):
        found = rows.filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou


def album_or_own(viewer: Viewer, id: uuid.UUID) -> Album:
    """Return an album that the viewer sees, or that waits and is theirs to look after. Raises NotForYou."""
    if viewer.memorial.has_pictures:
        for rows in (Album.objects.visible_to(viewer), Album.objects.changeable_by(viewer)):
            found = rows.filter(pk=id).first()
            if found is not None:
                found.memorial = viewer.memorial
                return found
    raise NotForYou


def changeable_album(viewer: Viewer, id: uuid.UUID) -> Album:
    found = Album.objects.changeable_by(viewer).filter(pk=id).first()
    if found is None or not viewer.memorial.has_pictures:
        raise NotForYou
    found.memorial = viewer.memorial
    return found


def changeable_among(viewer: Viewer, ids: list[str]) -> list[Photograph | Recording]:
    """Return the photographs and recordings with these ids, in this order. Raises NotForYou where one is neither."""
    wanted = list(dict.fromkeys(ids_in(ids)))
    found: dict[uuid.UUID, Photograph | Recording] = {}
    for kind in (Photograph, Recording):
        rows = kind.objects.changeable_by(viewer).among(wanted).select_related("original")
        found |= {row.pk: row for row in rows}
    if len(found) < len(wanted):
        raise NotForYou
    return [found[id] for id in wanted]


def ids_in(posted: list[str]) -> list[uuid.UUID]:
    """Raises NotForYou where one of them is none."""
    try:
        return [uuid.UUID(text) for text in posted[:MOST]]
    except ValueError as error:
        raise NotForYou from error
