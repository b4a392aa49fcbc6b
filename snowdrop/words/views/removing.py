"""More about one word at the door, not showing all that came the same way, and the link it came by."""

from __future__ import annotations

import uuid
from functools import partial

from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept
from snowdrop.words import jobs
from snowdrop.words import removing as verbs
from snowdrop.words.forms import RemovingForm
from snowdrop.words.models import Evidence, KindWord, Removal
from snowdrop.words.showing import as_read

AT_ONCE = 50


@working
@needs(Act.READ_FIRST)
@require_http_methods(["GET"])
def more(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """What else can be done about these words."""
    viewer = request.viewer
    word = get_object_or_404(KindWord.objects.read_first_by(viewer).select_related("by_link"), pk=id)
    context = {
        **head(viewer),
        "one": {"row": word, "word": as_read(word)},
        "ways": [way.value for way in verbs.ways(word)],
        "is_kept": Evidence.objects.kept_for(viewer).filter(word=word).exists(),
        "form": RemovingForm(has_link=word.by_link is not None, may_end=viewer.may(Act.KEEP)),
    }
    return render(request, "words/more.html", context)


@working
@needs(Act.READ_FIRST)
@require_http_methods(["POST"])
def remove_all(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Do not show what came the same way. The first few hundred are done when this answers, the rest after it."""
    viewer = request.viewer
    word = get_object_or_404(KindWord.objects.read_first_by(viewer), pk=id)
    try:
        what = verbs.What(request.POST.get("what", ""))
    except ValueError as error:
        raise NotForYou from error
    also_shown, ends_link = "also_shown" in request.POST, "ends_link" in request.POST
    removal = verbs.begin(word, what, by=viewer, also_shown=also_shown, ends_link=ends_link)
    _go_on(removal)
    return kept(request, reverse("words:removed", args=[viewer.memorial.slug]), id=removal.pk)


def _go_on(removal: Removal) -> None:
    if not verbs.go_on(removal.pk, most=1):
        transaction.on_commit(partial(jobs.go_on_removing.enqueue, removal.pk))


@working
@needs(Act.READ_FIRST)
@require_http_methods(["GET", "POST"])
def removed(request: MemorialRequest) -> HttpResponseBase:
    """What was removed in one act, the last first, each to be undone."""
    viewer = request.viewer
    rows = Removal.objects.made_at_the_door(viewer).select_related("link", "invitation")
    if request.method == "POST":
        pk = request.POST.get("id", "")
        removal = get_object_or_404(rows, pk=int(pk) if pk.isdecimal() else 0)
        verbs.undo(removal, by=viewer)
        _go_on(removal)
        return kept(request, reverse("words:removed", args=[viewer.memorial.slug]), id=removal.pk)
    found = list(rows.order_by("-at")[:AT_ONCE])
    return render(request, "words/removed.html", {**head(viewer), "removals": found})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def ending(request: MemorialRequest) -> HttpResponseBase:
    """Whoever reads first would like these links ended. Ending one is for those who look after the page."""
    viewer = request.viewer
    rows = Removal.objects.asking_to_end(viewer).select_related("link").order_by("at")
    if request.method == "POST":
        pk = request.POST.get("id", "")
        removal = get_object_or_404(rows, pk=int(pk) if pk.isdecimal() else 0)
        verbs.answer_about_link(removal, by=viewer, ends=request.POST.get("do") == "end")
        return kept(request, reverse("words:ending", args=[viewer.memorial.slug]), id=removal.pk)
    by_link = {removal.link_id: removal for removal in rows}
    return render(request, "words/ending.html", {**head(viewer), "removals": list(by_link.values())})
