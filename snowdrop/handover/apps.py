from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "snowdrop.handover"
    label = "handover"

    def ready(self) -> None:
        # Only once the models are there can the room be read.
        from snowdrop.handover import carrying, room, waiting
        from snowdrop.memorials import notices, rooms, separating

        rooms.register(room.ROOM)
        notices.come_also_from(waiting.notices)
        separating.carry(carrying.CarriedTelling())
