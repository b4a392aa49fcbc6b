from django.urls import path

from snowdrop.words.views import asked, book, door, enclosure, leave, mine, read

app_name = "words"
urlpatterns = [
    path("m/<slug:slug>/words/", read.room, name="room"),
    path("m/<slug:slug>/words/leave/", leave.leave, name="leave"),
    path("m/<slug:slug>/words/book/", book.book, name="book"),
    path("m/<slug:slug>/words/first/", book.first, name="first"),
    path("m/<slug:slug>/words/close/", book.close, name="close"),
    path("m/<slug:slug>/words/door/", door.door, name="door"),
    path("m/<slug:slug>/words/door/answer/", door.answer, name="answer"),
    path("m/<slug:slug>/words/door/not-shown/", door.not_shown, name="not_shown"),
    path("m/<slug:slug>/words/asked/", asked.asked, name="asked"),
    path("m/<slug:slug>/words/<uuid:id>/", read.word, name="word"),
    path("m/<slug:slug>/words/<uuid:id>/close/", read.keep_close, name="keep_close"),
    path("m/<slug:slug>/words/with/<uuid:id>/<int:size>.jpg", enclosure.picture, name="picture"),
    path("m/<slug:slug>/words/with/<uuid:id>/voice.webm", enclosure.voice, name="voice"),
    path("m/<slug:slug>/words/with/<uuid:id>/voice.m4a", enclosure.voice_aac, name="voice_aac"),
    path("m/<slug:slug>/words/with/<uuid:id>/cover/", enclosure.cover, name="cover"),
    path("your-words/<str:token>/", mine.mine, name="mine"),
]
