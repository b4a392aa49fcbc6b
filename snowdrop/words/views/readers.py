"""What whoever reads first does for themselves: rest for a day, ask somebody else, stop, and the list of words."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept, not_kept, posted
from snowdrop.words import book, reading_first
from snowdrop.words.forms import HandOverForm, ListedForm
from snowdrop.words.models import Book, HandOver


@working
@needs(Act.READ_FIRST)
@require_http_methods(["POST"])
def rest(request: MemorialRequest) -> HttpResponseBase:
    """Rest for today, or no longer."""
    if request.POST.get("do") == "no_longer":
        reading_first.rest_no_longer(by=request.viewer)
    else:
        reading_first.rest(by=request.viewer)
    return kept(request, reverse("words:door", args=[request.viewer.memorial.slug]))


@working
@needs(Act.READ_FIRST)
@require_http_methods(["GET", "POST"])
def hand_over(request: MemorialRequest) -> HttpResponseBase:
    """Ask somebody else to read first; take the question back; or stop without anybody."""
    viewer = request.viewer
    here = reverse("words:hand_over", args=[viewer.memorial.slug])
    if request.POST.get("do") == "take_back":
        reading_first.take_the_question_back(by=viewer)
        return kept(request, here)
    if request.POST.get("do") == "stop":
        reading_first.stop(by=viewer)
        return kept(request, reverse("memorials:page", args=[viewer.memorial.slug]))
    form = HandOverForm(reading_first.who_could(viewer), posted(request))
    asked = HandOver.objects.asked_by(viewer).select_related("to").first()
    context = {**head(viewer), "asked": asked}
    if request.method == "POST" and form.is_valid():
        reading_first.ask_to_take_over(form.cleaned_data["person"], by=viewer)
        return kept(request, here)
    if form.errors:
        return not_kept(request, "words/hand_over.html", context, form)
    return render(request, "words/hand_over.html", {**context, "form": form})


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def take_over(request: MemorialRequest) -> HttpResponseBase:
    """Would you read first in their place? There only for whoever was asked."""
    viewer = request.viewer
    asked = HandOver.objects.asked_of(viewer).select_related("by").order_by("asked_at")
    first = asked.first()
    if first is None:
        raise NotForYou
    if request.method == "POST":
        row = get_object_or_404(asked, pk=request.POST["id"]) if request.POST.get("id", "").isdecimal() else first
        if request.POST.get("do") == "yes":
            reading_first.take_over(row, by=viewer)
            return kept(request, reverse("words:door", args=[viewer.memorial.slug]))
        reading_first.rather_not(row, by=viewer)
        return kept(request, reverse("memorials:page", args=[viewer.memorial.slug]))
    return render(request, "words/take_over.html", {**head(viewer), "asked": first})


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def listed(request: MemorialRequest) -> HttpResponseBase:
    """Words at which whoever reads first wants to look twice. For them, and for those who look after the page."""
    viewer = request.viewer
    if not (viewer.may(Act.READ_FIRST) or viewer.may(Act.KEEP)):
        raise NotForYou
    form = ListedForm(posted(request), initial={"listed": Book.of(viewer.memorial).listed})
    context = {**head(viewer), "reads_first": viewer.may(Act.READ_FIRST)}
    if request.method == "POST" and form.is_valid():
        book.list_words(form.cleaned_data["listed"], by=viewer)
        return kept(request, f"{reverse('words:listed', args=[viewer.memorial.slug])}?kept=yes")
    if form.errors:
        return not_kept(request, "words/listed.html", context, form)
    return render(request, "words/listed.html", {**context, "form": form, "kept": request.GET.get("kept") == "yes"})
