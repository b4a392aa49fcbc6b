"""What somebody who is signed in wrote here, and what they were answered."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept
from snowdrop.words import mending, replies
from snowdrop.words.models import KindWord, KindWordQuerySet
from snowdrop.words.showing import shown

AT_ONCE = 50  # words
_CHANGES = {"take_back": mending.take_back, "leave_again": mending.leave_again}


@working
@needs(Act.READ)
@require_http_methods(["GET", "POST"])
def yours(request: MemorialRequest) -> HttpResponseBase:
    """Alike for words that wait, that were not shown and that were taken off the page: nobody learns here which."""
    viewer = request.viewer
    if viewer.person is None:
        raise NotForYou
    rows: KindWordQuerySet = KindWord.objects.own_of(viewer).filter(came="")
    here = reverse("words:yours", args=[viewer.memorial.slug])
    if request.method == "POST":
        word = get_object_or_404(rows.select_related("memorial"), pk=_id(request.POST.get("id", "")))
        if (do := request.POST.get("do", "")) not in _CHANGES:
            raise NotForYou
        _CHANGES[do](word)
        return kept(request, here, id=word.pk)
    if after := request.GET.get("after", ""):
        rows = rows.older_than(get_object_or_404(rows, pk=_id(after)))
    found = list(rows.newest_first().select_related("thanks")[: AT_ONCE + 1])
    context = {
        **head(viewer),
        "mine": _beside_answers(found[:AT_ONCE], viewer),
        "older_url": f"{here}?after={found[AT_ONCE - 1].pk}" if len(found) > AT_ONCE else "",
    }
    return render(request, "words/yours.html", context)


def _beside_answers(words: list[KindWord], viewer: Viewer) -> list[dict[str, object]]:
    seen = KindWord.objects.visible_to(viewer).filter(pk__in=[word.pk for word in words])
    on_the_page = set(seen.values_list("pk", flat=True))
    return [
        {"word": one, "row": row, "answer": replies.met_with(row), "on_the_page": row.pk in on_the_page}
        for row, one in zip(words, shown(words, viewer, alone=True), strict=True)
    ]


def _id(said: str) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except ValueError as error:
        raise NotForYou from error
