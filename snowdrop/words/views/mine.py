"""The writer's own link: to read, mend or take back one's words. A GET changes nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import anyone, working
from snowdrop.people.limited import limited
from snowdrop.web.answers import kept, not_kept, posted
from snowdrop.words import enclosing, mending, replies
from snowdrop.words.forms import WordForm
from snowdrop.words.models import KindWord
from snowdrop.words.showing import as_read


@working
@anyone
@limited("opening links")
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest, token: str) -> HttpResponseBase:
    """Nothing of the memorial shows here: whoever wrote may have no way in any more."""
    word = mending.find(token)
    if word is None:
        return render(request, "words/gone.html", status=410)
    here = reverse("words:mine", args=[token])
    context = {
        "token": token,
        "word": as_read(word),
        "row": word,
        "answer": replies.met_with(word),
        "came": enclosing.what_came_with(word),
    }
    if request.method == "POST":
        do = request.POST.get("do", "mend")
        if do == "take_back":
            mending.take_back(word)
            return kept(request, here, id=word.pk)
        if do == "leave_again":
            mending.leave_again(word)
            return kept(request, here, id=word.pk)
        if do in ("take_out", "put_back"):
            (enclosing.take_out if do == "take_out" else enclosing.put_back)(word)
            return kept(request, here, id=word.pk)
        form = WordForm(posted(request))
        if not form.is_valid():
            return not_kept(request, "words/mend.html", context, form)
        try:
            mending.mend(word, form.said)
        except mending.IsGone:
            return render(request, "words/gone.html", status=410)
        return kept(request, f"{here}?mended=yes", id=word.pk)
    if "mend" in request.GET and word.taken_back_at is None:
        return render(request, "words/mend.html", {**context, "form": WordForm(initial=_typed(word))})
    return render(request, "words/mine.html", {**context, "mended": request.GET.get("mended") == "yes"})


def _typed(word: KindWord) -> dict[str, object]:
    return {
        "text": word.text,
        "signed": word.signed,
        "knew": word.knew,
        "languages": word.languages.split(),
        "for_family_only": word.for_family_only,
    }
