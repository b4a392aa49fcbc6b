from django.apps import AppConfig


class WordsConfig(AppConfig):
    name = "snowdrop.words"
    label = "words"

    def ready(self) -> None:
        # Only once the models are there can the room be read.
        from django.db.models import Q

        from snowdrop.memorials import notices, reaper, rooms, separating
        from snowdrop.words import asking, carrying, room
        from snowdrop.words.models import KindWord

        rooms.register(room.ROOM)
        notices.come_also_from(asking.notices)
        notices.ask_also(asking.asked_of)
        reaper.hold_back(KindWord, Q(evidence__isnull=False))
        separating.carry(carrying.CarriedWord(), carrying.CarriedCandle())
