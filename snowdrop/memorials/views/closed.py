"""Closed things: the cover and its choices, looking, closing it again, and closing a thing in the first place."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import rooms, veil
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.memorials.forms import CoverForm, GentleForm
from snowdrop.memorials.head import head
from snowdrop.memorials.kinds import all_kinds, changeable
from snowdrop.memorials.models import Keeping, LooksFirst, OwnChoice
from snowdrop.memorials.rooms import Opened, Room
from snowdrop.memorials.views.kept import chosen
from snowdrop.web.answers import kept, not_kept, posted


@working
@needs(Act.READ)
@require_http_methods(["GET", "POST"])
def closed(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """The cover, one button, and the way past. What is chosen here is chosen by this person alone."""
    viewer = request.viewer
    row, _way, room = _found(id, viewer)
    if not row.is_closed:
        return _to_its_place(row, viewer)
    if request.method == "POST":
        return _choose(request, row, room)
    context = {
        **head(viewer),
        "thing": row,
        "title": row.cover_title,
        "is_open": viewer.has_open(row),
        "is_left_open": viewer.leaves_open(row),
        "is_not_again": row.pk in viewer.not_again,
        "has_chosen": viewer.has_chosen,
        "may_close": veil.may_close(row, by=viewer),
        "room": room,
        "room_url": reverse(room.url_name, args=[viewer.memorial.slug]),
    }
    return render(request, "memorials/closed.html", context)


def _choose(request: MemorialRequest, row: Keeping, room: Room) -> HttpResponseBase:
    viewer, slug = request.viewer, request.viewer.memorial.slug
    if viewer.reads_as is not None:
        raise NotForYou
    session = request.session.row_now()
    do = request.POST.get("do", "look")
    if do == "close_again":
        veil.close_again(row, by=viewer)
    elif do == "meet_again":
        veil.meet_again(row, by=viewer)
        return kept(request, reverse("memorials:closed_things", args=[slug]), id=row.pk)
    elif do == "not_again":
        veil.never_show(row, by=viewer, session=session)
        return kept(request, reverse(room.url_name, args=[slug]), id=row.pk)
    elif do in ("look", "leave_open", "show_all"):
        veil.look(row, by=viewer, session=session)
        if do == "leave_open":
            veil.leave_open(row, by=viewer, session=session)
        if do == "show_all":
            veil.show_all_without_asking(by=viewer, session=session)
        return kept(request, reverse("memorials:looked", args=[slug, row.pk]), id=row.pk)
    return kept(request, reverse("memorials:closed", args=[slug, row.pk]), id=row.pk)


@working
@needs(Act.READ)
@never_cache
@require_http_methods(["GET"])
def looked(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """The thing itself, for whoever chose to look, with a button that closes it again."""
    viewer = request.viewer
    row, way, room = _found(id, viewer)
    if not row.is_closed:
        return _to_its_place(row, viewer)
    if not viewer.has_open(row):
        return redirect("memorials:closed", viewer.memorial.slug, row.pk)
    veil.go_on_looking(row, by=viewer)
    answer = render(request, "memorials/looked.html", _looked(viewer, row, way, room))
    answer["Cache-Control"] = "no-store"
    return answer


def _looked(viewer: Viewer, row: Keeping, way: Opened, room: Room) -> dict[str, Any]:
    slug = viewer.memorial.slug
    may_describe = veil.may_describe(row, by=viewer)
    return {
        **head(viewer),
        **way.context(row, viewer),
        "part": way.template,
        "thing": row,
        "title": row.cover_title,
        "is_left_open": viewer.leaves_open(row),
        "gentle": GentleForm(initial={"gentle": row.gentle_words}) if may_describe else None,
        "change_url": reverse(way.change, args=[slug, row.pk]) if _may_change(row, viewer) else "",
        "room": room,
        "room_url": reverse(room.url_name, args=[slug]),
    }


@working
@needs(Act.READ)
@require_http_methods(["POST"])
def describe(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """A few gentle words of somebody who looked, for those who have not."""
    viewer = request.viewer
    row, way, room = _found(id, viewer)
    if not veil.may_describe(row, by=viewer):
        raise NotForYou
    form = GentleForm(posted(request))
    if form.is_valid():
        veil.describe(row, form.cleaned_data["gentle"], by=viewer)
        return kept(request, reverse("memorials:closed", args=[viewer.memorial.slug, row.pk]), id=row.pk)
    # The page that says why shows the thing again only to whoever has it open.
    if not viewer.has_open(row):
        return redirect("memorials:closed", viewer.memorial.slug, row.pk)
    answer = not_kept(request, "memorials/looked.html", {**_looked(viewer, row, way, room), "gentle": form}, form)
    answer["Cache-Control"] = "no-store"
    return answer


@working
@needs(Act.READ)
@require_http_methods(["GET", "POST"])
def closed_things(request: MemorialRequest) -> HttpResponseBase:
    """What this person chose for themselves, each to be chosen otherwise; and what was handed to them to look first."""
    viewer = request.viewer
    here = reverse("memorials:closed_things", args=[viewer.memorial.slug])
    if request.method == "POST":
        if request.POST.get("do") == "show_all":
            veil.show_all_without_asking(by=viewer, session=request.session.row_now())
        else:
            veil.ask_me_again(by=viewer)
        return kept(request, here)
    what = dict(OwnChoice.objects.of(viewer).values_list("keeping", "what"))
    ids = [id for id in what if id]
    of_them = veil.to_look_at(viewer, all_kinds() if ids else ())
    things = {one.pk: one for rows in of_them for one in rows.filter(pk__in=ids)}
    handed = [one for kind in all_kinds() if kind.has_cover for one in kind._default_manager.entrusted_to(viewer)]
    context = {
        **head(viewer),
        "not_again": [one for id, one in things.items() if what[id] == OwnChoice.What.NOT_AGAIN],
        "left_open": [one for id, one in things.items() if what[id] == OwnChoice.What.OPEN],
        "shows_all": None in what,
        "handed": handed,
    }
    return render(request, "memorials/closed_things.html", context)


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def close_it(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Close a thing for everyone, write on its cover, hand it to who looks first; or open it for all again."""
    viewer = request.viewer
    row = changeable(id, viewer)
    if not row.has_cover:
        raise NotForYou
    do = request.POST.get("do", "close")
    if request.method == "POST" and do != "close":
        return _besides(request, row, do)
    form = CoverForm(posted(request), initial={"words": row.cover_words})
    if request.method == "POST" and form.is_valid():
        veil.close([row, *_with_it(row, viewer, form)], by=viewer, words=None)
        veil.close([row], by=viewer, words=form.cleaned_data["words"])
        return kept(request, reverse("memorials:closed", args=[viewer.memorial.slug, row.pk]), id=row.pk)
    handed = set(LooksFirst.objects.filter(keeping=row.pk).values_list("person", flat=True))
    context = {
        **head(viewer),
        "things": [row],
        "thing": row,
        "may_open": row.is_closed and veil.may_open_for_all(row, by=viewer),
        "companions": [{"person": one, "has_it": one.pk in handed} for one in veil.companions(viewer)]
        if row.is_closed
        else [],
        "carries": len(row.carried_for(viewer)),
        "back": row.get_absolute_url(),  # type: ignore[attr-defined]
    }
    if form.errors:
        return not_kept(request, "memorials/close_it.html", context, form)
    return render(request, "memorials/close_it.html", {**context, "form": form})


def _with_it(row: Keeping, viewer: Viewer, form: CoverForm) -> list[Keeping]:
    return row.carried_for(viewer) if form.cleaned_data["with_it"] else []


def _besides(request: MemorialRequest, row: Keeping, do: str) -> HttpResponseBase:
    viewer, slug = request.viewer, request.viewer.memorial.slug
    here = reverse("memorials:close_it", args=[slug, row.pk])
    if do == "open":
        veil.open_for_all(row, by=viewer)
        return kept(request, row.get_absolute_url(), id=row.pk)  # type: ignore[attr-defined]
    person = next((one for one in veil.companions(viewer) if one.uuid.hex == request.POST.get("who")), None)
    if person is None:
        raise NotForYou
    if do == "hand" and row.asks_first:
        return redirect(row.asks_first)
    if do == "hand":
        veil.hand_to(row, person, by=viewer)
    else:
        veil.take_from(row, person, by=viewer)
    return kept(request, here, id=row.pk)


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def close_these(request: MemorialRequest) -> HttpResponseBase:
    """Close the things posted as `ids`, with the same words on each cover. The first post only asks for these."""
    viewer = request.viewer
    things = chosen(request)
    if not things:
        return redirect("memorials:page", viewer.memorial.slug)
    if not all(thing.has_cover for thing in things):
        raise NotForYou
    form = CoverForm(request.POST if "words" in request.POST else None)
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["words"]
        veil.close(things, by=viewer, words=words or None)  # none typed: each keeps its own
        room = _room_of(type(things[0]))
        return kept(request, reverse(room.url_name, args=[viewer.memorial.slug]), id=things[0].pk)
    context = {**head(viewer), "things": things, "back": reverse("memorials:page", args=[viewer.memorial.slug])}
    if form.errors:
        return not_kept(request, "memorials/close_it.html", context, form)
    return render(request, "memorials/close_it.html", {**context, "form": form})


def _found(id: uuid.UUID, viewer: Viewer) -> tuple[Keeping, Opened, Room]:
    row = veil.find(id, viewer)
    way = rooms.opened(type(row))
    if not way.shows(viewer):
        raise NotForYou
    return row, way, _room_of(type(row))


def _room_of(kind: type[Keeping]) -> Room:
    return next(room for room in rooms.all_rooms() for one in room.opens if one.kind is kind)


def _to_its_place(row: Keeping, viewer: Viewer) -> HttpResponseBase:
    every = type(row)._default_manager
    if any(rows.filter(pk=row.pk).exists() for rows in (every.visible_to(viewer), every.changeable_by(viewer))):
        return redirect(row.get_absolute_url())  # type: ignore[attr-defined]
    raise NotForYou


def _may_change(row: Keeping, viewer: Viewer) -> bool:
    return type(row)._default_manager.changeable_by(viewer).filter(pk=row.pk).exists()
