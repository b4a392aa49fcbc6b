from django.urls import path

from snowdrop.keepsakes.views import adding, changing, files, room, uploading

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
    path("uploads/", uploading.uploads, name="uploads"),
    path("uploads/<uuid:id>/", uploading.upload, name="upload"),
    path("originals/<str:sha256>/", files.original, name="original"),
]
