"""Bringing in words that came elsewhere: send a file, see who wrote, choose, let them wait to be read."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.archive import bundles, untying
from snowdrop.archive.forms import WordsForm
from snowdrop.archive.importers.elsewhere import bringing
from snowdrop.archive.importers.elsewhere.came import Place
from snowdrop.archive.models import Bundle
from snowdrop.archive.showing import is_number
from snowdrop.dates.display import show
from snowdrop.dates.edtf import parse
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.memorials.head import head
from snowdrop.storage import kinds
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.room import DiskIsFull
from snowdrop.storage.uploads import ReceivedUpload
from snowdrop.web.answers import kept, not_kept
from snowdrop.words import elsewhere
from snowdrop.words.models import Book


@working
@needs(Act.BRING_WORDS)
@require_http_methods(["GET", "POST"])
def bring_words(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    if not Book.of(viewer.memorial).is_answered:
        return redirect("words:first", viewer.memorial.slug)
    context = head(viewer, current="words")
    if request.method == "GET":
        return render(request, "archive/bring_words.html", {**context, "form": WordsForm()})
    form = WordsForm(request.POST, request.FILES)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        upload: ReceivedUpload = form.cleaned_data["file"]
        try:
            row = bundles.take(upload.received(packed=True), came_as=upload.name or "", by=viewer)
        except DiskIsFull as error:
            form.add_error("file", ValidationError(str(error.sentence)))
            status = HTTPStatus.INSUFFICIENT_STORAGE
        except NotAPicture as error:  # refused while it came: too large
            form.add_error("file", ValidationError(str(error.sentence)))
            if error.sentence is kinds.TOO_LARGE:
                status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        else:
            return kept(request, reverse("archive:bundle", args=[viewer.memorial.slug, row.pk]), id=row.pk)
    return not_kept(request, "archive/bring_words.html", context, form, status=status)


@working
@needs(Act.BRING_WORDS)
@require_http_methods(["GET", "POST"])
def bundle(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Who wrote, and when. Whoever sent it says whose words may come, or leaves it. No word of it shows here."""
    viewer = request.viewer
    row = get_object_or_404(Bundle, pk=id, memorial=viewer.memorial, sender=viewer.person)
    here = reverse("archive:bundle", args=[viewer.memorial.slug, row.pk])
    if request.method == "POST":
        do = request.POST.get("do")
        if do == "leave":
            if row.state != Bundle.State.COMES:  # what is coming is left alone until it came
                untying.forget(row)
            return kept(request, reverse("words:room", args=[viewer.memorial.slug]), id=id)
        if do == "order":
            bundles.say_order(row, _order(request.POST.get("order", "")), by=viewer)
        else:
            numbers = {int(number) for number in request.POST.getlist("names") if is_number(number)}
            bundles.bring(row, names=numbers, own_only="own_only" in request.POST, by=viewer)
        return kept(request, here, id=id)
    context = {**head(viewer, current="words"), "bundle": row, "here": here, **_shown(row, viewer)}
    return render(request, "archive/bundle.html", context)


def _order(said: str) -> Any:
    found = next((order for order in bundles.ORDERS if order == said), None)
    if found is None:
        raise NotForYou
    return found


def _shown(row: Bundle, viewer: Viewer) -> dict[str, Any]:
    report, own = row.report, bringing.own_names(viewer.memorial)
    return {
        "place": _place(report.get("place", "")),
        "is_chat": report.get("place") == Place.WHATSAPP,
        "days": _days(report.get("first", ""), report.get("last", "")),
        "names": [
            {"number": number, "name": elsewhere.signature(name), "is_own": bringing.is_own(name, own)}
            for number, name in enumerate(report.get("names", []))
        ],
        "left_out": report.get("left_out", []),
        "not_taken": [{"name": name, "sentence": sentence} for name, sentence in report.get("not", [])],
        "missing": report.get("missing", []),
        "may_read": viewer.may(Act.READ_FIRST),
        **{name: report.get(name, "") for name in ("sentence", "zone", "has_words", "more_names", "has_letters")},
    }


def _place(place: str) -> str:
    said = {
        Place.WHATSAPP: _("This is a chat of WhatsApp."),
        Place.MAIL: _("These are mails."),
        Place.FACEBOOK: _("This is an export of Facebook. What others wrote below your posts and to you can come."),
    }
    return said.get(Place(place), "") if place else _("This is a text or a table.")


def _days(first: str, last: str) -> str:
    if not first or not last:
        return _("No days stand in it.")
    days = [show(parse(day), get_language() or "en") for day in (first, last)]
    # Translators: of words that were found; both are days such as "3 May 2020".
    return (
        days[0] + "." if days[0] == days[1] else _("From %(first)s to %(last)s.") % {"first": days[0], "last": days[1]}
    )
