"""Finding the one keepsake that an address names, as far as the viewer may."""

from __future__ import annotations

import uuid

from snowdrop.keepsakes.models import Document, FromHospital, KeptAtHome, Photograph, Recording
from snowdrop.memorials.access import NotForYou, Viewer


def shown_or_own(viewer: Viewer, id: uuid.UUID) -> Photograph:
    """Return a photograph that the viewer sees, or that waits and is theirs to look after. Raises NotForYou."""
    for rows in (Photograph.objects.visible_to(viewer), Photograph.objects.changeable_by(viewer)):
        found = rows.select_related("original").filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou


def changeable(viewer: Viewer, id: uuid.UUID) -> Photograph:
    found = Photograph.objects.changeable_by(viewer).select_related("original").filter(pk=id).first()
    if found is None:
        raise NotForYou
    return found


def heard_or_own(viewer: Viewer, id: uuid.UUID) -> Recording:
    """Return a recording that the viewer sees, or that waits and is theirs to look after. Raises NotForYou."""
    for rows in (Recording.objects.visible_to(viewer), Recording.objects.changeable_by(viewer)):
        found = rows.while_pictures(viewer.memorial.has_pictures).select_related("original").filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou


def changeable_recording(viewer: Viewer, id: uuid.UUID) -> Recording:
    found = Recording.objects.changeable_by(viewer).select_related("original").filter(pk=id).first()
    if found is None:
        raise NotForYou
    return found


def read_or_own(viewer: Viewer, id: uuid.UUID) -> Document:
    """Return a document that the viewer sees, or that waits and is theirs to look after. Raises NotForYou."""
    for rows in (Document.objects.visible_to(viewer), Document.objects.changeable_by(viewer)):
        found = rows.shown_while(viewer.memorial.has_pictures).select_related("original").filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou


def changeable_document(viewer: Viewer, id: uuid.UUID) -> Document:
    found = Document.objects.changeable_by(viewer).select_related("original").filter(pk=id).first()
    if found is None:
        raise NotForYou
    return found


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
