"""The door, for whoever reads first: one at a time or in a list, with three answers, each to be undone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept
from snowdrop.words import door as verbs
from snowdrop.words import letters, queue, reading_first
from snowdrop.words.models import Report
from snowdrop.words.queue_showing import for_an_answer

AT_ONCE = 50  # words on one page of the list
_LAST = "door_last"  # what was answered last in this browser, to be undone
_ANSWERS: dict[str, Callable[..., list[uuid.UUID]]] = {
    "let_in": verbs.let_in,
    "turn_away": verbs.turn_away,
    "ask_family": verbs.ask_family,
    "undo": verbs.undo,
}
# Of words that wait. Whoever else reads first may have answered them while this page was open: then that holds.
_WHILE_THEY_WAIT: dict[str, Callable[..., list[uuid.UUID]]] = {
    "let_in": partial(verbs.let_in, only_waiting=True),
    "ask_family": partial(verbs.ask_family, only_waiting=True),
}


@working
@needs(Act.READ_FIRST)
@require_http_methods(["GET"])
def door(request: MemorialRequest) -> HttpResponseBase:
    """The oldest that waits; `?list` shows many, `?after` goes past one without an answer.

    `?list&all` ticks them all. To whoever rests today nothing shows before they ask for it: `?read`.
    """
    viewer = request.viewer
    rests_until = reading_first.rests_until(viewer)
    if rests_until is not None and not {"read", "list", "after"} & set(request.GET):
        return render(request, "words/resting.html", {**head(viewer), "until": rests_until})
    letters.looked(viewer, at=timezone.now())
    is_list = "list" in request.GET
    found = queue.waiting(viewer, after=_after(request), most=AT_ONCE + 1 if is_list else 2)
    shown = found[:AT_ONCE] if is_list else found[:1]
    context: dict[str, Any] = {
        **head(viewer),
        "waiting": for_an_answer(shown, viewer),
        "is_list": is_list,
        "after": shown[-1].pk if len(found) > len(shown) else "",
        "last": _last(request, viewer),
        "all_ticked": "all" in request.GET,
        "from_here": request.GET.get("after", ""),
        "was_answered": "met" in request.GET,
        "is_resting": rests_until is not None,
        "is_reported": Report.objects.met_by(viewer).exists(),
    }
    return render(request, "words/door.html", context)


def _after(request: MemorialRequest) -> uuid.UUID | None:
    after = request.GET.get("after", "")
    try:
        return uuid.UUID(after) if after else None
    except ValueError as error:
        raise NotForYou from error


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
    answers = _ANSWERS if "not_shown" in request.POST else _ANSWERS | _WHILE_THEY_WAIT
    answered = answers[do](_ids(request), by=viewer)
    if do == "undo" or not answered:
        request.session.pop(_LAST, None)
    else:
        request.session[_LAST] = {"memorial": viewer.memorial.pk, "do": do, "ids": [str(id) for id in answered]}
    query = {name: "yes" for name in ("list", "read") if name in request.POST}
    if not answered:
        query["met"] = "yes"  # somebody else was there before, who reads first too
    return kept(request, f"{here}?{urlencode(query)}" if query else here, id=answered[0] if answered else "")


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
    context = {**head(viewer), "waiting": for_an_answer(queue.not_shown(viewer, most=AT_ONCE), viewer)}
    return render(request, "words/not_shown.html", context)
