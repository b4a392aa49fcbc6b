from django.urls import path

from snowdrop.archive import bundle_views, views

app_name = "archive"
urlpatterns = [
    path("photographs/bring/", views.bring, name="bring"),
    path("photographs/bring/<uuid:id>/", views.parcel, name="parcel"),
    path("photographs/bring/<uuid:id>/choose/", views.choose, name="choose"),
    path("words/bring/", bundle_views.bring_words, name="bring_words"),
    path("words/bring/<uuid:id>/", bundle_views.bundle, name="bundle"),
]
