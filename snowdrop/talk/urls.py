"""Addresses of "Someone to talk to"."""

from django.urls import path

from snowdrop.talk import views

app_name = "talk"
urlpatterns = [
    path("someone-to-talk-to/", views.page, name="page"),
    path("someone-to-talk-to/edit/", views.edit, name="edit"),
    path("someone-to-talk-to/edit/add/", views.add, name="add"),
    path("someone-to-talk-to/edit/<int:pk>/", views.change, name="change"),
    path("someone-to-talk-to/edit/<int:pk>/check/", views.check, name="check"),
    path("someone-to-talk-to/edit/<int:pk>/take-off/", views.take_off, name="take_off"),
    path("someone-to-talk-to/edit/<int:pk>/bring-back/", views.bring_back, name="bring_back"),
]
