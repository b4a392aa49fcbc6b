from django.urls import path

from snowdrop.story.views import change, feed, photographs, read, several, versions, waiting, write

app_name = "story"
urlpatterns = [
    path("feed.atom", feed.feed, name="feed"),
    path("story/", read.room, name="room"),
    path("story/write/", write.write, name="write"),
    path("story/draft/", write.draft, name="draft"),
    path("story/several/", several.several, name="several"),
    path("story/drafts/", write.drafts, name="drafts"),
    path("story/<uuid:id>/", read.moment, name="moment"),
    path("story/<uuid:id>/waiting/", waiting.waiting, name="waiting"),
    path("story/<uuid:id>/let-show/", waiting.let_show, name="let_show"),
    path("story/<uuid:id>/change/", change.change, name="change"),
    path("story/<uuid:id>/move/", change.move, name="move"),
    path("story/<uuid:id>/photographs/", photographs.photographs, name="photographs"),
    path("story/<uuid:id>/photographs/choose/", photographs.choose, name="choose"),
    path("story/<uuid:id>/versions/", versions.versions, name="versions"),
    path("story/<uuid:id>/versions/<int:version>/", versions.version, name="version"),
    path("story/<uuid:id>/versions/<int:version>/bring-back/", versions.bring_back, name="bring_back"),
]
