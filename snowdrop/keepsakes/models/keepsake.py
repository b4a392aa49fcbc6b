"""What every keepsake that came as a file has in common."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db.models import BooleanField, CharField
from django.urls import reverse

from snowdrop.dates.edtf import RoughDate
from snowdrop.keepsakes.models.order import order_key
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Keeping, KeepingQuerySet
from snowdrop.storage.models import Original

if TYPE_CHECKING:
    from django.db.models import ForeignKey


class KeepsakeQuerySet(KeepingQuerySet):
    def in_order(self) -> Self:
        return self.order_by("order_key")

    def of_file(self, sha256: str) -> Self:
        return self.filter(original=sha256)

    def downloadable_by(self, viewer: Viewer) -> Self:
        """Whose untouched original this person may have: their own, and for keepers what keepers see.

        An original holds what the page never shows: the place, the serial number of a camera, a patient's name.
        """
        return self.changeable_by(viewer) | self.put_away_for(viewer)

    def shown_while(self, pictures: bool) -> Self:
        """Those that show while a family wants `pictures`, or wants none for a while."""
        return self if pictures else self.none()


class Keepsake(Keeping):
    """A file in a memorial. The file is an `Original`, which other memorials may keep too."""

    if TYPE_CHECKING:
        original: ForeignKey[Original]
        original_id: str
        came_as: str  # the file's name, as data only
        caption: str
        people: str
        date: RoughDate | None
        batch: uuid.UUID | None  # what came together
        order_key: str

        def get_absolute_url(self) -> str: ...

    objects = KeepsakeQuerySet.as_manager()  # type: ignore[misc]
    has_cover = True

    class Meta:
        abstract = True

    def order_key_now(self) -> str:
        return order_key(self.date, self.original, self.written_at, self.pk)


class FromHospital(Keepsake):
    """What may have come from a hospital's machine: a patient's name stands in its tags, and often in the picture."""

    is_from_hospital = BooleanField(default=False, editable=False)
    # "" until somebody who looks after it looked for names in it; then four digits as `storage.scans` has them.
    covered = CharField(max_length=4, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def asks_first(self) -> str:
        """Where somebody first looks for a name in it, before it is opened to anybody beyond the keepers."""
        if not self.is_from_hospital or self.covered:
            return ""
        return reverse("keepsakes:names_in_it", args=[self.memorial.slug, self.pk])
