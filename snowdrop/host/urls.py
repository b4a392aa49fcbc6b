"""Every address of the house. A room's own addresses stand in its own `urls.py`."""

from __future__ import annotations

from django.urls import include, path

from snowdrop.host import health, views
from snowdrop.story.views import feed

urlpatterns = [
    path("", views.front, name="front"),
    path("house/", views.house, name="house"),
    path("house/card/", views.card, name="house_card"),
    path("house/mark/", views.change_mark, name="house_change_mark"),
    path("house/texts/", views.texts, name="house_texts"),
    path("mark.jpg", views.house_mark, name="house_mark"),
    path("privacy/", views.privacy, name="privacy"),
    path("house/way-back/", views.way_back, name="house_way_back"),
    path("health", health.health, name="health"),
    path("", include("snowdrop.people.urls")),
    path("", include("snowdrop.memorials.urls")),
    path("", include("snowdrop.talk.urls")),
    path("", include("snowdrop.handover.urls")),
    path("", include("snowdrop.words.urls")),
    path("feed/<str:token>.atom", feed.by_token, name="feed_by_token"),
    path("m/<slug:slug>/", include("snowdrop.story.urls")),
    path("m/<slug:slug>/", include("snowdrop.keepsakes.urls")),
    path("m/<slug:slug>/", include("snowdrop.archive.urls")),
]

handler400 = "snowdrop.web.errors.bad_request"
handler403 = "snowdrop.web.errors.forbidden"
handler404 = "snowdrop.web.errors.not_here"
handler500 = "snowdrop.web.errors.broken"
