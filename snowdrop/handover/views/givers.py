"""A giver, without an account, on whatever device is at hand: a button, files, a few words, and nothing left behind."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.handover import giving as verbs
from snowdrop.handover.forms import PutInForm, SealForm
from snowdrop.handover.models import Enclosed, Envelope
from snowdrop.keepsakes import names
from snowdrop.memorials.access import anyone, working
from snowdrop.people.limited import limited
from snowdrop.people.standing import FORGET, PersonRequest
from snowdrop.storage import kinds
from snowdrop.storage.cage import Busy, CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.room import DiskIsFull
from snowdrop.storage.uploads import ReceivedUpload
from snowdrop.web.answers import kept, not_kept, posted, wants_json

_GIVING = "giving"  # the envelope that this browser fills
_ALONE = "giving_alone"  # the session was begun for it, and ends with it


@dataclass(frozen=True)
class NotTaken:
    """A file that was not put in, and why."""

    name: str
    sentence: str | Promise
    status: HTTPStatus


@working
@anyone
@limited("opening links")
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, token: str) -> HttpResponseBase:
    """A giver's link: a GET shows a button, the button begins. Looking uses nothing up."""
    found = verbs.find(token)
    if found is None or not verbs.may_be_filled(found):
        return _over(request, found)
    if request.method == "POST":
        store = cast(PersonRequest, request).session
        if store.row is None:
            store[_ALONE] = True
        store[_GIVING] = str(found.pk)
        return redirect("handover:giving")
    return render(request, "handover/give.html", {"envelope": found})


def _over(request: HttpRequest, envelope: Envelope | None) -> HttpResponse:
    context = {"is_sealed": envelope is not None and envelope.is_sealed}
    return render(request, "handover/over.html", context, status=410)


def _here(request: HttpRequest) -> Envelope | None:
    """The envelope that this browser came to fill, in whatever state it is."""
    store = cast(PersonRequest, request).session
    id = store.get(_GIVING) if store.session_key else None
    return Envelope.objects.filter(pk=id).first() if id else None


@working
@anyone
@require_http_methods(["GET", "POST"])
def giving(request: HttpRequest) -> HttpResponseBase:
    """The envelope that this browser fills: `?close` for the words, and the button that hands it over."""
    envelope = _here(request)
    try:
        if envelope is None or not verbs.may_be_filled(envelope):
            raise verbs.IsClosed
        if request.method == "POST":
            do = request.POST.get("do", "put_in")
            return {"seal": _seal, "take_out": _take_out, "leave": _leave}.get(do, _put_in)(request, envelope)
    except verbs.IsClosed:
        return _left(request, _over(request, envelope)) if envelope else _over(request, None)
    if "close" in request.GET:
        return render(request, "handover/seal.html", {**_lies_in(envelope), "form": SealForm(envelope)})
    if envelope.asks_for_words and "put_in" not in request.GET and not envelope.enclosed.exists():
        return redirect(f"{reverse('handover:giving')}?close=yes")
    return render(request, "handover/giving.html", {**_lies_in(envelope), "form": PutInForm()})


def _lies_in(envelope: Envelope) -> dict[str, Any]:
    """By the files' names: nobody who passes sees a picture."""
    enclosed = envelope.enclosed.select_related("original").order_by("came_at", "pk")
    return {"envelope": envelope, "enclosed": enclosed}


def _put_in(request: HttpRequest, envelope: Envelope) -> HttpResponseBase:
    """Each file is judged alone: the good ones are kept, each other one is told with its own sentence."""
    form, here = PutInForm(request.POST, request.FILES), f"{reverse('handover:giving')}?put_in=yes"
    uploads = request.FILES.getlist("file")
    if form.is_valid() and not uploads:
        form.add_error("file", ValidationError(_("Nothing was chosen yet.")))
    if form.is_valid() and wants_json(request) and len(uploads) > 1:
        form.add_error("file", ValidationError(_("One file at a time, please.")))
    if not form.is_valid():
        return not_kept(request, "handover/giving.html", _lies_in(envelope), form)
    taken = [_take(upload, envelope) for upload in uploads]
    not_taken = [one for one in taken if isinstance(one, NotTaken)]
    if wants_json(request):
        return _told(taken[0], form, request, here)
    if not not_taken:
        return kept(request, here)
    context = {**_lies_in(envelope), "form": PutInForm(), "not_taken": not_taken}
    status = HTTPStatus.OK if len(not_taken) < len(taken) else max(one.status for one in not_taken)
    return render(request, "handover/giving.html", context, status=status)


def _told(taken: Enclosed | NotTaken, form: PutInForm, request: HttpRequest, here: str) -> HttpResponseBase:
    if isinstance(taken, NotTaken):
        form.add_error("file", ValidationError(str(taken.sentence)))
        return not_kept(request, "handover/giving.html", {}, form, status=taken.status)
    if taken.original.damaged:
        answer = {"id": str(taken.pk), "url": here, "sha": taken.original_id, "said": _damaged()}
        return JsonResponse(answer, status=HTTPStatus.CREATED)
    return kept(request, here, id=taken.pk, sha=taken.original_id)


def _damaged() -> str:
    return _("It is kept, but its end is missing: only a part can be shown. If you have it elsewhere, put that in too.")


def _take(upload: Any, envelope: Envelope) -> Enclosed | NotTaken:
    assert isinstance(upload, ReceivedUpload)
    name = names.as_it_came(upload.name or "")
    try:
        return verbs.put_in(envelope, upload.received(), came_as=name)[0]
    except NotAPicture as error:
        too_large = error.sentence is kinds.TOO_LARGE
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_large else HTTPStatus.UNPROCESSABLE_ENTITY
        return NotTaken(name, error.sentence, status)
    except Busy as error:
        return NotTaken(name, error.sentence, HTTPStatus.SERVICE_UNAVAILABLE)
    except (CouldNotOpen, verbs.IsFull) as error:
        return NotTaken(name, error.sentence, HTTPStatus.UNPROCESSABLE_ENTITY)
    except DiskIsFull as error:
        return NotTaken(name, error.sentence, HTTPStatus.INSUFFICIENT_STORAGE)


def _take_out(request: HttpRequest, envelope: Envelope) -> HttpResponseBase:
    with suppress(ValueError):
        verbs.take_out(envelope, uuid.UUID(request.POST.get("which", "")))
    return kept(request, f"{reverse('handover:giving')}?put_in=yes")


def _seal(request: HttpRequest, envelope: Envelope) -> HttpResponseBase:
    form = SealForm(envelope, posted(request))
    if form.is_valid():
        try:
            verbs.seal(envelope, **form.cleaned_data)
        except verbs.IsEmpty as error:
            form.add_error(None, ValidationError(str(error.sentence)))
        else:
            context = {"asked": bool(envelope.memorial_id)}
            return _left(request, render(request, "handover/handed_over.html", context))
    return not_kept(request, "handover/seal.html", _lies_in(envelope), form)


def _leave(request: HttpRequest, envelope: Envelope) -> HttpResponseBase:
    """Leave this device; the link still opens the envelope, on any other."""
    return _left(request, render(request, "handover/handed_over.html", {"comes_back": True}))


def _left(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Let nothing of it stay on this device: a ward's tablet goes from hand to hand."""
    store = cast(PersonRequest, request).session
    if store.get(_ALONE) and store.person is None:
        store.flush()
        answer.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Strict")
        answer["Clear-Site-Data"] = FORGET
    else:
        # Somebody was here before, and stays signed in.
        store.pop(_GIVING, None)
        store.pop(_ALONE, None)
    answer["Cache-Control"] = "no-store"
    return answer
