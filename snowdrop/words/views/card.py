"""Typing in what stood on a card."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, needs, working
from snowdrop.memorials.head import head
from snowdrop.people import zones
from snowdrop.web.answers import kept, not_kept, posted
from snowdrop.words import elsewhere
from snowdrop.words.forms import CardForm
from snowdrop.words.models import Book

_KEPT = ("waits", "shows")


@working
@needs(Act.BRING_WORDS)
@require_http_methods(["GET", "POST"])
def card(request: MemorialRequest) -> HttpResponseBase:
    """One card after another: an empty form stands here again once one is kept."""
    viewer = request.viewer
    if not Book.of(viewer.memorial).is_answered:
        return redirect("words:first", viewer.memorial.slug)
    form = CardForm(timezone.localdate(timezone=zones.of(viewer.person)), posted(request))
    context = {**head(viewer, current="words"), "may_read": viewer.may(Act.READ_FIRST)}
    if request.method == "POST":
        if not form.is_valid():
            return not_kept(request, "words/card.html", context, form)
        data = form.cleaned_data
        word = elsewhere.type_in(form.said, day=data["day"], once=str(data["once"]), at_once=data["at_once"], by=viewer)
        here = reverse("words:card", args=[viewer.memorial.slug])
        return kept(request, f"{here}?kept={'shows' if word.shown_at else 'waits'}", id=word.pk, sha=word.digest)
    how = request.GET.get("kept", "")
    return render(request, "words/card.html", {**context, "form": form, "kept": how if how in _KEPT else ""})
