"""Candles: the wall, one of them, lighting one without an account and without script, and one's own link."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, anyone, needs, reading, working
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head
from snowdrop.people.limited import limited
from snowdrop.web.answers import kept, not_kept, posted, wants_json
from snowdrop.words import candles as verbs
from snowdrop.words import pages, signs, stamp
from snowdrop.words.candle_forms import CandleForm, SignForm
from snowdrop.words.candle_showing import Ways, as_read, shown, ways
from snowdrop.words.gathering import NotWritten, TooMuchAtOnce
from snowdrop.words.models import Book, Candle
from snowdrop.words.stamp import Stamp
from snowdrop.words.surge import Level
from snowdrop.words.views import strangers
from snowdrop.words.wall import wall


def _ways(viewer: Viewer) -> Ways:
    """Raises NotForYou where the family chose no sign: then there is nothing of all this."""
    found = ways(viewer)
    if found is None:
        raise NotForYou
    return found


@reading
@needs(Act.READ)
@may_be_found
@require_http_methods(["GET"])
def candles(request: MemorialRequest) -> HttpResponseBase:
    """The wall, the newest first. It is still, and nothing is counted."""
    viewer = request.viewer
    found = _ways(viewer)
    try:
        page = wall(viewer, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    except pages.NoSuchPlace:
        return redirect(_address(viewer))
    context = head(viewer, "words")
    context |= {
        "ways": found,
        "candles": shown(page.candles, viewer, as_suffix=context["as_suffix"]),
        "lights": page.lights,
        "has_field": page.has_field,
        "newer_url": _address(viewer, before=page.newer) if page.newer else "",
        "older_url": _address(viewer, after=page.older) if page.older else "",
        "is_keeper": viewer.is_keeper,
    }
    return render(request, "words/candles.html", context)


def _address(viewer: Viewer, **at: uuid.UUID) -> str:
    query: dict[str, Any] = dict(at)
    if viewer.reads_as is not None:
        query = {"as": viewer.reads_as.name.lower()} | query
    address = reverse("words:candles", args=[viewer.memorial.slug])
    return f"{address}?{urlencode(query)}" if query else address


@reading
@needs(Act.READ)
@may_be_found
@require_http_methods(["GET"])
def candle(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    row = get_object_or_404(Candle.objects.visible_to(viewer), pk=id)
    found = _ways(viewer)
    if wants_json(request):
        return JsonResponse({"id": str(row.pk), "signed": row.signed, "line": row.line, "url": row.get_absolute_url()})
    context = head(viewer, "words")
    context |= {
        "ways": found,
        "candle": as_read(row),
        "row": row,
        "may_change": Candle.objects.changeable_by(viewer).filter(pk=row.pk).exists(),
    }
    return render(request, "words/candles_one.html", context)


# -- lighting one ------------------------------------------------------------------------------------------


@working
@needs(Act.LEAVE_WORDS)
@require_http_methods(["GET", "POST"])
def light(request: MemorialRequest) -> HttpResponseBase:
    viewer, now = request.viewer, timezone.now()
    found = _ways(viewer)
    if request.method != "POST":
        return render(request, "words/candles_light.html", _shown(request, CandleForm(), now))
    form, stamped = CandleForm(posted(request)), stamp.read(request.POST.get(stamp.FIELD, ""), viewer.memorial.pk, now)
    if not form.is_valid():
        return not_kept(request, "words/candles_light.html", _shown(request, form, now), form)
    if not isinstance(stamped, Stamp):
        return _again(request, form, now, _("This page was an old one. Send it once more."))
    signed, line = form.cleaned_data["signed"], form.cleaned_data["line"]
    judgement = strangers.judge(request, f"{signed} {line}".strip(), stamped, now)
    if judgement.level is not Level.CALM and verbs.find(stamped.token) is None:
        return _again(request, form, now, judgement.sentence, status=429, wait=judgement.seconds, asks=True)
    try:
        origin = strangers.origin(request, line, signed, stamped, judgement)
        row = verbs.light(signed, line, secret=stamped.token, by=viewer, origin=origin)
    except TooMuchAtOnce as many:
        sentence = _("So many come just now that this could not be kept yet. Send it again in a moment.")
        return _again(request, form, now, sentence, status=503, wait=many.seconds)
    except NotWritten:
        sentence = _("This could not be kept: something is wrong on our side. Send it again in a while.")
        return _again(request, form, now, sentence, status=503, wait=60)
    mine = reverse("words:my_candle", args=[stamped.token])
    if wants_json(request):
        return kept(request, mine, id=row.pk, sha=row.digest)
    context = {"ways": found, "candle": as_read(row), "row": row, "link": request.build_absolute_uri(mine)}
    return render(request, "words/candles_lit.html", {**head(viewer), **context}, status=201)


def _again(
    request: MemorialRequest,
    form: CandleForm,
    now: datetime,
    sentence: str,
    *,
    status: int = 422,
    wait: int = 0,
    asks: bool = False,
) -> HttpResponse:
    """The form once more, with what was typed and why it was not taken."""
    form.add_error(None, ValidationError(sentence))
    answer = not_kept(request, "words/candles_light.html", _shown(request, form, now, asks=asks), form, status=status)
    if wait:
        answer["Retry-After"] = str(wait)
    return answer


def _shown(request: MemorialRequest, form: CandleForm, now: datetime, *, asks: bool = False) -> dict[str, Any]:
    ways_here = {"ways": _ways(request.viewer), "form": form}
    return {**head(request.viewer), **ways_here, **strangers.shown(request, now, asks=asks)}


# -- the link of whoever lit it ------------------------------------------------------------------------------


@working
@anyone
@limited("opening links")
@require_http_methods(["GET", "POST"])
def my_candle(request: HttpRequest, token: str) -> HttpResponseBase:
    """Nothing of the memorial shows here: whoever lit it may have no way in any more. A GET changes nothing."""
    row = verbs.find(token)
    if row is None:
        return render(request, "words/candles_gone.html", status=410)
    if request.method == "POST":
        (verbs.light_again if request.POST.get("do") == "light_again" else verbs.take_back)(row)
        return kept(request, reverse("words:my_candle", args=[token]), id=row.pk)
    # What the family chose meanwhile may be none: then it is called as candles are.
    sign = signs.of(Book.of(row.memorial)) or signs.SIGNS[Book.Sign.CANDLE]
    return render(
        request, "words/candles_mine.html", {"token": token, "sign": sign, "candle": as_read(row), "row": row}
    )


# -- what the family chooses -----------------------------------------------------------------------------------


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def sign(request: MemorialRequest) -> HttpResponseBase:
    """A candle, a flower, a stone or none; and whether the Wave of Light is kept. Off until chosen."""
    viewer = request.viewer
    book = Book.of(viewer.memorial)
    if not book.is_answered:
        return redirect("words:first", viewer.memorial.slug)
    here = reverse("words:sign", args=[viewer.memorial.slug])
    form = SignForm(posted(request), initial={"sign": book.sign, "wave_of_light": book.wave_of_light})
    context = {**head(viewer), "is_open": viewer.memorial.words_from is not None, "has_sign": bool(book.sign)}
    if request.method == "POST":
        if not form.is_valid():
            return not_kept(request, "words/candles_sign.html", context, form)
        said = form.cleaned_data
        verbs.choose(Book.Sign(said["sign"]), by=viewer, wave_of_light=said["wave_of_light"])
        return kept(request, f"{here}?kept=yes")
    context |= {"form": form, "kept": request.GET.get("kept") == "yes"}
    return render(request, "words/candles_sign.html", context)
