"""Bringing in from packed folders and exports: send them, see what would come, choose, let it come."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.archive import parcels, showing, unpacking
from snowdrop.archive.forms import AfterForm, BringForm
from snowdrop.archive.models import Choice, Parcel
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, working
from snowdrop.memorials.head import head
from snowdrop.storage import kinds
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.room import DiskIsFull
from snowdrop.storage.uploads import ReceivedUpload
from snowdrop.web.answers import kept, not_kept


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def bring(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    if not viewer.memorial.shows_pictures:
        raise NotForYou
    context = head(viewer, current="photographs")
    if request.method == "GET":
        return render(request, "archive/bring.html", {**context, "form": BringForm()})
    form = BringForm(request.POST, request.FILES)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        uploads: list[ReceivedUpload] = form.cleaned_data["file"]
        try:
            received = [upload.received(packed=True) for upload in uploads]
            parcel = parcels.take(received, came_as=[upload.name or "" for upload in uploads], by=viewer)
        except DiskIsFull as error:
            form.add_error("file", ValidationError(str(error.sentence)))
            status = HTTPStatus.INSUFFICIENT_STORAGE
        except NotAPicture as error:  # refused while it came: too large
            form.add_error("file", ValidationError(str(error.sentence)))
            if error.sentence is kinds.TOO_LARGE:
                status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        else:
            return kept(request, reverse("archive:parcel", args=[viewer.memorial.slug, parcel.pk]), id=parcel.pk)
    return not_kept(request, "archive/bring.html", context, form, status=status)


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def parcel(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """What would come, what comes, what came. The keeper who sent it says that it may, or leaves it."""
    viewer = request.viewer
    row = get_object_or_404(Parcel, pk=id, memorial=viewer.memorial, sender=viewer.person)
    here = reverse("archive:parcel", args=[viewer.memorial.slug, row.pk])
    form = AfterForm(initial={"day": row.only_after})
    if request.method == "POST":
        do = request.POST.get("do")
        if do == "leave":
            if row.state != Parcel.State.COMES:  # what is coming is left alone until it came
                unpacking.forget(row)
            return kept(request, reverse("memorials:page", args=[viewer.memorial.slug]), id=id)
        form = AfterForm(request.POST) if do == "after" else form
        if do == "account":
            parcels.say_whose(row, request.POST.get("account", ""), by=viewer)
        elif do != "after":
            parcels.bring(row, by=viewer)
        elif form.is_valid():
            parcels.leave_out_before(row, form.cleaned_data["day"], by=viewer)
        if not form.is_bound or form.is_valid():
            return kept(request, here, id=id)
    context = {**head(viewer, current="photographs"), "parcel": row, "here": here}
    context["added_url"] = reverse("keepsakes:added", args=[viewer.memorial.slug, row.batch])
    if row.is_export:
        context |= showing.of_export(row)
        if form.is_bound:
            return not_kept(request, "archive/export.html", context, form)
        return render(request, "archive/export.html", {**context, "form": form})
    return render(request, "archive/parcel.html", {**context, **showing.of_folder(row)})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def choose(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """The posts of an export with a tick each: what becomes of those that are ticked."""
    viewer = request.viewer
    row = get_object_or_404(
        Parcel, pk=id, memorial=viewer.memorial, sender=viewer.person, state=Parcel.State.LOOKED_INTO
    )
    if not row.is_export:
        raise NotForYou
    here = reverse("archive:choose", args=[viewer.memorial.slug, row.pk])
    page = showing.page_of(row, request.POST.get("page") or request.GET.get("page", ""))
    if request.method == "POST":
        numbers = [int(number) for number in request.POST.getlist("posts") if showing.is_number(number)]
        if (choice := request.POST.get("choice")) in Choice.values:
            parcels.choose(row, numbers, Choice(choice), by=viewer)
        return kept(request, f"{here}?page={page.number}", id=id)
    context = {**head(viewer, current="photographs"), "here": here, "page": page, "posts": showing.posts(page)}
    context["back_url"] = reverse("archive:parcel", args=[viewer.memorial.slug, row.pk])
    return render(request, "archive/choose.html", context)
