"""Finding the one photograph that an address names, as far as the viewer may."""

from __future__ import annotations

import uuid

from snowdrop.keepsakes.models import Photograph
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
