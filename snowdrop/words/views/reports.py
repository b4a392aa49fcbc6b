"""Something is wrong with these words: said by any visitor, looked at by whoever reads first."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, working
from snowdrop.memorials.head import head
from snowdrop.people.limited import limited
from snowdrop.web.answers import kept, not_kept, posted
from snowdrop.words import reporting
from snowdrop.words.forms import ReportForm
from snowdrop.words.models import KindWord, Report
from snowdrop.words.showing import as_read

AT_ONCE = 50


@working
@needs(Act.READ)
@limited("reporting words")
@require_http_methods(["GET", "POST"])
def report(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """One press, and a line if somebody wants to say what it is. No account, and nobody is asked who they are."""
    viewer = request.viewer
    if viewer.with_children or viewer.reads_as is not None:
        raise NotForYou
    word = get_object_or_404(KindWord.objects.visible_to(viewer), pk=id)
    form = ReportForm(posted(request))
    context = {**head(viewer), "row": word}
    if request.method == "POST" and form.is_valid():
        reporting.report(word, by=viewer, line=form.cleaned_data["line"])
        return render(request, "words/reported_it.html", context, status=201)
    if form.errors:
        return not_kept(request, "words/report.html", context, form)
    return render(request, "words/report.html", {**context, "form": form})


@working
@needs(Act.READ_FIRST)
@require_http_methods(["GET", "POST"])
def reported(request: MemorialRequest) -> HttpResponseBase:
    """What visitors reported, the oldest first: it stays, or it is shown no more."""
    viewer = request.viewer
    rows = Report.objects.met_by(viewer).select_related("word", "word__by_link").order_by("at", "pk")
    if request.method == "POST":
        pk = request.POST.get("id", "")
        row = get_object_or_404(rows, pk=int(pk) if pk.isdecimal() else 0)
        answer = reporting.do_not_show if request.POST.get("do") == "do_not_show" else reporting.let_stand
        answer(row.word, by=viewer)
        return kept(request, reverse("words:reported", args=[viewer.memorial.slug]), id=row.word_id)
    found = [
        {"row": one.word, "word": as_read(one.word), "report": one, "is_hidden": one.word.hidden_since is not None}
        for one in rows[:AT_ONCE]
    ]
    return render(request, "words/reported.html", {**head(viewer), "found": found})
