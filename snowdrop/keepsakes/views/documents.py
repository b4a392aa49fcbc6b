"""The room of documents, and each document page by page. What is shown are pictures of its pages, made by us."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from snowdrop.keepsakes import changing, pages, showing
from snowdrop.keepsakes.forms import DocumentForm
from snowdrop.keepsakes.models import Document
from snowdrop.keepsakes.views.finding import changeable_document, read_or_own
from snowdrop.keepsakes.views.room import turning
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, reading, working
from snowdrop.memorials.covering import look_first
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept, not_kept, posted


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def room(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    if not viewer.memorial.has_pictures:
        raise NotForYou
    slug = viewer.memorial.slug
    page = pages.page(
        Document.objects.visible_to(viewer).met_by(viewer),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = head(viewer, current="documents")
    suffix = context["as_suffix"]
    context |= {
        "documents": [showing.document(one, slug, suffix, is_open=viewer.leaves_open(one)) for one in page.things],
        **turning(reverse("keepsakes:documents", args=[slug]), page, suffix),
        "may_add": viewer.offers(Act.ADD),
    }
    return render(request, "keepsakes/documents.html", context)


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def document(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """One page of it, and the ways to the others: `?page=2`."""
    viewer = request.viewer
    slug = viewer.memorial.slug
    row = read_or_own(viewer, id)
    context = head(viewer, current="documents")
    suffix = context["as_suffix"]
    is_open = viewer.leaves_open(row)  # who only looks has a page of its own for that
    context |= {
        "document": row,
        "paper": showing.document(row, slug, suffix, is_open=is_open),
        "facts": showing.facts_of_document(row, viewer) if is_open else [],
        "is_open": is_open,
        "room_url": reverse("keepsakes:documents", args=[slug]) + suffix,
        "may_change": Document.objects.changeable_by(viewer).filter(pk=row.pk).exists(),
    }
    if is_open:
        context |= one_page(request, row, suffix)
    elif "page" in request.GET:
        raise NotForYou  # how many pages a closed one has is told to nobody
    return render(request, "keepsakes/document.html", context)


def one_page(request: MemorialRequest, row: Document, suffix: str) -> dict[str, Any]:
    """What the page of an open document needs to show the sheet that was asked for. Raises NotForYou."""
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 5 and 1 <= int(asked) <= row.original.frames):
        raise NotForYou
    number, viewer = int(asked), request.viewer
    here = reverse("keepsakes:document", args=[viewer.memorial.slug, row.pk])
    circle = suffix.replace("?", "&")
    return {
        "sheet": showing.sheet(row, viewer.memorial.slug, number, suffix, largest=showing.largest_for(viewer)),
        "number": number,
        "previous_url": f"{here}?page={number - 1}{circle}" if number > 1 else "",
        "next_url": f"{here}?page={number + 1}{circle}" if number < row.original.frames else "",
    }


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def change(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    row = changeable_document(viewer, id)
    if request.method == "GET" and not viewer.has_open(row):
        return look_first(row, viewer)
    slug = viewer.memorial.slug
    initial = {name: getattr(row, name) for name in changing.SAID_OF_DOCUMENT}
    form = DocumentForm(viewer, row, posted(request), initial=initial)
    shows = viewer.memorial.has_pictures
    back = reverse("keepsakes:document", args=[slug, row.pk]) if shows else reverse("memorials:page", args=[slug])
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            changing.change_document(row, form.cleaned_data, by=viewer)
            changing.say_who_is_seen(row, form.seen(), by=viewer)
        return kept(request, back, id=id)
    is_open = viewer.has_open(row)
    context: dict[str, Any] = {
        **head(viewer, current="documents"),
        "document": row,
        "sheet": showing.sheet(row, slug, 1) if is_open and shows else None,
        "came_as": row.came_as if is_open else "",
        "back": back,
    }
    if form.errors:
        return not_kept(request, "keepsakes/change_document.html", context, form)
    return render(request, "keepsakes/change_document.html", {**context, "form": form})
