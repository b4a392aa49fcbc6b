"""The short clip that a telephone put into a photograph: kept as a film of its own once somebody wants it."""

from __future__ import annotations

from pathlib import PurePath

from snowdrop.keepsakes import adding, changing
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.storage import motion, originals
from snowdrop.storage.motion import Clip


def found(photograph: Photograph) -> Clip | None:
    """Return where in its file a clip lies, if there is one."""
    if photograph.original.media_type not in ("image/jpeg", "image/heic"):
        return None
    try:
        return motion.clip_in(originals.path(photograph.original_id))
    except FileNotFoundError:
        return None


def keep(photograph: Photograph, *, by: Viewer) -> adding.Added:
    """Keep the clip too, as a film for those who look after the page. Not to be called inside a transaction.

    Raises NotForYou where there is none, and what adding a film raises.
    """
    clip = found(photograph)
    if clip is None or not Photograph.objects.changeable_by(by).filter(pk=photograph.pk).exists():
        raise NotForYou
    path = originals.path(photograph.original_id)
    name = PurePath(photograph.came_as).stem
    added = adding.add(
        originals.receive(clip.chunks(path)),
        by=by,
        came_as=f"{name}.mp4" if name else "",
        audience=Circle(max(photograph.audience, Circle.KEEPERS)),
        closed=photograph.is_closed,
    )
    if not added.was_here and photograph.date is not None and isinstance(added.kept, Recording):
        changing.change_recording(added.kept, {"date": photograph.date}, by=by)
    return added
