from django.apps import AppConfig


class StoryConfig(AppConfig):
    name = "snowdrop.story"
    label = "story"

    def ready(self) -> None:
        # Only once the models are there can the room be read.
        from snowdrop.memorials import rooms, separating
        from snowdrop.story import carrying, room

        rooms.register(room.ROOM)
        rooms.feed_comes_from("story:feed")
        separating.carry(carrying.CarriedMoment(), carrying.CarriedDraft())
