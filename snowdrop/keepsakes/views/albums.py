"""Albums: reading one, going through it one by one, making one, and laying it in an order."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from snowdrop.keepsakes import albums, leafing, pages, showing
from snowdrop.keepsakes.albums import Where
from snowdrop.keepsakes.forms import AlbumForm, MakeAlbumForm, first_audience
from snowdrop.keepsakes.models import Album, AlbumItem, Photograph, Recording
from snowdrop.keepsakes.views.finding import album_or_own, changeable_album, ids_in
from snowdrop.keepsakes.views.room import turning
from snowdrop.memorials import veil
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, reading, working
from snowdrop.memorials.covering import look_first
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head
from snowdrop.web.answers import kept, not_kept, posted


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def album(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """A page of it. Of a closed one everybody meets the cover; whoever looks goes on from the page for looking."""
    viewer = request.viewer
    row = album_or_own(viewer, id)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    is_looked_at = bool(after or before) and _is_looked_at(row, viewer)
    is_open = viewer.leaves_open(row) or is_looked_at
    if (after or before) and not is_open:
        raise NotForYou
    context = head(viewer, current="photographs")
    suffix, slug = context["as_suffix"], viewer.memorial.slug
    shown = leafing.shown(row, viewer, suffix, after=after, before=before) if is_open else {"album": row}
    context |= shown | {
        "is_open": is_open,
        "is_looked_at": is_looked_at,
        "cover": None if is_open else leafing.closed(row, slug, suffix),
        "room_url": reverse("keepsakes:room", args=[slug]) + suffix,
        "may_change": Album.objects.changeable_by(viewer).filter(pk=row.pk).exists(),
    }
    return _for_this_look(render(request, "keepsakes/album.html", context), is_looked_at)


@reading
@needs(Act.READ)
@may_be_found
@require_safe
def one_of_album(request: MemorialRequest, id: uuid.UUID, thing: uuid.UUID) -> HttpResponseBase:
    """One picture or recording, and the one before and after it in the album. Nothing moves on by itself."""
    viewer = request.viewer
    row = album_or_own(viewer, id)
    context = head(viewer, current="photographs")
    suffix, slug = context["as_suffix"], viewer.memorial.slug
    album_url = reverse("keepsakes:album", args=[slug, row.pk]) + suffix
    is_looked_at = _is_looked_at(row, viewer)
    if not (viewer.leaves_open(row) or is_looked_at):
        return redirect(album_url)
    rows = AlbumItem.objects.shown_to(viewer).in_order_of(row)
    item = rows.of_thing(thing).select_related("photograph__original", "recording__original").first()
    if item is None:
        raise NotForYou
    before, after = pages.items_beside(rows, item)
    is_open = viewer.leaves_open(item.thing)
    context |= {
        "album": row,
        "thing": item.thing,
        "is_open": is_open,
        "previous_url": leafing.address(row, before, viewer, suffix) if before else "",
        "next_url": leafing.address(row, after, viewer, suffix) if after else "",
        "album_url": reverse("memorials:looked", args=[slug, row.pk]) if is_looked_at else album_url,
        **_alone(item, viewer, suffix, is_open=is_open),
    }
    return _for_this_look(render(request, "keepsakes/one_of_album.html", context), is_looked_at)


def _alone(item: AlbumItem, viewer: Viewer, suffix: str, *, is_open: bool) -> dict[str, Any]:
    slug, thing = viewer.memorial.slug, item.thing
    if isinstance(thing, Photograph):
        largest = showing.largest_for(viewer)
        picture = showing.picture(thing, slug, suffix, largest=largest, is_open=is_open)
        return {"picture": picture, "own_url": picture.url if is_open else ""}
    player = showing.recording(thing, slug, suffix, is_open=is_open)
    return {"player": player, "own_url": player.url if is_open else "", **(showing.spoken(thing) if is_open else {})}


def _is_looked_at(row: Album, viewer: Viewer) -> bool:
    """Whether this closed album is open for this visit only. The visit goes on while they leaf through it."""
    if viewer.leaves_open(row) or not viewer.has_open(row):
        return False
    veil.go_on_looking(row, by=viewer)
    return True


def _for_this_look(answer: HttpResponseBase, is_looked_at: bool) -> HttpResponseBase:
    if is_looked_at:
        answer["Cache-Control"] = "no-store"
    return answer


# -- making and arranging ----------------------------------------------------------------------------


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def make_album(request: MemorialRequest) -> HttpResponseBase:
    """Make an album, or choose one that is there, and put into it what is posted as `ids`. The first post only asks."""
    viewer = request.viewer
    if not viewer.memorial.has_pictures:
        raise NotForYou
    ids = ids_in(request.POST.getlist("ids"))
    things = albums.placeable(ids, viewer)
    if len(things) < len(set(ids)):
        raise NotForYou
    theirs = list(Album.objects.changeable_by(viewer).in_order()) if things else []
    form = MakeAlbumForm(viewer, theirs, request.POST if "do" in request.POST else None, initial=_asked_for(request))
    slug = viewer.memorial.slug
    context = {**head(viewer, current="photographs"), "things": things, "theirs": theirs}
    context["back"] = reverse("keepsakes:room", args=[slug])
    if not form.is_bound:
        return render(request, "keepsakes/make_album.html", {**context, "form": form})
    if not form.is_valid():
        return not_kept(request, "keepsakes/make_album.html", context, form)
    row = form.into()
    if row is None:
        said = form.cleaned_data
        audience = first_audience(viewer) if said["audience"] is None else said["audience"]
        row = albums.make(
            by=viewer,
            title=said["title"],
            caption=said["caption"],
            order=said["order"],
            audience=audience,
            closed=said["closes"],
        )
    row.memorial = viewer.memorial
    if things:
        albums.put_into(row, things, by=viewer)
    return kept(request, row.get_absolute_url(), id=row.pk)


def _asked_for(request: MemorialRequest) -> dict[str, str]:
    return {"album": request.POST.get("album", ""), "order": albums.Order.DATE.value}


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def change_album(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Its words and its order; and what is in it, each with plain buttons."""
    viewer = request.viewer
    row = changeable_album(viewer, id)
    if request.method == "GET" and not viewer.has_open(row):
        return look_first(row, viewer)
    slug = viewer.memorial.slug
    if arranged := _arranged(request):
        do, thing = arranged
        if do == "take_out":
            albums.take_out(row, thing, by=viewer)
        else:
            albums.move(row, thing, Where(do), by=viewer)
        return kept(request, f"{request.get_full_path()}#arranged", id=row.pk)
    initial = {name: getattr(row, name) for name in albums.SAID}
    form = AlbumForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        albums.change(row, form.cleaned_data, by=viewer)
        return kept(request, row.get_absolute_url(), id=row.pk)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = pages.items(AlbumItem.objects.placeable_by(viewer).in_order_of(row), after=after, before=before)
    context: dict[str, Any] = {
        **head(viewer, current="photographs"),
        "album": row,
        "things": [_laid(item, slug, is_open=viewer.leaves_open(item.thing)) for item in page.things],
        "own_ids": _changeable(page.things, viewer),
        "is_first_page": not (after or before),
        **turning(reverse("keepsakes:change_album", args=[slug, row.pk]), page, ""),
        "back": row.get_absolute_url(),
    }
    if form.errors:
        return not_kept(request, "keepsakes/change_album.html", context, form)
    return render(request, "keepsakes/change_album.html", {**context, "form": form})


def _arranged(request: MemorialRequest) -> tuple[str, uuid.UUID] | None:
    """Which button beside which thing was pressed."""
    for do in (*(where.value for where in Where), "take_out"):
        if do in request.POST:
            (thing,) = ids_in([request.POST[do]])
            return do, thing
    return None


def _laid(item: AlbumItem, slug: str, *, is_open: bool) -> dict[str, Any]:
    thing = item.thing
    if isinstance(thing, Photograph):
        picture = showing.picture(thing, slug, src_size=showing.SMALL, is_open=is_open)
        return {"id": thing.pk, "picture": picture, "title": picture.words if picture.closed else picture.alt}
    player = showing.recording(thing, slug, is_open=is_open)
    return {"id": thing.pk, "player": player, "title": player.title}


def _changeable(items: list[AlbumItem], viewer: Viewer) -> list[uuid.UUID]:
    """Those of what is in it about which this person may say who sees it."""
    ids = [item.thing_id for item in items]
    kinds = (Photograph, Recording)
    mine = {row for kind in kinds for row in kind.objects.changeable_by(viewer).among(ids).values_list("pk", flat=True)}
    return [id for id in ids if id in mine]
