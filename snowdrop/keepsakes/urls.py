from django.urls import path

from snowdrop.keepsakes.views import adding, albums, changing, files, many, recordings, room, uploading

app_name = "keepsakes"
urlpatterns = [
    path("photographs/", room.room, name="room"),
    path("photographs/add/", adding.add, name="add"),
    path("photographs/added/<uuid:batch>/", adding.added, name="added"),
    path("photographs/choose/", changing.choose, name="choose"),
    path("photographs/say-to-these/", many.say_to_these, name="say_to_these"),
    path("photographs/what-is-to-be-seen/", many.what_is_seen, name="what_is_seen"),
    path("photographs/<uuid:id>/", room.photograph, name="photograph"),
    path("photographs/<uuid:id>/change/", changing.change, name="change"),
    path("photographs/<uuid:id>/cover/", changing.cover, name="cover"),
    path("photographs/<uuid:id>/<int:size>.jpg", files.rendition, name="rendition"),
    path("photographs/<uuid:id>/<int:size>.avif", files.avif, name="avif"),
    path("photographs/<uuid:id>/moving/", room.moving, name="moving"),
    path("photographs/<uuid:id>/moving.webp", files.moving, name="moving_file"),
    path("albums/make/", albums.make_album, name="make_album"),
    path("albums/<uuid:id>/", albums.album, name="album"),
    path("albums/<uuid:id>/change/", albums.change_album, name="change_album"),
    path("albums/<uuid:id>/<uuid:thing>/", albums.one_of_album, name="one_of_album"),
    path("recordings/", recordings.room, name="recordings"),
    path("recordings/<uuid:id>/", recordings.recording, name="recording"),
    path("recordings/<uuid:id>/change/", recordings.change, name="change_recording"),
    path("recordings/<uuid:id>/try-again/", recordings.try_again, name="try_again"),
    path("recordings/<uuid:id>/film.mp4", files.film, name="film"),
    path("recordings/<uuid:id>/poster.jpg", files.poster, name="poster"),
    path("recordings/<uuid:id>/sound.webm", files.opus, name="opus"),
    path("recordings/<uuid:id>/sound.m4a", files.aac, name="aac"),
    path("recordings/<uuid:id>/waveform.svg", files.waveform, name="waveform"),
    path("recordings/<uuid:id>/words.vtt", files.captions, name="captions"),
    path("uploads/", uploading.uploads, name="uploads"),
    path("uploads/<uuid:id>/", uploading.upload, name="upload"),
    path("originals/<str:sha256>/", files.original, name="original"),
]
