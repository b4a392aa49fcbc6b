from __future__ import annotations

from django.db import models
from django.db.models import Q

from snowdrop.storage import sizes
from snowdrop.storage.kinds import DOCUMENT, SCAN, Kind

MOVING = frozenset({Kind.GIF.media_type, Kind.PNG.media_type, Kind.WEBP.media_type})


class Made(models.TextChoices):
    """How far the copies of a film or a sound are, which are made after the answer."""

    AT_ONCE = "", "at once"  # a picture's are made when they are asked for
    WAITS = "waits", "waits"
    DONE = "done", "done"
    FAILED = "failed", "failed"  # given up; the original is as safe as ever


class Original(models.Model):
    """A picture, film, sound or document as it came: what its bytes are and what they say about themselves.

    The same bytes are one original, however many keepsakes carry them. Nobody owns an
    original; who may see it is asked of the keepsake.
    """

    sha256 = models.CharField(primary_key=True, max_length=64, editable=False)
    crc32 = models.BigIntegerField(editable=False)  # so that an archive streams out without hashing
    size = models.BigIntegerField(editable=False)  # bytes
    media_type = models.CharField(max_length=40, editable=False)

    # Pixels as shown, after `orientation`; 0 of a sound; of a document its first page at its largest.
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    duration = models.PositiveIntegerField(null=True, editable=False)  # milliseconds of a film or sound, where known
    made = models.CharField(max_length=8, choices=Made, default=Made.AT_ONCE, blank=True, editable=False)
    made_so_far = models.PositiveSmallIntegerField(default=0, editable=False)  # of a hundred
    tries = models.PositiveSmallIntegerField(default=0, editable=False)  # also those cut short with their worker
    peaks = models.JSONField(null=True, editable=False)  # how loud a sound is as it goes on, each 0 to 100
    orientation = models.PositiveSmallIntegerField(default=1, editable=False)  # as Exif counts, 1 is upright
    frames = models.PositiveIntegerField(default=1, editable=False)  # of a document its pages
    pages = models.JSONField(null=True, editable=False)  # [[width, height], …] of a document, each at its largest
    # "#rrggbb", its average, shown until it arrives; "" for a plain picture that the cage has yet to open
    colour = models.CharField(max_length=7, editable=False)
    damaged = models.BooleanField(default=False, editable=False)  # cut off: only a part can be shown

    taken = models.CharField(max_length=32, blank=True, editable=False)  # EDTF, the camera's own calendar day
    taken_time = models.CharField(max_length=8, blank=True, editable=False)  # "18:02:11" on the camera's clock
    taken_offset = models.CharField(max_length=6, blank=True, editable=False)  # "+01:00", where the camera knew
    camera = models.CharField(max_length=120, blank=True, editable=False)
    caption = models.TextField(max_length=2_000, blank=True, editable=False)  # what somebody wrote into the file
    place = models.JSONField(null=True, editable=False)  # {"lat", "lon"} in degrees; never served

    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="original_has_bytes", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="original_has_pixels",
                condition=Q(width__gt=0, height__gt=0) | Q(media_type__startswith="audio/", width=0, height=0),
            ),
            models.CheckConstraint(name="original_is_oriented", condition=Q(orientation__gte=1, orientation__lte=8)),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def moves(self) -> bool:
        """Whether it has frames that can be shown one after the other."""
        return sizes.moves(self.frames) and self.media_type in MOVING

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/") or (self.is_scan and self.frames == 1)

    @property
    def is_film(self) -> bool:
        return self.media_type.startswith("video/") or (self.is_scan and self.frames > 1)

    @property
    def is_document(self) -> bool:
        return self.media_type == DOCUMENT

    @property
    def is_scan(self) -> bool:
        """Whether it came from a hospital's machine: it names a patient, in its tags and often within the picture."""
        return self.media_type == SCAN
