"""Downloading all files at once."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from snowdrop.keepsakes import jobs, serving, taking
from snowdrop.keepsakes.forms import TakeForm
from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.people.proof import asked_again
from snowdrop.storage.zipped import Zip
from snowdrop.web.answers import kept, not_kept, posted


@working
@needs(Act.ADD)
@asked_again
@require_http_methods(["GET", "POST"])
def take(request: MemorialRequest) -> HttpResponseBase:
    """Choose what is to be in the folder. Its own address opens for a day."""
    viewer = request.viewer
    there = taking.keepsakes(viewer)
    closed = [row for row in there if not viewer.leaves_open(row)]
    form = TakeForm(posted(request), has_closed=bool(closed))
    context = {
        **head(viewer),
        "count": len(there) - len(closed),
        "closed": len(closed),
        "size": sum(row.original.size for row in there if row not in closed),
        "asks": False,
    }
    if request.method == "GET" or not form.is_valid():
        return _page(request, context, form)
    wish = form.wish()
    if wish.closed and not form.cleaned_data["sure"]:
        return render(request, "keepsakes/take.html", {**context, "form": form, "asks": True})
    taken = taking.gathered(wish, by=viewer)
    if taken.not_ready:
        jobs.make_all_ready(taken.not_ready)
        form.add_error(None, ValidationError(_("Some of these copies are being made. Come again in a while.")))
        return not_kept(request, "keepsakes/take.html", context, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if not taken.entries:
        form.add_error(None, ValidationError(_("There is nothing that could be downloaded.")))
        return not_kept(request, "keepsakes/take.html", context, form)
    return kept(request, reverse("keepsakes:taken", args=[viewer.memorial.slug, taking.ticket(wish, by=viewer)]))


def _page(request: MemorialRequest, context: dict[str, object], form: TakeForm) -> HttpResponseBase:
    if form.errors:
        return not_kept(request, "keepsakes/take.html", context, form)
    return render(request, "keepsakes/take.html", {**context, "form": form})


@working
@needs(Act.ADD)
@require_safe
def taken(request: MemorialRequest, ticket: str) -> HttpResponseBase:
    """The folder, from wherever it is asked for. What changed meanwhile makes it another, which begins anew."""
    wish = taking.wished(ticket, by=request.viewer)
    gathered = taking.gathered(wish, by=request.viewer)
    if gathered.not_ready or not gathered.entries:
        return redirect("keepsakes:take", request.viewer.memorial.slug)
    # Translators: the name of a file that somebody downloads, before its ending; letters that any disk takes
    name = _("photographs and recordings")
    answer = serving.packed(request, Zip(gathered.entries), name=f"{name}.zip")
    if gathered.has_closed:
        answer["Cache-Control"] = "no-store"  # its ETag stays: by that a download goes on
    return answer
