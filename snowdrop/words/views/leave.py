"""Leaving a few words, without an account and without script."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, Viewer, needs, working
from snowdrop.memorials.head import head
from snowdrop.storage.cage import Busy, CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.models import Original
from snowdrop.storage.room import DiskIsFull
from snowdrop.storage.uploads import ReceivedUpload
from snowdrop.web import later
from snowdrop.web.answers import kept, not_done, not_kept, posted, wants_json
from snowdrop.words import enclosing, leaving, mending, stamp
from snowdrop.words.file_form import EnclosureForm
from snowdrop.words.forms import WordForm
from snowdrop.words.gathering import NotWritten, TooMuchAtOnce
from snowdrop.words.stamp import Stamp
from snowdrop.words.surge import Level
from snowdrop.words.views import strangers


@working
@needs(Act.LEAVE_WORDS)
@require_http_methods(["GET", "POST"])
def leave(request: MemorialRequest) -> HttpResponseBase:
    viewer, now = request.viewer, timezone.now()
    if request.method != "POST":
        initial = {"signed": viewer.person.name if viewer.person else ""}
        return render(request, "words/leave.html", _shown(request, WordForm(initial=initial), now))
    form, stamped = WordForm(posted(request)), stamp.read(request.POST.get(stamp.FIELD, ""), viewer.memorial.pk, now)
    if not form.is_valid():
        return not_kept(request, "words/leave.html", _shown(request, form, now), form)
    if not isinstance(stamped, Stamp):
        return _again(request, form, now, _("This page was an old one. Your words still stand here: send them again."))
    judgement = strangers.judge(request, form.said.text, stamped, now)
    if judgement.level is not Level.CALM and not _is_here(stamped):
        return _again(request, form, now, judgement.sentence, status=429, wait=judgement.seconds, asks=True)
    original, file = _sent_along(request)
    if file is not None:
        return _file_not_taken(request, form, file, now)
    try:
        origin = strangers.origin(request, form.said.text, form.said.signed, stamped, judgement)
        # A file is written down beside its words, once they are.
        answers_later = later.of(request) if original is None else None
        word, what = leaving.leave(form.said, once=stamped.token, by=viewer, origin=origin, later=answers_later)
        if original is not None:
            enclosing.enclose(original, word, at_once=leaving.is_let_in_at_once(viewer) is not None)
    except TooMuchAtOnce as many:
        sentence = _("So many are writing just now that these words could not be kept yet. They still stand here. "
                     "Send them again in a moment.")  # fmt: skip
        return _again(request, form, now, sentence, status=503, wait=many.seconds)
    except NotWritten:
        sentence = _("These words could not be kept: something is wrong on our side. They still stand here. "
                     "Send them again in a while.")  # fmt: skip
        return _again(request, form, now, sentence, status=503, wait=60)
    except Busy as busy:
        return _again(request, form, now, str(busy.sentence), status=503, wait=60)
    except (mending.IsGone, enclosing.IsGone):
        return render(request, "words/gone.html", status=410)
    mine = reverse("words:mine", args=[stamped.token])
    if wants_json(request):
        return kept(request, mine, id=word.pk, sha=word.digest)
    is_shown = what is leaving.Kept.SHOWN
    context = {**head(viewer), "word": word, "link": request.build_absolute_uri(mine), "is_shown": is_shown}
    return render(request, "words/left.html", context, status=201)


def _sent_along(request: MemorialRequest) -> tuple[Original | None, EnclosureForm | None]:
    """Take the file in before anything is acknowledged; return it, or the form that says why it was not taken."""
    uploads = request.FILES.getlist("file")
    if not uploads:
        return None, None
    upload = uploads[0]
    assert isinstance(upload, ReceivedUpload)
    try:
        if len(uploads) == 1:
            return enclosing.take_in(upload.received(), by=request.viewer), None
        sentence = _("One picture or one voice message can come with words.")
    except (NotAPicture, CouldNotOpen, DiskIsFull) as error:
        sentence = str(error.sentence)
    file = EnclosureForm(request.viewer, request.POST)
    file.add_error("file", ValidationError(sentence))
    return None, file


def _file_not_taken(request: MemorialRequest, form: WordForm, file: EnclosureForm, now: datetime) -> HttpResponse:
    """What was typed stands in the page; it can be sent with another file, or with none."""
    context = _shown(request, form, now) | {"file": file, "again": False}
    if wants_json(request):
        return not_kept(request, "words/leave.html", context, file)
    return not_kept(request, "words/leave.html", context, form)


def _is_here(stamped: Stamp) -> bool:
    """Whether the words of this form were kept already, and it is only sent once more."""
    return mending.find(stamped.token) is not None


def _again(
    request: MemorialRequest,
    form: WordForm,
    now: datetime,
    sentence: str,
    *,
    status: int = 422,
    wait: int = 0,
    asks: bool = False,
) -> HttpResponse:
    """The form once more, with what was typed and why it was not taken."""
    if wants_json(request):
        answer: HttpResponse = not_done(sentence, status=status)
    else:
        context = _shown(request, form, now, asks=asks) | {"sentence": sentence}
        answer = render(request, "words/leave.html", context, status=status)
    if wait:
        answer["Retry-After"] = str(wait)
    return answer


def _shown(request: MemorialRequest, form: WordForm, now: datetime, *, asks: bool = False) -> dict[str, Any]:
    viewer: Viewer = request.viewer
    context = {"form": form, "file": EnclosureForm(viewer), "again": bool(request.FILES)}
    return {**head(viewer), **context, **strangers.shown(request, now, asks=asks)}
