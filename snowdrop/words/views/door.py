"""The door, for whoever reads first: one at a time or in a list, with three answers, each to be undone."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept
from snowdrop.words import door as verbs
from snowdrop.words import enclosures, signals
from snowdrop.words.models import KindWord, KindWordQuerySet
from snowdrop.words.showing import as_read

AT_ONCE = 50  # words on one page of the list
_LAST = "door_last"  # what was answered last in this browser, to be undone
_ANSWERS = {"let_in": verbs.let_in, "turn_away": verbs.turn_away, "ask_family": verbs.ask_family, "undo": verbs.undo}


@working
@needs(Act.READ_FIRST)
@require_http_methods(["GET"])
def door(request: MemorialRequest) -> HttpResponseBase:
    """The oldest that waits; `?list` shows many, `?after` goes past one without an answer."""
    viewer = request.viewer
    waiting = KindWord.objects.at_the_door(viewer).waiting().filter(asked_at=None)
    is_list = "list" in request.GET
    some = _behind(waiting, request.GET.get("after", "")).as_they_came()[: AT_ONCE + 1 if is_list else 2]
    found = list(some.select_related("by_link"))
    shown = found[:AT_ONCE] if is_list else found[:1]
    context: dict[str, Any] = {
        **head(viewer),
        "waiting": _waiting(shown, viewer),
        "is_list": is_list,
        "after": shown[-1].pk if len(found) > len(shown) else "",
        "last": _last(request, viewer),
    }
    return render(request, "words/door.html", context)


def _waiting(words: list[KindWord], viewer: Viewer) -> list[dict[str, Any]]:
    came = enclosures.waiting_with(words, viewer)
    return [
        {
            "row": word,
            "word": as_read(word),
            "came": came.get(word.pk),
            "reasons": [reason.label for reason in signals.read(word.reasons)],
        }
        for word in words
    ]


def _behind(waiting: KindWordQuerySet, after: str) -> KindWordQuerySet:
    try:
        edge = waiting.filter(pk=uuid.UUID(after)).first() if after else None
    except ValueError as error:
        raise NotForYou from error
    return waiting.behind(edge) if edge is not None else waiting


def _last(request: MemorialRequest, viewer: Viewer) -> dict[str, Any] | None:
    """What this browser answered last, for as long as it can be undone."""
    kept_here = request.session.get(_LAST) if request.session.session_key else None
    if not kept_here or kept_here["memorial"] != viewer.memorial.pk:
        return None
    return dict(kept_here)


@working
@needs(Act.READ_FIRST)
@require_http_methods(["POST"])
def answer(request: MemorialRequest) -> HttpResponseBase:
    """Answer those that are ticked, or undo what was answered last."""
    viewer = request.viewer
    do, here = request.POST.get("do", ""), reverse("words:door", args=[viewer.memorial.slug])
    if do not in _ANSWERS:
        raise NotForYou
    answered = _ANSWERS[do](_ids(request), by=viewer)
    if do == "undo" or not answered:
        request.session.pop(_LAST, None)
    else:
        request.session[_LAST] = {"memorial": viewer.memorial.pk, "do": do, "ids": [str(id) for id in answered]}
    if "list" in request.POST:
        here += "?list=yes"
    return kept(request, here, id=answered[0] if answered else "")


def _ids(request: MemorialRequest) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(id) for id in request.POST.getlist("ids")]
    except ValueError as error:
        raise NotForYou from error


@working
@needs(Act.READ_FIRST)
@require_http_methods(["GET"])
def not_shown(request: MemorialRequest) -> HttpResponseBase:
    """What was not shown, the last first, to be let in after all."""
    viewer = request.viewer
    away = KindWord.objects.at_the_door(viewer).filter(turned_away_at__isnull=False)
    found = list(away.order_by("-turned_away_at", "-pk")[:AT_ONCE])
    context = {**head(viewer), "waiting": _waiting(found, viewer)}
    return render(request, "words/not_shown.html", context)
