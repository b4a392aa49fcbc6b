"""Envelopes before those who look after the page: asking for one, leaving it sealed, opening it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.handover import giving, opening
from snowdrop.handover.forms import LinkForm
from snowdrop.handover.models import Answer, Envelope, Telling
from snowdrop.memorials.access import Act, MemorialRequest, Viewer, needs, working
from snowdrop.memorials.head import head
from snowdrop.memorials.models import Keeping
from snowdrop.people.limited import limited
from snowdrop.web.answers import kept, not_kept, posted
from snowdrop.web.pictures import Picture
from snowdrop.web.squares import square

AT_ONCE = 100


@working
@needs(Act.KEEP)
@limited("asking in")
@require_http_methods(["GET", "POST"])
def envelopes(request: MemorialRequest) -> HttpResponseBase:
    """The envelopes there are, and a link for somebody who fills one."""
    viewer = request.viewer
    form = LinkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made, token = giving.make_link(said["called"], by=viewer, asks_for_words=said["asks_for_words"])
        link = request.build_absolute_uri(reverse("handover:give", args=[token]))
        # Shown once, on the answer itself: a token stands in no address of ours and in no session.
        context = {**head(viewer), "envelope": made, "link": link, "square": square(link)}
        return render(request, "handover/link_made.html", context, status=201)
    context = {**head(viewer), **_listed(viewer)}
    if form.errors:
        return not_kept(request, "handover/envelopes.html", context, form)
    return render(request, "handover/envelopes.html", {**context, "form": form})


def _listed(viewer: Viewer) -> dict[str, Any]:
    here = Envelope.objects.of(viewer).order_by("-made_at")
    opened = set(
        Answer.objects.filter(
            person=viewer.person, opened_at__isnull=False, envelope__memorial=viewer.memorial
        ).values_list("envelope", flat=True)
    )
    sealed = list(here.sealed().order_by("-sealed_at")[:AT_ONCE])
    return {
        "sealed": [one for one in sealed if one.pk not in opened],
        "opened": [one for one in sealed if one.pk in opened],
        "links": here.to_be_filled()[:AT_ONCE],
    }


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def envelope(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """From whom it is, how many things lie in it, and the note; no more, until this keeper opens it."""
    viewer = request.viewer
    row = opening.find(id, by=viewer)
    here = reverse("handover:envelope", args=[viewer.memorial.slug, row.pk])
    if request.method == "POST":
        do = request.POST.get("do", "not_now")
        if do == "open":
            opening.open_it(row, by=viewer)
            return kept(request, here, id=row.pk)
        if do == "end":
            giving.end_link(row, by=viewer)
        else:
            opening.not_now(row, by=viewer)
        return kept(request, reverse("handover:envelopes", args=[viewer.memorial.slug]), id=row.pk)
    answer = opening.answer_of(row, viewer)
    is_opened = answer is not None and answer.opened_at is not None
    context = {
        **head(viewer),
        "envelope": row,
        "is_opened": is_opened,
        "things": _things(row, viewer) if is_opened else [],
        "shows_pictures": viewer.memorial.has_pictures,
    }
    return render(request, "handover/envelope.html", context)


def _things(row: Envelope, viewer: Viewer) -> list[dict[str, Any]]:
    """What lies in it, by what stands on each cover; nothing of what is beneath."""
    found: list[Keeping] = [
        thing
        for rows in opening.of_envelope(row)
        for thing in rows.model._default_manager.visible_to(viewer).among(rows.values("pk")).order_by("written_at")
    ]
    return [
        {
            "thing": thing,
            # The giver's name stands over all of them; on the list each says what it is, until somebody wrote more.
            "name": type(thing)().cover_title if thing.cover_words == row.from_whom else thing.cover_title,
            "url": reverse("memorials:closed", args=[viewer.memorial.slug, thing.pk]),
        }
        for thing in found
    ]


def _cover(row: Telling, viewer: Viewer, as_suffix: str) -> Picture:
    url = reverse("memorials:closed", args=[viewer.memorial.slug, row.pk]) + as_suffix
    return Picture("", 0, 0, closed=True, words=row.cover_title, gentle=row.gentle_words, url=url)


@working
@needs(Act.READ)
@require_http_methods(["GET"])
def told(request: MemorialRequest) -> HttpResponseBase:
    """What people saw who were there: closed, until each reader chooses, or open where that was chosen."""
    viewer = request.viewer
    rows = list(Telling.objects.visible_to(viewer).met_by(viewer).order_by("written_at", "pk")[:AT_ONCE])
    if not rows and not Telling.objects.visible_to(viewer).exists():
        return redirect("memorials:page", viewer.memorial.slug)
    context = head(viewer, current="told")
    context["tellings"] = [
        {
            "telling": row if viewer.leaves_open(row) else None,
            "told_by": row.told_by if viewer.reads_names else "",
            "cover": _cover(row, viewer, context["as_suffix"]),
        }
        for row in rows
    ]
    return render(request, "handover/told.html", context)
