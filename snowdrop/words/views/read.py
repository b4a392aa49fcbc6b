"""The words that were let in, and one of them."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, Viewer, needs, reading, working
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept, wants_json
from snowdrop.words import keeping_close, pages, replies
from snowdrop.words.candle_showing import ways
from snowdrop.words.models import KindWord
from snowdrop.words.showing import shown


@reading
@needs(Act.READ)
@may_be_found
@require_http_methods(["GET"])
def room(request: MemorialRequest) -> HttpResponseBase:
    """Quiet until opened, the newest first; nothing is counted."""
    viewer = request.viewer
    try:
        page = pages.page(viewer, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    except pages.NoSuchPlace:
        # Not shown any more, or never there: the words are read from the newest.
        return redirect(_address(viewer))
    context = head(viewer, "words")
    close = {word.pk for word in page.close}
    context |= {
        "close": shown(page.close, viewer, as_suffix=context["as_suffix"]),
        "words": shown([word for word in page.words if word.pk not in close], viewer, as_suffix=context["as_suffix"]),
        "newer_url": _address(viewer, before=page.newer) if page.newer else "",
        "older_url": _address(viewer, after=page.older) if page.older else "",
        "candle_ways": ways(viewer),
        "may_leave": viewer.offers(Act.LEAVE_WORDS),
        "reads_first": viewer.may(Act.READ_FIRST),
        "is_keeper": viewer.is_keeper,
        "wrote_some": KindWord.objects.own_of(viewer).filter(came="").exists(),
        "may_offer": viewer.offers(Act.ADD) and viewer.circle < Circle.KEEPERS and viewer.memorial.shows_pictures,
    }
    return render(request, "words/room.html", context)


def _address(viewer: Viewer, **at: uuid.UUID) -> str:
    query: dict[str, Any] = dict(at)
    if viewer.reads_as is not None:
        query = {"as": viewer.reads_as.name.lower()} | query
    address = reverse("words:room", args=[viewer.memorial.slug])
    return f"{address}?{urlencode(query)}" if query else address


@reading
@needs(Act.READ)
@may_be_found
@require_http_methods(["GET"])
def word(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    found = get_object_or_404(KindWord.objects.visible_to(viewer).select_related("thanks"), pk=id)
    if wants_json(request):
        return _as_json(found, viewer)
    context = head(viewer, "words")
    newer, older = pages.neighbours(viewer, found)
    context |= {
        "word": shown([found], viewer, as_suffix=context["as_suffix"], alone=True)[0],
        "row": found,
        "newer": newer,
        "older": older,
        "answer": replies.met_with(found) if viewer.is_keeper or found.is_own_of(viewer.person) else None,
        "may_change": KindWord.objects.changeable_by(viewer).filter(pk=found.pk).exists(),
        "is_keeper": viewer.is_keeper,
    }
    return render(request, "words/word.html", context)


def _as_json(word: KindWord, viewer: Viewer) -> JsonResponse:
    if not viewer.has_open(word):
        to_look = reverse("memorials:closed", args=[viewer.memorial.slug, word.pk])
        return JsonResponse({"id": str(word.pk), "closed": True, "words": word.cover_words, "url": to_look})
    url = reverse("words:word", args=[viewer.memorial.slug, word.pk])
    said = {"signed": word.signed, "knew": word.knew, "text": word.text}
    return JsonResponse({"id": str(word.pk), **said, "url": url})


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def keep_close(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Keep these words close: they stand first. Or let them stand where they came."""
    viewer = request.viewer
    found = get_object_or_404(KindWord.objects.visible_to(viewer), pk=id)
    if request.POST.get("do") == "let_go":
        keeping_close.no_longer(found, by=viewer)
    else:
        keeping_close.keep_close(found, by=viewer)
    return kept(request, reverse("words:word", args=[viewer.memorial.slug, found.pk]), id=found.pk)
