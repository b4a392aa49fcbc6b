from django.apps import AppConfig


class WordsConfig(AppConfig):
    name = "snowdrop.words"
    label = "words"

    def ready(self) -> None:
        # Only once the models are there can the room be read.
        from snowdrop.memorials import notices, rooms, separating
        from snowdrop.words import asking, carrying, room

        rooms.register(room.ROOM)
        notices.come_also_from(asking.notices)
        separating.carry(carrying.CarriedWord(), carrying.CarriedCandle())
