"""What whoever reads first asks the family, and what was not shown: met by a keeper only who chooses to."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, needs, working
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept
from snowdrop.words import door as verbs
from snowdrop.words import queue
from snowdrop.words.queue_showing import for_an_answer

AT_ONCE = 50


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def asked(request: MemorialRequest) -> HttpResponseBase:
    """Covered until they press the button: `?read`. `?not-shown` for what was not shown, which nobody shows unasked."""
    viewer = request.viewer
    is_away = "not-shown" in request.GET
    here = reverse("words:asked", args=[viewer.memorial.slug])
    if request.method == "POST":
        word = queue.one_asked(_id(request), viewer, is_away=is_away)
        if word is None:
            raise NotForYou
        if is_away:
            verbs.show_after_all(word, by=viewer)
            return kept(request, f"{here}?not-shown=yes&read=yes", id=word.pk)
        (verbs.say_yes if request.POST.get("do") == "yes" else verbs.say_no)(word, by=viewer)
        return kept(request, f"{here}?read=yes", id=word.pk)
    reads = "read" in request.GET
    found = queue.asked(viewer, is_away=is_away, most=AT_ONCE if reads else 1)
    context = {
        **head(viewer),
        "is_away": is_away,
        "reads": reads,
        "there_are_some": bool(found),
        "waiting": for_an_answer(found, viewer) if reads else [],
    }
    return render(request, "words/asked.html", context)


def _id(request: MemorialRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        return None
