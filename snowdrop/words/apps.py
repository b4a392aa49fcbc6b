from django.apps import AppConfig


class WordsConfig(AppConfig):
    name = "snowdrop.words"
    label = "words"

    def ready(self) -> None:
        # Only once the models are there can the room be read.
        from django.db.models import Q

        from snowdrop.keepsakes import jobs, reaping
        from snowdrop.memorials import notices, reaper, rooms, separating
        from snowdrop.words import asking, carrying, enclosing, room
        from snowdrop.words.models import Enclosure, KindWord

        rooms.register(room.ROOM)
        notices.come_also_from(asking.notices)
        notices.ask_also(asking.asked_of)
        reaper.hold_back(KindWord, Q(evidence__isnull=False))
        separating.carry(carrying.CarriedWord(), carrying.CarriedCandle(), carrying.CarriedEnclosure())
        jobs.shown_also_by("enclosures", "words", lambda original: original.enclosures.filter(shown_at__isnull=False))
        reaper.before_forgetting(KindWord, enclosing.forget_with)
        reaper.before_forgetting(Enclosure, reaping.forget)
