"""A keeper's answers to those who wrote: to one, to many, and all that were written."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept, not_kept, posted
from snowdrop.words import replies
from snowdrop.words.forms import ThanksForm, ThanksToManyForm
from snowdrop.words.models import KindWord, Thanks
from snowdrop.words.showing import shown

TO_CHOOSE_FROM = 200  # words, the newest to which nobody answered
LISTED = 100  # answers, the newest


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def reply(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Answer whoever left these words."""
    viewer = request.viewer
    row = get_object_or_404(KindWord.objects.answerable_by(viewer).select_related("thanks"), pk=id)
    thanks = row.thanks
    own = thanks if thanks is not None and not thanks.is_to_many else None
    form = ThanksForm(posted(request), initial={"text": own.text} if own else None)
    context = {**head(viewer), "word": shown([row], viewer, alone=True)[0], "row": row, "thanks": thanks, "own": own}
    if request.method == "POST":
        if not form.is_valid():
            return not_kept(request, "words/reply.html", context, form)
        written = replies.reply(row, form.cleaned_data["text"], by=viewer)
        return kept(request, reverse("words:word", args=[viewer.memorial.slug, row.pk]), id=written.pk)
    return render(request, "words/reply.html", {**context, "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def thank(request: MemorialRequest) -> HttpResponseBase:
    """One text to many. Nobody has to be thanked, and nobody is told who was."""
    viewer = request.viewer
    unanswered = KindWord.objects.answerable_by(viewer).filter(thanks=None).newest_first()
    form = ThanksToManyForm(posted(request), may_be_chosen=unanswered[:TO_CHOOSE_FROM])
    if request.method == "POST":
        if not form.is_valid():
            return not_kept(request, "words/thank.html", head(viewer), form)
        written = replies.thank(form.cleaned_data["text"], by=viewer, chosen=form.chosen)
        return kept(request, _address(viewer), id=written.pk)
    return render(request, "words/thank.html", {**head(viewer), "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def thanks(request: MemorialRequest) -> HttpResponseBase:
    """What was answered, the newest first."""
    viewer = request.viewer
    written = list(Thanks.objects.written_for(viewer).order_by("-at", "-pk")[:LISTED])
    return render(request, "words/thanks.html", {**head(viewer), "written": written})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def change_thanks(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Write an answer anew, take it back, bring it back, or let those meet it who came since."""
    viewer = request.viewer
    row = get_object_or_404(Thanks.objects.written_for(viewer), pk=id)
    form = ThanksForm(posted(request), initial={"text": row.text})
    context = {**head(viewer), "row": row}
    if request.method != "POST":
        return render(request, "words/change_thanks.html", {**context, "form": form})
    do = request.POST.get("do", "write_anew")
    if do == "write_anew":
        if not form.is_valid():
            return not_kept(request, "words/change_thanks.html", context, form)
        replies.write_anew(row, form.cleaned_data["text"], by=viewer)
    elif do in _CHANGES:
        _CHANGES[do](row, by=viewer)
    else:
        raise NotForYou
    return kept(request, _address(viewer), id=row.pk)


_CHANGES = {
    "take_back": replies.take_back,
    "bring_back": replies.bring_back,
    "also_those_since": replies.reach_those_who_came_since,
}


def _address(viewer: Viewer) -> str:
    return reverse("words:thanks", args=[viewer.memorial.slug])
