"""What is said about them: names, dates, words, family. A page to read, and pages to write it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import about as verbs
from snowdrop.memorials import keepings
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, reading, working
from snowdrop.memorials.forms import CallForm, DiscreetForm, FactForm, KinForm, NameForm, RestForm
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head
from snowdrop.memorials.models import Beloved, Fact, Kin, Memorial, Name
from snowdrop.memorials.models.beloved import Happened, Pronouns
from snowdrop.web.answers import kept, not_kept, posted


def _told(viewer: Viewer, *, names_rest: bool) -> list[dict[str, Any]]:
    """Each beloved this viewer sees, with the names and facts they see. Three queries, however many."""
    beloved = list(Beloved.objects.visible_to(viewer))
    names = [] if names_rest else list(Name.objects.visible_to(viewer).select_related("memorial"))
    facts = list(Fact.objects.visible_to(viewer).exclude(kind=Fact.Kind.LINE))
    return [
        {
            "beloved": one,
            "names": [name for name in names if name.beloved_id == one.pk],
            "facts": [_said(fact) for fact in facts if fact.beloved_id == one.pk],
        }
        for one in beloved
    ]


def _said(fact: Fact) -> dict[str, Any]:
    """How a fact reads: its own words first, else the words chosen from the list."""
    words = fact.text
    if fact.kind == Fact.Kind.HAPPENED and fact.choice == Happened.LIVED_FOR:
        words = str(Happened.LIVED_FOR.label).replace("…", fact.text)
    elif fact.kind == Fact.Kind.HAPPENED and fact.choice not in ("", Happened.OWN_WORDS):
        words = " · ".join(part for part in (str(Happened(fact.choice).label), fact.text) if part)
    if fact.kind == Fact.Kind.PRONOUNS and not fact.text and fact.choice not in ("", Pronouns.OTHER):
        words = str(Pronouns(fact.choice).label)
    label = fact.text if fact.kind == Fact.Kind.OTHER_DATE and fact.text else fact.get_kind_display()
    return {"fact": fact, "label": label, "date": fact.date, "words": "" if label == fact.text else words}


def holds(viewer: Viewer) -> Iterator[QuerySet[Any]]:
    """What there is to say beside the name and the line at the head of the page."""
    yield Fact.objects.visible_to(viewer).exclude(kind=Fact.Kind.LINE)
    yield Kin.objects.visible_to(viewer)
    yield Name.objects.visible_to(viewer).filter(is_chief=False)


@reading
@needs(Act.READ)
@may_be_found
@require_http_methods(["GET"])
def about(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    told = _told(viewer, names_rest=viewer.memorial.name_rests)
    context = {
        # Of one of whom nothing is said here, not even an empty place tells.
        "told": [one for one in told if one["names"] or one["facts"]],
        "kin": Kin.objects.visible_to(viewer),
    }
    return render(request, "memorials/about.html", head(viewer, "about") | context)


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def change(request: MemorialRequest) -> HttpResponseBase:
    """Everything that can be said, each with a place to say it. Nothing is asked for."""
    viewer = request.viewer
    facts = [_said(fact) for fact in Fact.objects.visible_to(viewer).select_related("memorial")]
    told = [
        {
            "beloved": one["beloved"],
            "names": one["names"],
            "kinds": [
                {
                    "kind": kind.value,
                    "label": kind.label,
                    "facts": [
                        said
                        for said in facts
                        if said["fact"].beloved_id == one["beloved"].pk and said["fact"].kind == kind
                    ],
                }
                for kind in Fact.Kind
            ],
        }
        # A name that rests is not shown, and is still there to be changed.
        for one in _told(viewer, names_rest=False)
    ]
    context = {"told": told, "kin": Kin.objects.visible_to(viewer).select_related("memorial")}
    return render(request, "memorials/change_about.html", head(viewer) | context)


def _back(viewer: Viewer) -> str:
    return reverse("memorials:change_about", args=[viewer.memorial.slug])


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def name(request: MemorialRequest, beloved: uuid.UUID) -> HttpResponseBase:
    """Add a name: chosen, given later, said before it was chosen, in another script."""
    viewer = request.viewer
    one = get_object_or_404(Beloved.objects.visible_to(viewer), pk=beloved)
    form = NameForm(posted(request))
    if request.method == "POST" and form.is_valid():
        row = verbs.name(**form.cleaned_data, of=one, by=viewer)
        return kept(request, _back(viewer), id=row.pk)
    if form.errors:
        return not_kept(request, "memorials/name.html", head(viewer), form)
    return render(request, "memorials/name.html", {**head(viewer), "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def change_name(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    row = get_object_or_404(Name.objects.changeable_by(viewer), pk=id)
    form = NameForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data}
        chief = said.pop("is_chief")
        keepings.write_anew(row, said, by=viewer)
        if chief:
            verbs.lead_with(row, by=viewer)
        return kept(request, _back(viewer), id=row.pk)
    context = {**head(viewer), "thing": row}
    if form.errors:
        return not_kept(request, "memorials/name.html", context, form)
    return render(request, "memorials/name.html", {**context, "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def fact(request: MemorialRequest, beloved: uuid.UUID, kind: str) -> HttpResponseBase:
    """Say one thing. What was said before is said anew; of other dates there are as many as the family has."""
    viewer = request.viewer
    one = get_object_or_404(Beloved.objects.visible_to(viewer), pk=beloved)
    if kind not in Fact.Kind.values:
        raise NotForYou
    if kind != Fact.Kind.OTHER_DATE:
        row = Fact.objects.changeable_by(viewer).filter(beloved=one, kind=kind).first()
        if row is not None:
            return _fact(request, one, kind, row)
    return _fact(request, one, kind, None)


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def change_fact(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    row = get_object_or_404(Fact.objects.changeable_by(request.viewer).select_related("beloved"), pk=id)
    return _fact(request, row.beloved, row.kind, row)


def _fact(request: MemorialRequest, one: Beloved, kind: str, row: Fact | None) -> HttpResponseBase:
    viewer = request.viewer
    initial = {"date": row.date, "choice": row.choice, "text": row.text} if row else {}
    form = FactForm(kind, posted(request), initial=initial, is_said=row is not None)
    context = {**head(viewer), "thing": row, "label": Fact.Kind(kind).label, "starts_close": kind in Fact.STARTS_CLOSE}
    if request.method == "POST" and form.is_valid():
        if row is not None and not any(form.cleaned_data.values()):
            keepings.put_away(row, by=viewer)  # "Say nothing about it": what was said can be brought back
        elif row is None:
            row = verbs.say(kind, of=one, by=viewer, **form.cleaned_data)
        else:
            row = keepings.write_anew(row, form.cleaned_data, by=viewer)
        return kept(request, _back(viewer), id=row.pk)
    if form.errors:
        return not_kept(request, "memorials/fact.html", context, form)
    return render(request, "memorials/fact.html", {**context, "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def kin(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    form = KinForm(posted(request))
    if request.method == "POST" and form.is_valid():
        row = verbs.kin(**form.cleaned_data, by=viewer)
        return kept(request, _back(viewer), id=row.pk)
    if form.errors:
        return not_kept(request, "memorials/kin.html", head(viewer), form)
    return render(request, "memorials/kin.html", {**head(viewer), "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def change_kin(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    viewer = request.viewer
    row = get_object_or_404(Kin.objects.changeable_by(viewer), pk=id)
    form = KinForm(posted(request), instance=row)
    context = {**head(viewer), "thing": row}
    if request.method == "POST" and form.is_valid():
        keepings.write_anew(row, form.cleaned_data, by=viewer)
        return kept(request, _back(viewer), id=row.pk)
    if form.errors:
        return not_kept(request, "memorials/kin.html", context, form)
    return render(request, "memorials/kin.html", {**context, "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def sooner(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Put somebody of the family one place before: the order of the names is the family's own."""
    row = get_object_or_404(Kin.objects.changeable_by(request.viewer), pk=id)
    verbs.sooner(row, by=request.viewer)
    return kept(request, _back(request.viewer), id=row.pk)


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def another(request: MemorialRequest) -> HttpResponseBase:
    """This page is for another one too: a twin, several children."""
    viewer = request.viewer
    form = CallForm(posted(request))
    if request.method == "POST" and form.is_valid():
        row = verbs.another(by=viewer, name_text=form.cleaned_data["name"])
        return kept(request, _back(viewer), id=row.pk)
    if form.errors:
        return not_kept(request, "memorials/another.html", head(viewer), form)
    return render(request, "memorials/another.html", {**head(viewer), "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def rest(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    memorial = viewer.memorial
    initial = {
        "name_rests": memorial.name_rests,
        "pictures_rest": memorial.pictures_rest,
        "no_pictures": not memorial.shows_pictures,
    }
    form = RestForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        verbs.rest(
            by=viewer,
            name_rests=said["name_rests"],
            pictures_rest=said["pictures_rest"],
            shows_pictures=not said["no_pictures"],
        )
        return kept(request, reverse("memorials:page", args=[memorial.slug]))
    return render(request, "memorials/rest.html", {**head(viewer), "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def discreet(request: MemorialRequest) -> HttpResponseBase:
    """Whether the name may stand where others at the same phone or computer see it."""
    viewer = request.viewer
    form = DiscreetForm(posted(request), instance=Memorial.objects.get(pk=viewer.memorial.pk))
    if request.method == "POST" and form.is_valid():
        verbs.name_in_title(by=viewer, shows=form.cleaned_data["name_in_title"])
        return kept(request, reverse("memorials:page", args=[viewer.memorial.slug]))
    return render(request, "memorials/discreet.html", {**head(viewer), "form": form})
