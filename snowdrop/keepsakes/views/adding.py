"""Adding photographs, many at once, and saying something of what just came."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from snowdrop.keepsakes import adding, changing, names, pages, room, showing, uploading
from snowdrop.keepsakes.forms import AddedForm, AddForm, first_audience
from snowdrop.keepsakes.models import Document, Keepsake, KeepsakeQuerySet, Photograph, Recording
from snowdrop.keepsakes.views.room import turning
from snowdrop.memorials import keepings
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.head import head
from snowdrop.memorials.holding import holds_something
from snowdrop.storage import kinds
from snowdrop.storage.cage import Busy, CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.originals import Received
from snowdrop.storage.parts import Held
from snowdrop.storage.room import DiskIsFull
from snowdrop.storage.uploads import ReceivedUpload
from snowdrop.web.answers import kept, not_kept, wants_json

T = TypeVar("T")


@dataclass(frozen=True)
class NotTaken:
    """A file that was not added, and why."""

    name: str
    sentence: str | Promise
    status: HTTPStatus
    url: str = ""  # of the photograph, where it was here before


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def add(request: MemorialRequest) -> HttpResponseBase:
    """Each file is judged alone: the good ones are kept, each other one is told with its own sentence."""
    viewer = request.viewer
    if not viewer.memorial.shows_pictures:
        raise NotForYou
    drawing = "drawing" in request.GET
    if request.method == "GET":
        context = {**_add_context(viewer), "form": AddForm(viewer, drawing=drawing)}
        return render(request, "keepsakes/add.html", context)
    form = AddForm(viewer, request.POST, request.FILES, drawing=drawing)
    if wants_json(request) and form.is_valid() and form.cleaned_data["upload"] and not request.FILES:
        return _add_whole(request, form)
    if form.is_valid() and not request.FILES.getlist("file"):
        form.add_error("file", ValidationError(_("No photograph was chosen yet.")))
    if wants_json(request):
        return _add_one(request, form)
    if not form.is_valid():
        return not_kept(request, "keepsakes/add.html", _add_context(viewer), form)
    batch = form.cleaned_data["batch"] or uuid.uuid4()
    not_taken: list[NotTaken] = []
    came = False
    for upload in request.FILES.getlist("file"):
        taken = _take(upload, form, batch, viewer)
        if isinstance(taken, NotTaken):
            not_taken.append(taken)
        elif taken.was_here:
            url = taken.kept.get_absolute_url()
            not_taken.append(NotTaken(names.as_it_came(upload.name or ""), _already_here(), HTTPStatus.OK, url))
        else:
            came = True
    added_url = reverse("keepsakes:added", args=[viewer.memorial.slug, batch])
    if not not_taken:
        return kept(request, added_url, id=batch)
    # Told on the answer itself: nothing of the others is kept from which a later page could tell it.
    context = {**_add_context(viewer), "form": form, "not_taken": not_taken, "added_url": added_url if came else ""}
    status = HTTPStatus.OK if came else max(one.status for one in not_taken)
    return render(request, "keepsakes/not_taken.html", context, status=status)


def _add_context(viewer: Viewer) -> dict[str, Any]:
    return head(viewer, current="photographs")


def _add_one(request: MemorialRequest, form: AddForm) -> HttpResponseBase:
    """Answer a client that sends one file at a time."""
    viewer = request.viewer
    uploads = request.FILES.getlist("file")
    if form.is_valid() and len(uploads) > 1:
        form.add_error("file", ValidationError(_("One file at a time, please.")))
    if not form.is_valid():
        return not_kept(request, "keepsakes/add.html", {}, form)
    return _told(_take(uploads[0], form, form.cleaned_data["batch"] or uuid.uuid4(), viewer), form, request)


def _add_whole(request: MemorialRequest, form: AddForm) -> HttpResponseBase:
    """Answer a client whose file came in parts and is whole, with what it would be told of a file in the form.

    409: some of it has still to come. 423: somebody is at it. 404: nothing of it is here; begin anew.
    """
    viewer, batch = request.viewer, form.cleaned_data["batch"] or uuid.uuid4()

    def take(received: Received, came_as: str) -> adding.Added:
        return _add_received(received, came_as, form, batch, viewer)

    try:
        told = _or_not_taken("", partial(uploading.keep, form.cleaned_data["upload"], by=viewer, take=take))
    except uploading.NotWhole:
        return JsonResponse({"errors": {}}, status=HTTPStatus.CONFLICT)
    except Held:
        return JsonResponse({"errors": {}}, status=HTTPStatus.LOCKED)
    return _told(told, form, request)


def _told(taken: adding.Added | uploading.Told | NotTaken, form: AddForm, request: MemorialRequest) -> HttpResponseBase:
    if isinstance(taken, NotTaken):
        form.add_error("file", ValidationError(str(taken.sentence)))
        return not_kept(request, "keepsakes/add.html", {}, form, status=taken.status)
    told = uploading.Told.of(taken) if isinstance(taken, adding.Added) else taken
    if told.was_here:
        return JsonResponse({"id": told.id, "url": told.url, "sha": told.sha, "said": _already_here()})
    return kept(request, told.url, id=told.id, sha=told.sha)


def _already_here() -> str:
    # Translators: of a picture that somebody adds a second time.
    return _("This one is already here.")


def _take(upload: Any, form: AddForm, batch: uuid.UUID, viewer: Viewer) -> adding.Added | NotTaken:
    """Keep one file, or say why not. A picture that is here already is kept, and is told on the page."""
    assert isinstance(upload, ReceivedUpload)
    name = names.as_it_came(upload.name or "")
    return _or_not_taken(name, lambda: _add_received(upload.received(), name, form, batch, viewer))


def _add_received(received: Received, name: str, form: AddForm, batch: uuid.UUID, viewer: Viewer) -> adding.Added:
    audience = form.cleaned_data["audience"]
    return adding.add(
        received,
        by=viewer,
        came_as=name,
        audience=first_audience(viewer) if audience is None else audience,
        batch=batch,
        closed=form.cleaned_data["closes"],
        drawn_by=form.cleaned_data.get("drawn_by", ""),
    )


def _or_not_taken(name: str, take: Callable[[], T]) -> T | NotTaken:
    try:
        return take()
    except NotAPicture as error:
        too_large = error.sentence in (kinds.TOO_LARGE, kinds.RECORDING_TOO_LARGE)
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_large else HTTPStatus.UNPROCESSABLE_ENTITY
        return NotTaken(name, error.sentence, status)
    except Busy as error:
        return NotTaken(name, error.sentence, HTTPStatus.SERVICE_UNAVAILABLE)
    except CouldNotOpen as error:
        return NotTaken(name, error.sentence, HTTPStatus.UNPROCESSABLE_ENTITY)
    except DiskIsFull as error:
        return NotTaken(name, error.sentence, HTTPStatus.INSUFFICIENT_STORAGE)


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def added(request: MemorialRequest, batch: uuid.UUID) -> HttpResponseBase:
    """What came together: who will see them, when it was, a few words. All of it may stay empty."""
    viewer = request.viewer
    theirs = Photograph.objects.own_of(viewer).filter(batch=batch, put_away_at=None).select_related("memorial")
    page = pages.page(theirs, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    heard, read = _others_of(Recording, viewer, batch), _others_of(Document, viewer, batch)
    # There are few of them: they stand beneath the photographs, on the last page of these.
    recordings = [] if page.after else list(heard.in_order()[: pages.PAGE])
    documents = [] if page.after else list(read.in_order()[: pages.PAGE])
    slug = viewer.memorial.slug
    if not page.things and not recordings and not documents:  # all of them were here before, or were taken off again
        return redirect("keepsakes:room" if holds_something(room.ROOM, viewer) else "memorials:page", slug)
    here = reverse("keepsakes:added", args=[slug, batch])
    things = [*page.things, *recordings, *documents]
    form = AddedForm(viewer, things, request.POST if request.method == "POST" else None)
    context = {
        **head(viewer, current="photographs"),
        "batch": batch,
        **turning(here, page, ""),
        "waits": any(row.is_waiting for row in things),
        "room_url": reverse("keepsakes:room", args=[slug]),
    }
    if request.method == "POST" and form.is_valid():
        try:
            opened = _say(form, things, [theirs, heard, read], viewer)
        except keepings.NotYours:
            form.add_error("audience", ValidationError(_("Only whoever added it may show it to more people.")))
        except keepings.AsksFirst:
            form.add_error("audience", ValidationError(_NAMES_FIRST))
        else:
            return kept(request, _onwards(viewer, page, here, batch, opened=opened), id=batch)
    context["things"] = [
        {
            "picture": showing.picture(photograph, slug, with_words=False, src_size=showing.SMALL),
            "name": "" if photograph.is_closed else photograph.came_as,
            "date": None if photograph.is_closed else photograph.date,
            "ends_early": photograph.original.damaged,
            "change_url": reverse("keepsakes:change", args=[slug, photograph.pk]),
            "field": None if photograph.is_closed else form[AddedForm.caption_of(photograph)],
        }
        for photograph in page.things
    ]
    context["recordings"] = [
        {
            "player": showing.recording(row, slug),
            "name": "" if row.is_closed else row.came_as,
            "date": None if row.is_closed else row.date,
            "change_url": reverse("keepsakes:change_recording", args=[slug, row.pk]),
            "field": None if row.is_closed else form[AddedForm.caption_of(row)],
        }
        for row in recordings
    ]
    context["documents"] = [
        {
            "paper": showing.document(row, slug),
            "name": "" if row.is_closed else row.came_as,
            "change_url": reverse("keepsakes:change_document", args=[slug, row.pk]),
            "field": None if row.is_closed else form[AddedForm.caption_of(row)],
        }
        for row in documents
    ]
    context["names"] = [row for row in (*page.things, *recordings) if row.asks_first]
    if form.errors:
        return not_kept(request, "keepsakes/added.html", context, form)
    return render(request, "keepsakes/added.html", {**context, "form": form})


# Translators: said where somebody wants to open pictures of a hospital's to more people
_NAMES_FIRST = _lazy(
    "A picture from the hospital may show a name. Look at it first, and say whether one is to be covered."
)


def _others_of(kind: type[Keepsake], viewer: Viewer, batch: uuid.UUID) -> KeepsakeQuerySet:
    theirs: KeepsakeQuerySet = kind.objects.own_of(viewer)
    return theirs.filter(batch=batch, put_away_at=None).select_related("original", "memorial")


def _say(form: AddedForm, shown: list[Any], theirs: list[Any], viewer: Viewer) -> bool:
    """Keep what was said; whether something was opened to more people by it."""
    audience: Circle | None = form.cleaned_data["audience"]
    # To one that is closed nothing was asked here: its words would stand in the form.
    words = form.cleaned_data
    captions = {one.pk: words[AddedForm.caption_of(one)] for one in shown if AddedForm.caption_of(one) in words}
    # The words stand beside those shown; circle and date go for all that came together, on every page of them.
    everything = [row for rows in theirs for row in rows.select_related("original").in_order()]
    wider = audience is not None and any(audience < row.audience for row in everything)
    changing.say_of_many(
        everything,
        by=viewer,
        audience=audience,
        date=form.cleaned_data["date"],
        captions=captions,
        sort=form.cleaned_data.get("sort", ""),
    )
    return wider and audience is not None and audience < Circle.KEEPERS


def _onwards(viewer: Viewer, page: pages.Page[Any], here: str, batch: uuid.UUID, *, opened: bool) -> str:
    slug = viewer.memorial.slug
    if page.after:
        return turning(here, page, "")["next_url"]
    if opened and viewer.is_keeper:
        return reverse("memorials:opened", args=[slug])
    if viewer.is_keeper and viewer.memorial.has_pictures and page.things:
        return reverse("keepsakes:room", args=[slug])
    if viewer.is_keeper and Document.objects.own_of(viewer).filter(batch=batch).exists():
        return reverse("keepsakes:documents", args=[slug])
    if viewer.is_keeper and holds_something(room.RECORDINGS, viewer):
        return reverse("keepsakes:recordings", args=[slug])
    return reverse("memorials:page", args=[slug])
