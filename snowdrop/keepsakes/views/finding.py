"""Finding the one photograph or recording that an address names, as far as the viewer may."""

from __future__ import annotations

import uuid

from snowdrop.keepsakes.models import Photograph, Recording
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
