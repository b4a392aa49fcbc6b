"""An album as a page shows it: a page of it at a time, or one thing alone with the ways to those beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.urls import reverse

from snowdrop.keepsakes import pages, showing
from snowdrop.keepsakes.models import Album, AlbumItem, AlbumQuerySet, Photograph
from snowdrop.keepsakes.showing import Player
from snowdrop.memorials.access import Viewer
from snowdrop.web.pictures import Picture


@dataclass(frozen=True)
class Run:
    """What stands together within an album: photographs in rows, or recordings one under the other."""

    photographs: Sequence[Picture] = ()
    recordings: Sequence[Player] = ()


@dataclass(frozen=True)
class Listed:
    """An album in a list."""

    title: str
    url: str
    gentle: str = ""
    closed: bool = False


def met(viewer: Viewer) -> AlbumQuerySet:
    """The albums that this viewer meets: what they see, where there is something in it for them."""
    rows: AlbumQuerySet = Album.objects.visible_to(viewer).met_by(viewer)
    return rows.with_something_for(viewer)


def listed(viewer: Viewer, as_suffix: str = "") -> list[Listed]:
    """The albums that stand above the photographs."""
    slug = viewer.memorial.slug
    found = []
    for row in met(viewer).in_order():
        if viewer.leaves_open(row):
            found.append(Listed(row.named, reverse("keepsakes:album", args=[slug, row.pk]) + as_suffix))
        else:
            cover = closed(row, slug, as_suffix)
            found.append(Listed(cover.words, cover.url, cover.gentle, closed=True))
    return found


def closed(album: Album, slug: str, as_suffix: str = "") -> Picture:
    """Return the cover of a closed album: nothing of it, and the way to where one may look."""
    url = reverse("memorials:closed", args=[slug, album.pk]) + as_suffix
    return Picture("", 2, 1, closed=True, words=album.cover_title, gentle=album.gentle_words, url=url)


def shown(album: Album, viewer: Viewer, as_suffix: str = "", *, after: str = "", before: str = "") -> dict[str, Any]:
    """Return what `keepsakes/parts/album.html` needs. Only for whoever has the album open. Raises NotForYou.

    What is closed in it keeps its own cover.
    """
    rows = AlbumItem.objects.shown_to(viewer).in_order_of(album)
    page = pages.items(rows, after=after, before=before)
    here = reverse("keepsakes:album", args=[viewer.memorial.slug, album.pk])
    return {
        "album": album,
        "runs": _runs(page.things, album, viewer, as_suffix),
        "one_url": address(album, page.things[0], viewer, as_suffix) if page.things else "",
        "previous_url": _turned(here, "before", page.before, as_suffix),
        "next_url": _turned(here, "after", page.after, as_suffix),
    }


def _runs(items: Sequence[AlbumItem], album: Album, viewer: Viewer, as_suffix: str) -> list[Run]:
    slug, largest = viewer.memorial.slug, showing.largest_for(viewer)
    runs = []
    for are_photographs, some in groupby(items, key=lambda item: isinstance(item.thing, Photograph)):
        together = list(some)
        if are_photographs:
            pictures = [
                showing.among_many(
                    item.photograph, slug, as_suffix, largest=largest, is_open=viewer.leaves_open(item.photograph)
                )
                for item in together
                if item.photograph is not None
            ]
            # From one picture to the next in this album, and not to the next by date.
            led = [
                one if one.closed else replace(one, url=address(album, item, viewer, as_suffix))
                for item, one in zip(together, pictures, strict=True)
            ]
            runs.append(Run(photographs=led))
        else:
            players = [
                showing.recording(item.recording, slug, as_suffix, is_open=viewer.leaves_open(item.recording))
                for item in together
                if item.recording is not None
            ]
            runs.append(Run(recordings=players))
    return runs


def address(album: Album, item: AlbumItem, viewer: Viewer, as_suffix: str = "") -> str:
    """Where this one stands alone, with the ways to those before and after it in the album."""
    return reverse("keepsakes:one_of_album", args=[viewer.memorial.slug, album.pk, item.thing_id]) + as_suffix


def _turned(here: str, name: str, key: str, as_suffix: str) -> str:
    if not key:
        return ""
    return f"{here}?{name}={key}" + as_suffix.replace("?", "&")
