"""How the family takes words: who reads first, from whom they come, who sees them, and closing the book."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, Viewer, needs, working
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.head import head
from snowdrop.memorials.models import Membership
from snowdrop.web.answers import kept, not_kept, posted
from snowdrop.words import book as verbs
from snowdrop.words.forms import BookForm, FirstReaderForm
from snowdrop.words.models import Book


def _address(viewer: Viewer) -> str:
    return reverse("words:book", args=[viewer.memorial.slug])


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def first(request: MemorialRequest) -> HttpResponseBase:
    """Who could read first? Nothing opens before this is answered."""
    viewer = request.viewer
    book = Book.of(viewer.memorial)
    readers = _readers(viewer)
    form = FirstReaderForm(
        viewer,
        posted(request),
        initial={"who": book.first_reader, "person": readers[0].pk if readers else None},
    )
    context = {**head(viewer), "readers": readers}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        verbs.answer(Book.FirstReader(said["who"]), by=viewer, person=said["person"])
        return kept(request, _address(viewer))
    if form.errors:
        return not_kept(request, "words/first.html", context, form)
    return render(request, "words/first.html", {**context, "form": form})


def _readers(viewer: Viewer) -> list[Membership]:
    reading = Membership.objects.live().filter(memorial=viewer.memorial, reads_first=True)
    return list(reading.select_related("person").order_by("since"))


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def book(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    row = Book.of(viewer.memorial)
    if not row.is_answered:
        return redirect("words:first", viewer.memorial.slug)
    initial = {
        "words_from": "" if viewer.memorial.words_from is None else viewer.memorial.words_from,
        "shown_to": row.shown_to,
        "at_once_from": "" if row.at_once_from is None else row.at_once_from,
        "hides_reported": row.hides(viewer.memorial),
    }
    form = BookForm(posted(request), initial=initial)
    context = {
        **head(viewer),
        "book": row,
        "readers": _readers(viewer),
        "is_open": viewer.memorial.words_from is not None,
        "takes_public": viewer.memorial.words_from == Circle.PUBLIC,
        "may_read": viewer.may(Act.READ_FIRST),
    }
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            verbs.take_words_from(said["words_from"], by=viewer)
        except verbs.NobodyAsked:
            form.add_error(None, ValidationError(_("Say first who could read what comes.")))
            return not_kept(request, "words/book.html", context, form)
        verbs.show_to(said["shown_to"], by=viewer)
        verbs.let_in_at_once(said["at_once_from"], by=viewer)
        if "hides_reported" in form.changed_data:  # as long as nobody says otherwise it follows the page
            verbs.hide_reported(said["hides_reported"], by=viewer)
        return kept(request, f"{_address(viewer)}?kept=yes")
    if form.errors:
        return not_kept(request, "words/book.html", context, form)
    context["kept"] = request.GET.get("kept") == "yes"
    return render(request, "words/book.html", {**context, "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def close(request: MemorialRequest) -> HttpResponseBase:
    """Close the book with one act: for now, for good, or for the public only."""
    viewer = request.viewer
    how = request.POST.get("how", "")
    if how == "for_good":
        verbs.close_for_good(by=viewer)
    elif how == "public":
        verbs.close_to_public(by=viewer)
    else:
        verbs.take_words_from(None, by=viewer)
    return kept(request, _address(viewer))
