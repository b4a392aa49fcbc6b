from django.urls import path

from snowdrop.archive import views

app_name = "archive"
urlpatterns = [
    path("photographs/bring/", views.bring, name="bring"),
    path("photographs/bring/<uuid:id>/", views.parcel, name="parcel"),
    path("photographs/bring/<uuid:id>/choose/", views.choose, name="choose"),
]
