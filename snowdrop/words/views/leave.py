"""Leaving a few words, without an account and without script."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.people import tokens
from snowdrop.web.answers import kept, not_kept, posted, wants_json
from snowdrop.words import leaving
from snowdrop.words.forms import WordForm
from snowdrop.words.gathering import NotWritten, TooMuchAtOnce


@working
@needs(Act.LEAVE_WORDS)
@require_http_methods(["GET", "POST"])
def leave(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    once = request.POST.get("once") or tokens.make()
    form = WordForm(posted(request))
    context = {**head(viewer), "once": once}
    if request.method != "POST":
        named = viewer.person.name if viewer.person else ""
        return render(request, "words/leave.html", {**context, "form": WordForm(initial={"signed": named})})
    if not form.is_valid():
        return not_kept(request, "words/leave.html", context, form)
    try:
        word, what = leaving.leave(form.said, once=once, by=viewer)
    except (TooMuchAtOnce, NotWritten):
        return _not_now(request, {**context, "form": form})
    mine = reverse("words:mine", args=[once])
    if wants_json(request):
        return kept(request, mine, id=word.pk, sha=word.digest)
    link = request.build_absolute_uri(mine)
    context |= {"word": word, "link": link, "is_shown": what is leaving.Kept.SHOWN}
    return render(request, "words/left.html", context, status=201)


def _not_now(request: MemorialRequest, context: dict[str, object]) -> HttpResponse:
    """More comes than can be kept safely. What was typed stands in the page, to be sent again."""
    answer = render(request, "words/leave.html", {**context, "not_now": True}, status=503)
    answer["Retry-After"] = str(TooMuchAtOnce.seconds)
    return answer
