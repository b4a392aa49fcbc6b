from django.urls import path

from snowdrop.keepsakes.views import adding, changing, files, recordings, room, taking, uploading

app_name = "keepsakes"
urlpatterns = [
    path("photographs/", room.room, name="room"),
    path("photographs/add/", adding.add, name="add"),
    path("photographs/added/<uuid:batch>/", adding.added, name="added"),
    path("photographs/choose/", changing.choose, name="choose"),
    path("photographs/<uuid:id>/", room.photograph, name="photograph"),
    path("photographs/<uuid:id>/change/", changing.change, name="change"),
    path("photographs/<uuid:id>/cover/", changing.cover, name="cover"),
    path("photographs/<uuid:id>/<int:size>.jpg", files.rendition, name="rendition"),
    path("photographs/<uuid:id>/<int:size>.avif", files.avif, name="avif"),
    path("photographs/<uuid:id>/moving/", room.moving, name="moving"),
    path("photographs/<uuid:id>/moving.webp", files.moving, name="moving_file"),
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
    path("download/", taking.take, name="take"),
    path("download/<str:ticket>/all.zip", taking.taken, name="taken"),
    path("uploads/", uploading.uploads, name="uploads"),
    path("uploads/<uuid:id>/", uploading.upload, name="upload"),
    path("originals/<str:sha256>/", files.original, name="original"),
]
