from django.apps import AppConfig


class KeepsakesConfig(AppConfig):
    name = "snowdrop.keepsakes"
    label = "keepsakes"

    def ready(self) -> None:
        # Only once the models are there can the room and what goes with a photograph be read.
        from snowdrop.keepsakes import carrying, reaping, room, showing
        from snowdrop.keepsakes.models import Document, Photograph, Recording
        from snowdrop.memorials import reaper, rooms, separating

        rooms.register(room.ROOM)
        rooms.register(room.RECORDINGS)
        rooms.register(room.DOCUMENTS)
        rooms.register(room.AT_HOME)
        rooms.covers_come_from(showing.cover_for)
        separating.carry(carrying.CarriedPhotograph(), carrying.CarriedRecording(), carrying.CarriedAlbum())
        separating.carry(carrying.CarriedDocument(), carrying.CarriedKeptAtHome())
        for kind in (Photograph, Recording, Document):
            reaper.before_forgetting(kind, reaping.forget)
