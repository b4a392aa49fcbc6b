from django.urls import path

from snowdrop.words.views import asked, book, door, evidence, leave, mine, read, readers, removing, reports

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
    path("m/<slug:slug>/words/door/rest/", readers.rest, name="rest"),
    path("m/<slug:slug>/words/door/hand-over/", readers.hand_over, name="hand_over"),
    path("m/<slug:slug>/words/door/take-over/", readers.take_over, name="take_over"),
    path("m/<slug:slug>/words/door/listed/", readers.listed, name="listed"),
    path("m/<slug:slug>/words/door/reported/", reports.reported, name="reported"),
    path("m/<slug:slug>/words/door/removed/", removing.removed, name="removed"),
    path("m/<slug:slug>/words/door/evidence/", evidence.evidence, name="evidence"),
    path("m/<slug:slug>/words/door/<uuid:id>/", removing.more, name="more"),
    path("m/<slug:slug>/words/door/<uuid:id>/all/", removing.remove_all, name="remove_all"),
    path("m/<slug:slug>/words/door/<uuid:id>/evidence/", evidence.keep_evidence, name="keep_evidence"),
    path("m/<slug:slug>/words/door/<uuid:id>/evidence.txt", evidence.evidence_file, name="evidence_file"),
    path("m/<slug:slug>/words/links/", removing.ending, name="ending"),
    path("m/<slug:slug>/words/asked/", asked.asked, name="asked"),
    path("m/<slug:slug>/words/<uuid:id>/", read.word, name="word"),
    path("m/<slug:slug>/words/<uuid:id>/wrong/", reports.report, name="report"),
    path("m/<slug:slug>/words/<uuid:id>/close/", read.keep_close, name="keep_close"),
    path("your-words/<str:token>/", mine.mine, name="mine"),
]
