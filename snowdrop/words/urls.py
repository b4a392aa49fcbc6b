from django.urls import path

from snowdrop.words.views import asked, book, door, few, leave, mine, paper, read, replies, yours

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
    path("m/<slug:slug>/words/few/", few.few, name="few"),
    path("m/<slug:slug>/words/yours/", yours.yours, name="yours"),
    path("m/<slug:slug>/words/print/", paper.paper, name="print"),
    path("m/<slug:slug>/words/thanks/", replies.thanks, name="thanks"),
    path("m/<slug:slug>/words/thanks/write/", replies.thank, name="thank"),
    path("m/<slug:slug>/words/thanks/<uuid:id>/", replies.change_thanks, name="change_thanks"),
    path("m/<slug:slug>/words/<uuid:id>/", read.word, name="word"),
    path("m/<slug:slug>/words/<uuid:id>/reply/", replies.reply, name="reply"),
    path("m/<slug:slug>/words/<uuid:id>/close/", read.keep_close, name="keep_close"),
    path("your-words/<str:token>/", mine.mine, name="mine"),
]
