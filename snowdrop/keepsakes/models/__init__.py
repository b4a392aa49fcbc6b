from snowdrop.keepsakes.models.album import Album, AlbumItem, AlbumQuerySet, Order
from snowdrop.keepsakes.models.photograph import Cover, Photograph, PhotographQuerySet, Turn
from snowdrop.keepsakes.models.recording import Recording, RecordingQuerySet
from snowdrop.keepsakes.models.upload import Upload

__all__ = [
    "Album",
    "AlbumItem",
    "AlbumQuerySet",
    "Cover",
    "Order",
    "Photograph",
    "PhotographQuerySet",
    "Recording",
    "RecordingQuerySet",
    "Turn",
    "Upload",
]
