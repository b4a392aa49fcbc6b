"""Writing a moment anew, and moving it before or behind its neighbour."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.covering import look_first
from snowdrop.memorials.head import head
from snowdrop.story import writing
from snowdrop.story.forms import MomentForm
from snowdrop.story.models import Draft, Moment
from snowdrop.story.views.write import initial_from
from snowdrop.web.answers import kept, not_kept


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def change(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    moment = get_object_or_404(Moment.objects.changeable_by(viewer).select_related("memorial"), pk=id)
    posted = request.POST if request.method == "POST" else None
    is_open = viewer.has_open(moment)
    if posted is None and not is_open:
        return look_first(moment, viewer)
    # What was typed before a look ended is kept all the same; what stands there is not shown with it.
    draft = Draft.objects.unfinished_by(viewer).filter(moment=moment).first()
    initial = {
        "text": moment.text,
        "title": moment.title,
        "date": moment.date,
        "is_letter": moment.is_letter,
        "about": list(moment.about.values_list("pk", flat=True)),
    }
    if draft is not None:
        initial |= initial_from(draft, MomentForm.KEPT)
    form = MomentForm(viewer, posted, initial=initial, has_photographs=moment.placed.exists())
    context = {
        **head(viewer),
        "moment": moment,
        "draft": draft,
        "was": moment.digest,
        "waits_again": not (viewer.is_keeper or viewer.is_trusted) and moment.shown_at is not None,
    }
    if posted is None:
        return render(request, "story/change.html", {**context, "form": form})
    if not form.is_valid():
        return not_kept(request, "story/change.html", {**context, "was": posted.get("was", "")}, form)
    try:
        moment = writing.change(moment, by=viewer, was=posted.get("was", ""), **form.said)
    except writing.ChangedMeanwhile as meanwhile:
        # Their words stay in the form; pressing again keeps these, and the others as an earlier wording.
        form.add_error(None, str(meanwhile.sentence))
        return not_kept(
            request, "story/change.html", {**context, "meanwhile": meanwhile.now if is_open else None}, form, status=409
        )
    return kept(request, moment.get_absolute_url(), id=moment.pk, sha=moment.digest)


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def move(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Before or behind its neighbour, where their dates leave it open."""
    viewer = request.viewer
    moment = get_object_or_404(
        Moment.objects.visible_to(viewer).select_related("memorial"), pk=id, pk__in=Moment.objects.changeable_by(viewer)
    )
    writing.move(moment, later=request.POST.get("way") == "later", by=viewer)
    return kept(request, moment.get_absolute_url(), id=moment.pk, sha=moment.digest)
