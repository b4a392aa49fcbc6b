from django.urls import path

from snowdrop.handover.views import cards, givers, keepers

app_name = "handover"
urlpatterns = [
    path("give/<str:token>/", givers.give, name="give"),
    path("giving/", givers.giving, name="giving"),
    path("claim/", cards.claim, name="claim"),
    path("house/envelopes/", cards.make, name="cards"),
    path("m/<slug:slug>/envelopes/", keepers.envelopes, name="envelopes"),
    path("m/<slug:slug>/envelopes/<uuid:id>/", keepers.envelope, name="envelope"),
    path("m/<slug:slug>/told/", keepers.told, name="told"),
]
