"""Who looks after a page, and what concerns them as equals: removing, opening to everyone, a pause, parting."""

from __future__ import annotations

import uuid
from copy import copy
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import agreeing, announced, composition, keepers, notices, pausing, separating
from snowdrop.memorials.access import Act, MemorialRequest, Viewer, needs, working
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.head import head, names_for
from snowdrop.memorials.models import Announced, Memorial, Successor
from snowdrop.people.proof import asked_again
from snowdrop.web.answers import kept, wants_json


def _back(viewer: Viewer) -> str:
    return reverse("memorials:keepers", args=[viewer.memorial.slug])


def front(request: HttpRequest) -> str:
    """Where the house stands: the only address a postcard carries."""
    return request.build_absolute_uri(reverse("front"))


def refused(request: HttpRequest, template: str, context: dict[str, Any], why: Exception) -> HttpResponse:
    """Answer what cannot be done now with the sentence that says why."""
    sentence = sentence_for(why)
    if wants_json(request):
        return JsonResponse({"errors": {"": [sentence]}}, status=409)
    return render(request, template, {**context, "refused": sentence}, status=409)


def paused(memorial: Memorial) -> str:
    """Why nothing that keepers hear of first can be done now; "" where there is no pause."""
    pause = pausing.running(memorial, at=timezone.now())
    return sentence_for(pausing.IsPaused(pause.until)) if pause else ""


def sentence_for(why: Exception) -> str:
    if isinstance(why, pausing.IsPaused):
        day = date_format(timezone.localtime(why.until), "DATE_FORMAT")
        return _("Such changes are paused here until %(day)s.") % {"day": day}
    if isinstance(why, pausing.TakesAll):
        return _("There was a pause not long ago. Another one begins once each of you wants it.")
    if isinstance(why, announced.TooLate):
        return _("It took effect already.")
    return _("Somebody has to look after this page. First ask in somebody who will.")


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def page(request: MemorialRequest) -> HttpResponseBase:
    return render(request, "memorials/keepers.html", _about_keepers(request.viewer))


def _about_keepers(viewer: Viewer) -> dict[str, Any]:
    now = timezone.now()
    changes = Announced.objects.to_come(now).filter(memorial=viewer.memorial).order_by("takes_effect_at")
    entering = Successor.objects.entering().filter(memorial=viewer.memorial).order_by("enters_at")
    return {
        **head(viewer),
        "keepers": keepers.of(viewer.memorial).select_related("person"),
        "changes": [
            {"id": change.pk, "sentence": notices.sentence_of(change, viewer)}
            for change in changes.select_related("membership__person")
        ],
        "entering": [
            {"id": one.pk, "sentence": notices.sentence_of_entering(one)} for one in entering.select_related("person")
        ],
        "paused": paused(viewer.memorial),
        "is_public": viewer.memorial.audience == Circle.PUBLIC,
    }


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def only_me(request: MemorialRequest) -> HttpResponseBase:
    keepers.only_me(by=request.viewer)
    return kept(request, reverse("memorials:page", args=[request.viewer.memorial.slug]))


@working
@needs(Act.KEEP)
@asked_again
@require_http_methods(["GET", "POST"])
def remove(request: MemorialRequest, id: int) -> HttpResponseBase:
    """Announce that a keeper is to look after this page no longer."""
    viewer = request.viewer
    keeper = get_object_or_404(keepers.others(viewer).select_related("person"), pk=id)
    context = {**head(viewer), "keeper": keeper, "paused": paused(viewer.memorial)}
    if request.method == "POST":
        try:
            change = announced.remove(keeper, by=viewer, address=front(request))
        except (keepers.LastKeeper, pausing.IsPaused) as why:
            return refused(request, "memorials/remove_keeper.html", context, why)
        return kept(request, _back(viewer), id=change.pk)
    return render(request, "memorials/remove_keeper.html", context)


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def stop(request: MemorialRequest, id: int) -> HttpResponseBase:
    viewer = request.viewer
    change = get_object_or_404(Announced, pk=id, memorial=viewer.memorial)
    try:
        announced.stop(change, by=viewer)
    except announced.TooLate as why:
        return refused(request, "memorials/keepers.html", _about_keepers(viewer), why)
    return kept(request, _back(viewer), id=change.pk)


@working
@needs(Act.KEEP)
@asked_again
@require_http_methods(["GET", "POST"])
def go_public(request: MemorialRequest) -> HttpResponseBase:
    """Announce that everyone is to be able to open the page. It says whom that lets in again."""
    viewer = request.viewer
    context = {
        **head(viewer),
        "again": announced.let_in_again(viewer.memorial),
        "names": _names_for_everyone(viewer.memorial),
        "keeps_alone": not keepers.others(viewer).exists(),
        "paused": paused(viewer.memorial),
        "is_public": viewer.memorial.audience == Circle.PUBLIC,
        "number": composition.number(viewer),
    }
    if request.method == "POST":
        try:
            change = announced.go_public(by=viewer, address=front(request))
        except pausing.IsPaused as why:
            return refused(request, "memorials/go_public.html", context, why)
        return kept(request, _back(viewer), id=change.pk if change else "")
    return render(request, "memorials/go_public.html", context)


def _names_for_everyone(memorial: Memorial) -> str:
    """The names that would stand at the head of the page for everyone; "" where none would."""
    opened = copy(memorial)
    opened.audience = Circle.PUBLIC
    return names_for([Viewer(opened, None, Circle.PUBLIC)])[memorial.pk]


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def close(request: MemorialRequest) -> HttpResponseBase:
    announced.close(by=request.viewer)
    return kept(request, _back(request.viewer))


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def pause(request: MemorialRequest) -> HttpResponseBase:
    """Pause such changes, agree to thirty days more, or end the pause one began."""
    viewer = request.viewer
    last = pausing.latest(viewer.memorial)
    now = timezone.now()
    runs = last is not None and last.until > now
    agreed = set(last.agreed.values_list("pk", flat=True)) if last else set()
    context = {
        **head(viewer),
        "until": last.until if last and runs else None,
        "is_mine": last is not None and last.by_id is not None and last.by == viewer.person,
        "is_over": last is not None and not runs,
        "takes_all": last is not None and last.until > now - pausing.RESTS,
        "agreed": [
            one.person.called for one in keepers.others(viewer).select_related("person") if one.person_id in agreed
        ],
        "said_yes": viewer.person is not None and viewer.person.pk in agreed,
    }
    if request.method != "POST":
        return render(request, "memorials/pause.html", context)
    what = request.POST.get("do", "")
    try:
        if what == "agree":
            pausing.agree(by=viewer)
        elif what == "end":
            pausing.end(by=viewer)
        else:
            pausing.pause(by=viewer)
    except pausing.TakesAll as why:
        return refused(request, "memorials/pause.html", context, why)
    return kept(request, reverse("memorials:pause", args=[viewer.memorial.slug]))


@working
@needs(Act.KEEP)
@asked_again
@require_http_methods(["GET", "POST"])
def go_separate_ways(request: MemorialRequest) -> HttpResponseBase:
    """Continue in a memorial of one's own. Nobody is told."""
    viewer = request.viewer
    if request.method == "POST":
        return kept(request, reverse("memorials:page", args=[separating.go_separate_ways(by=viewer).slug]))
    return render(request, "memorials/go_separate_ways.html", head(viewer))


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def agree(request: MemorialRequest) -> HttpResponseBase:
    """What shows this keeper and would be shown to more people; and what waits for another's yes."""
    viewer = request.viewer
    context = {"waiting": agreeing.waiting_for(viewer), "asked": agreeing.asked_by(viewer)}
    return render(request, "memorials/agreeing.html", head(viewer) | context)


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def answer(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Yes, show it, or no."""
    viewer = request.viewer
    if request.POST.get("do") == "yes":
        agreeing.say_yes(id, by=viewer)
    else:
        agreeing.say_no(id, by=viewer)
    return kept(request, reverse("memorials:agreeing", args=[viewer.memorial.slug]), id=id)
