"""Files on their way to become a photograph or a recording."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person


class UploadQuerySet(models.QuerySet["Upload"]):
    def own_of(self, viewer: Viewer, *, at: datetime) -> Self:
        """What this person began here and may still go on with. Nobody else's is there for them."""
        return self.filter(memorial=viewer.memorial, sender=viewer.person, sender__isnull=False, expires_at__gt=at)

    def on_their_way(self, person: Person | None, *, at: datetime) -> Self:
        """What of theirs takes room and is not kept yet, in any memorial."""
        return self.filter(sender=person, told__isnull=True, expires_at__gt=at)


class Upload(models.Model):
    """A file that arrives in parts. How much of it came stands here only once those bytes are on disk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    came_as = models.CharField(max_length=255, blank=True)  # the file's name, as data only
    length = models.BigIntegerField()  # bytes there will be
    offset = models.BigIntegerField(default=0)  # bytes there are
    expires_at = models.DateTimeField(db_index=True)
    # What was told when it was kept (`uploading.Told`), to be told again to whoever did not hear it.
    told = models.JSONField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="upload_has_no_more_than_comes", condition=Q(offset__gte=0, offset__lte=models.F("length"))
            )
        ]
        indexes = [models.Index("sender", "expires_at", name="uploads_of_sender")]

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def is_whole(self) -> bool:
        return self.offset == self.length
