"""Photographs that come together with words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from snowdrop.keepsakes import adding
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import keepings, veil
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.room import DiskIsFull
from snowdrop.storage.uploads import ReceivedUpload
from snowdrop.story.models import Moment


@dataclass(frozen=True)
class Refused:
    """A file that was not taken in: the name it came with, and the sentence for whoever sent it."""

    name: str
    sentence: str | Promise


@dataclass
class Brought:
    photographs: list[Photograph] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    disk_is_full: bool = False


def bring(uploads: Iterable[ReceivedUpload], *, by: Viewer, moment_id: uuid.UUID) -> Brought:
    """Keep each file that can be kept, each judged alone, for `by` only until its moment is kept too."""
    brought = Brought()
    for upload in uploads:
        name = upload.name or ""
        if not by.memorial.has_pictures:
            brought.refused.append(Refused(name, _("There are no pictures on this page.")))
            continue
        try:
            added = adding.add(
                upload.received(), by=by, came_as=name, audience=Circle.SELF, batch=moment_id, pictures_only=True
            )
        except (NotAPicture, CouldNotOpen) as no:
            brought.refused.append(Refused(name, no.sentence))
        except DiskIsFull as full:
            brought.refused.append(Refused(name, full.sentence))
            brought.disk_is_full = True
        else:
            brought.photographs.append(added.photograph)
    return brought


@transaction.atomic
def open_with(moment: Moment, *, by: Viewer) -> None:
    """Let those who see the moment see the photographs that came with it, or let these wait as it does.

    With a closed moment they are closed too: what it covers does not stand open among the photographs.

    Those that were here before keep the people they had: a picture for "Only me" is not opened by being placed.
    """
    if moment.is_closed:
        own = Photograph.objects.changeable_by(by).filter(placed__moment=moment, batch=moment.pk, writer=by.person)
        veil.close(own.filter(is_closed=False), by=by)
    if moment.audience == Circle.SELF:
        return
    came_with = Photograph.objects.changeable_by(by).filter(
        placed__moment=moment, batch=moment.pk, writer=by.person, audience=Circle.SELF
    )
    keepings.open_to(came_with, Circle(moment.audience), by=by)
