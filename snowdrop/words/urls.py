from django.urls import path

from snowdrop.words.views import asked, book, candles, door, leave, mine, read

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
    path("m/<slug:slug>/candles/", candles.candles, name="candles"),
    path("m/<slug:slug>/candles/light/", candles.light, name="light"),
    path("m/<slug:slug>/candles/sign/", candles.sign, name="sign"),
    path("m/<slug:slug>/candles/<uuid:id>/", candles.candle, name="candle"),
    path("your-candle/<str:token>/", candles.my_candle, name="my_candle"),
    path("your-words/<str:token>/", mine.mine, name="mine"),
]
