from django.apps import AppConfig


class MemorialsConfig(AppConfig):
    name = "snowdrop.memorials"
    label = "memorials"

    def ready(self) -> None:
        # Only once the models are there can a room's views be read.
        from snowdrop.memorials import carrying, revision, room, rooms, separating
        from snowdrop.people import naming

        rooms.register(room.ROOM)
        separating.carry(*carrying.EVERY)
        naming.tell(revision.of_everywhere)
