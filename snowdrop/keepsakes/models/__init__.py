from snowdrop.keepsakes.models.album import Album, AlbumItem, AlbumQuerySet, Order
from snowdrop.keepsakes.models.at_home import KeptAtHome, PictureOfIt
from snowdrop.keepsakes.models.document import Document
from snowdrop.keepsakes.models.keepsake import FromHospital, Keepsake, KeepsakeQuerySet
from snowdrop.keepsakes.models.photograph import Cover, Photograph, PhotographQuerySet, Sort, Turn
from snowdrop.keepsakes.models.recording import Recording, RecordingQuerySet
from snowdrop.keepsakes.models.upload import Upload

__all__ = [
    "Album",
    "AlbumItem",
    "AlbumQuerySet",
    "Cover",
    "Document",
    "FromHospital",
    "Keepsake",
    "KeepsakeQuerySet",
    "KeptAtHome",
    "Order",
    "Photograph",
    "PhotographQuerySet",
    "PictureOfIt",
    "Recording",
    "RecordingQuerySet",
    "Sort",
    "Turn",
    "Upload",
]
