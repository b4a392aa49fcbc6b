from snowdrop.keepsakes.models.photograph import Cover, Photograph, PhotographQuerySet, Turn
from snowdrop.keepsakes.models.recording import Recording, RecordingQuerySet

__all__ = ["Cover", "Photograph", "PhotographQuerySet", "Recording", "RecordingQuerySet", "Turn"]
