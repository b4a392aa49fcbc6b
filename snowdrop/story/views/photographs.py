"""The photographs of a moment: adding, choosing among those here, ordering, taking out."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from snowdrop.keepsakes import pages, showing
from snowdrop.keepsakes.forms import PICTURES
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, working
from snowdrop.memorials.covering import look_first
from snowdrop.memorials.head import head
from snowdrop.story import bringing, placing
from snowdrop.story.models import Moment
from snowdrop.story.views.write import uploads_in
from snowdrop.web.answers import kept, wants_json


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def photographs(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """What the moment carries, in its order; each with plain buttons. New ones come in here too."""
    viewer = request.viewer
    moment = get_object_or_404(Moment.objects.changeable_by(viewer).select_related("memorial"), pk=id)
    if not viewer.memorial.has_pictures:
        raise NotForYou
    if request.method == "GET" and not viewer.has_open(moment):
        return look_first(moment, viewer)
    refused: list[bringing.Refused] = []
    if request.method == "POST":
        if "take_off" in request.POST:
            placing.take_off(moment, _id(request.POST["take_off"]), by=viewer)
        elif "earlier" in request.POST:
            placing.move(moment, _id(request.POST["earlier"]), later=False, by=viewer)
        elif "later" in request.POST:
            placing.move(moment, _id(request.POST["later"]), later=True, by=viewer)
        else:
            brought = bringing.bring(uploads_in(request), by=viewer, moment_id=moment.pk)
            refused = brought.refused
            here = list(placing.placeable([_id(text) for text in request.POST.getlist("placed")], viewer))
            placing.put_with(moment, [*here, *brought.photographs], by=viewer)
            bringing.open_with(moment, by=viewer)
        if refused and wants_json(request):
            sentences = [f"{file.name}: {file.sentence}" for file in refused]
            return JsonResponse({"errors": {"photographs": sentences}}, status=507 if brought.disk_is_full else 422)
        if not refused:
            to = reverse("story:photographs", args=[viewer.memorial.slug, moment.pk])
            return kept(request, to, id=moment.pk, sha=moment.digest)
    ids = list(moment.placed.order_by("order", "pk").values_list("photograph", flat=True))
    found = {one.pk: one for one in placing.placeable(ids, viewer).select_related("original")}
    placed = [found[pk] for pk in ids if pk in found]
    slug = viewer.memorial.slug
    context = {
        **head(viewer),
        "moment": moment,
        "accept": PICTURES,
        "refused": refused,
        "placed": [
            {
                "id": one.pk,
                "picture": showing.picture(one, slug),
                "may_go_up": number > 0,
                "may_go_down": number < len(placed) - 1,
            }
            for number, one in enumerate(placed)
        ],
    }
    return render(request, "story/photographs.html", context, status=422 if refused else 200)


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def choose(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Choose among all photographs here, a page at a time."""
    viewer = request.viewer
    moment = get_object_or_404(Moment.objects.changeable_by(viewer).select_related("memorial"), pk=id)
    if not viewer.memorial.has_pictures:
        raise NotForYou
    rows = Photograph.objects.visible_to(viewer)
    page = pages.page(rows, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    there = set(moment.placed.values_list("photograph", flat=True))
    slug = viewer.memorial.slug
    here = reverse("story:choose", args=[slug, moment.pk])
    context = {
        **head(viewer),
        "moment": moment,
        "shelf": [
            {"id": one.pk, "picture": showing.picture(one, slug, with_words=False), "is_chosen": False}
            for one in page.things
            if one.pk not in there
        ],
        "earlier_url": f"{here}?{urlencode({'before': page.before})}" if page.before else "",
        "later_url": f"{here}?{urlencode({'after': page.after})}" if page.after else "",
    }
    return render(request, "story/choose.html", context)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotForYou from error
