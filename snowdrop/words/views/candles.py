"""Candles: the wall, one of them, lighting one without an account and without script, and one's own link."""

from __future__ import annotations

import uuid
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
from snowdrop.words import pages, proof, signals, signs, stamp, surge, trap
from snowdrop.words.candle_forms import CandleForm, SignForm
from snowdrop.words.candle_showing import Ways, as_read, shown, ways
from snowdrop.words.gathering import NotWritten, TooMuchAtOnce
from snowdrop.words.models import Book, Candle
from snowdrop.words.said import Origin
from snowdrop.words.stamp import NoStamp, Stamp
from snowdrop.words.surge import Judgement, Level
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
    context = {**head(viewer), "ways": _ways(viewer)}
    network = surge.network_of(request.META.get("REMOTE_ADDR", ""))
    memorial, link = viewer.memorial.pk, viewer.guest.pk if viewer.guest else None
    if request.method != "POST":
        context["stamp"] = stamp.make(memorial, now)
        if surge.expects_proof(memorial, link, network, now):
            context["challenge"] = _challenge(context["stamp"], memorial)
        return render(request, "words/candles_light.html", {**context, "form": CandleForm()})
    form = CandleForm(posted(request))
    context["stamp"] = stamp.again(request.POST.get(stamp.FIELD, ""), memorial, now)
    context["proof"] = request.POST.get(proof.FIELD, "")
    if not form.is_valid():
        return not_kept(request, "words/candles_light.html", context, form)
    stamped = stamp.read(request.POST.get(stamp.FIELD, ""), memorial, now)
    if isinstance(stamped, NoStamp):
        form.add_error(None, ValidationError(_("This page was from another day. Send it once more.")))
        return not_kept(request, "words/candles_light.html", context, form)
    signed, line = form.cleaned_data["signed"], form.cleaned_data["line"]
    judgement = surge.judge(
        memorial,
        link,
        network,
        now,
        # Bare ones are all alike, and no sign of a machine.
        words=signals.fingerprint(f"{signed} {line}") if signed or line else b"",
        proven=proof.holds(context["proof"], stamped, memorial, now),
    )
    if judgement.level is not Level.CALM:
        return _not_now(request, context, form, judgement)
    origin = _origin(request, signed, line, network=network, stamped=stamped, judgement=judgement)
    try:
        row = verbs.light(signed, line, secret=stamped.once.hex(), by=viewer, origin=origin)
    except (TooMuchAtOnce, NotWritten):
        form.add_error(None, ValidationError(_("So many come at this moment that this could not be kept yet.")))
        return _later(not_kept(request, "words/candles_light.html", context, form, status=503), TooMuchAtOnce.seconds)
    mine = reverse("words:my_candle", args=[stamped.once.hex()])
    if wants_json(request):
        return kept(request, mine, id=row.pk, sha=row.digest)
    context |= {"candle": as_read(row), "row": row, "link": request.build_absolute_uri(mine)}
    return render(request, "words/candles_lit.html", context, status=201)


def _challenge(stamped: str, memorial: int) -> str:
    now = timezone.now()
    read = stamp.read(stamped, memorial, now)
    return proof.ask(read, memorial, now) if isinstance(read, Stamp) else ""


def _not_now(
    request: MemorialRequest, context: dict[str, Any], form: CandleForm, judgement: Judgement
) -> HttpResponseBase:
    """Too many at once. The form is shown again as it was typed, with a proof to give where that helps."""
    form.add_error(None, ValidationError(judgement.sentence))
    if judgement.level is Level.PROOF:
        context["challenge"] = _challenge(context["stamp"], request.viewer.memorial.pk)
    return _later(not_kept(request, "words/candles_light.html", context, form, status=429), judgement.seconds)


def _later(answer: HttpResponse, seconds: int) -> HttpResponse:
    answer["Retry-After"] = str(seconds)
    return answer


def _origin(
    request: MemorialRequest, signed: str, line: str, *, network: str, stamped: Stamp, judgement: Judgement
) -> Origin:
    """Where it came from, and what speaks for a second look. A bare one is read by nobody, and needs none."""
    trace = surge.trace(network, request.viewer.memorial.pk)
    if not (signed or line):
        return Origin(trace)
    reasons = signals.reasons(
        line, signed, listed=(), stamp=stamped, judgement=judgement, is_trapped=trap.is_filled(request.POST)
    )
    return Origin(trace, tuple(reasons))


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
