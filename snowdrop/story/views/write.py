"""Writing something new, and what is not finished yet."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.http import HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.dates.forms import RoughDateWidget
from snowdrop.keepsakes import showing
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.access import Act, MemorialRequest, Viewer, needs, working
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.head import head
from snowdrop.storage.uploads import ReceivedUpload
from snowdrop.story import drafts as drafting
from snowdrop.story import placing, writing
from snowdrop.story.bringing import Brought, bring
from snowdrop.story.forms import MomentForm, WordsField, WriteForm
from snowdrop.story.models import Draft, Moment
from snowdrop.web.answers import errors_of, kept, not_kept, wants_json

SHELF = 24  # photographs offered at once; all others stand on a page of their own


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def write(request: MemorialRequest) -> HttpResponseBase:
    """Words first, nothing else needed. What was typed is never gone, whatever else is not right yet."""
    viewer = request.viewer
    if request.method == "GET":
        return _empty_form(request)
    id = _id_from(request.POST)
    # Files first: a browser cannot be given them back to send again, so what can be kept is kept.
    brought = bring(uploads_in(request), by=viewer, moment_id=id)
    form = WriteForm(viewer, with_placed(request.POST, brought))
    is_full = brought.disk_is_full
    if not form.is_valid() or (brought.refused and wants_json(request)):
        return _not_yet(request, form, brought, id=id, status=507 if is_full else 422)
    photographs = form.cleaned_data.get("placed", [])
    moment = writing.write(
        **form.said,
        by=viewer,
        audience=form.cleaned_data["audience"],
        photographs=photographs,
        id=id,
        cover=form.cleaned_data["cover_words"] if form.cleaned_data["closes"] else None,
    )
    if brought.refused:
        is_news = _is_news(moment, viewer)
        may_tell = is_news and viewer.memorial.audience < Circle.KEEPERS
        told = {"refused": brought.refused, "moment": moment, "is_news": is_news, "may_tell": may_tell}
        context = {**head(viewer), **told}
        return render(request, "story/kept_without.html", context, status=422)
    return kept(request, _onwards(request, moment), id=moment.pk, sha=moment.digest)


def _onwards(request: MemorialRequest, moment: Moment) -> str:
    viewer = request.viewer
    if wants_json(request):
        return moment.get_absolute_url()
    if "audience" not in request.POST:
        # The one field on the page of the first night: back there, with nothing more to look at.
        return reverse("memorials:page", args=[viewer.memorial.slug]) + "?kept=yes"
    if _is_news(moment, viewer):
        return reverse("memorials:opened", args=[viewer.memorial.slug])
    return moment.get_absolute_url()


def _is_news(moment: Moment, viewer: Viewer) -> bool:
    """Whether people see it now who do not know that there is something."""
    return viewer.is_keeper and moment.audience < Circle.KEEPERS


def _empty_form(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    id, initial = uuid.uuid4(), {}
    if "draft" in request.GET:
        asked = _id_from(request.GET, "draft")
        # Whoever goes back in the browser after keeping the words comes by the address of their draft.
        if written := Moment.objects.own_of(viewer).filter(pk=asked, put_away_at=None).first():
            return redirect(written)
        found = get_object_or_404(Draft.objects.unfinished_by(viewer), pk=asked, moment=None)
        id, initial = found.pk, initial_from(found, WriteForm.KEPT)
    form = WriteForm(viewer, initial=initial)
    context = {**head(viewer), "form": form, "id": id, "draft": initial and id, **_shelf(viewer, form)}
    return render(request, "story/write.html", context)


def _not_yet(
    request: MemorialRequest, form: WriteForm, brought: Brought, *, id: uuid.UUID, status: int
) -> HttpResponseBase:
    if wants_json(request):
        errors = errors_of(form)
        if brought.refused:
            errors["photographs"] = [f"{file.name}: {file.sentence}" for file in brought.refused]
        return JsonResponse({"errors": errors}, status=status)
    context = {**head(request.viewer), "id": id, "refused": brought.refused, **_shelf(request.viewer, form)}
    return not_kept(request, "story/write.html", context, form, status=status)


def _shelf(viewer: Viewer, form: WriteForm) -> dict[str, Any]:
    """The photographs one may tick: those chosen already, then the latest of those here."""
    if not viewer.memorial.has_pictures:
        return {}
    chosen = _ids(form["placed"].value() or [])
    ticked = {one.pk: one for one in placing.placeable(chosen, viewer).select_related("original")}
    latest = Photograph.objects.visible_to(viewer).exclude(pk__in=list(ticked)).select_related("original")
    offered = [ticked[id] for id in chosen if id in ticked] + list(latest.order_by("-order_key")[:SHELF])
    slug = viewer.memorial.slug
    return {
        "shelf": [
            {"id": one.pk, "picture": showing.picture(one, slug, with_words=False), "is_chosen": one.pk in ticked}
            for one in offered
        ],
        "has_chosen": bool(ticked),
    }


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def draft(request: MemorialRequest) -> HttpResponseBase:
    """Keep what stands in the form, right or not. A script sends it now and then; without one a button does."""
    viewer = request.viewer
    moment = None
    id = _id_from(request.POST)
    if request.POST.get("moment"):
        moment = get_object_or_404(Moment.objects.changeable_by(viewer), pk=_id_from(request.POST, "moment"))
    else:
        # A script's last word can arrive after the moment itself was kept.
        moment = Moment.objects.own_of(viewer).filter(pk=id, put_away_at=None).first()
    brought = bring(uploads_in(request), by=viewer, moment_id=id)
    typed = typed_in(with_placed(request.POST, brought))
    if moment is not None and _says_the_same(moment, viewer, typed):
        drafting.forget(moment, by=viewer)
        found = None
    else:
        found = drafting.keep(typed, by=viewer, id=id, moment=moment)
    if brought.refused and not wants_json(request):
        context = {**head(viewer), "refused": brought.refused, "draft": found}
        return render(request, "story/kept_without.html", context, status=507 if brought.disk_is_full else 422)
    to = reverse("story:drafts", args=[viewer.memorial.slug])
    return kept(request, to, id=found.pk if found else "", sha=found.digest if found else "")


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def drafts(request: MemorialRequest) -> HttpResponseBase:
    """What this person has not finished, and what of theirs waits. Nobody else sees that there is any."""
    viewer = request.viewer
    context = {
        **head(viewer),
        "drafts": list(Draft.objects.unfinished_by(viewer).select_related("memorial", "moment")[:100]),
        "waiting": list(Moment.objects.own_waiting(viewer).select_related("memorial").order_by("offered_at")[:100]),
    }
    return render(request, "story/drafts.html", context)


def uploads_in(request: MemorialRequest) -> list[ReceivedUpload]:
    return cast(list[ReceivedUpload], request.FILES.getlist("photographs"))


def with_placed(posted: QueryDict, brought: Brought) -> QueryDict:
    """The form as if the files that came with it had been here before and were ticked."""
    data = posted.copy()
    for photograph in brought.photographs:
        data.appendlist("placed", str(photograph.pk))
    return data


def typed_in(posted: QueryDict) -> dict[str, list[str]]:
    """What was typed and chosen, raw: a draft may hold 30 February."""
    clean = WordsField(longest=0, too_long=None).to_python
    return {name: [clean(text) for text in posted.getlist(name)] for name in MomentForm.KEPT if name in posted}


def initial_from(draft: Draft, names: tuple[str, ...]) -> dict[str, Any]:
    """A form's beginning from a draft: each control as it was left."""
    typed = draft.typed
    initial: dict[str, Any] = {
        name: typed[name] if name in ("about", "placed") else next(iter(typed[name]), "")
        for name in names
        if name in typed and not name.startswith("date")
    }
    flat = {name: next(iter(texts), "") for name, texts in typed.items() if name.startswith("date") and texts}
    initial["date"] = RoughDateWidget().value_from_datadict(flat, {}, "date")
    return initial


def _says_the_same(moment: Moment, viewer: Viewer, typed: dict[str, list[str]]) -> bool:
    data = QueryDict(mutable=True)
    for name, texts in typed.items():
        data.setlist(name, texts)
    form = MomentForm(viewer, data, has_photographs=True)
    if not form.is_valid():
        return False
    return all(getattr(moment, name) == form.cleaned_data[name] for name in ("text", "title", "date", "is_letter"))


def _ids(texts: list[Any]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(str(getattr(text, "pk", text))))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _id_from(data: QueryDict, name: str = "id") -> uuid.UUID:
    """The id the form brought, so that pressing twice keeps one moment; a new one where it brought none."""
    return next(iter(_ids(data.getlist(name))), None) or uuid.uuid4()
