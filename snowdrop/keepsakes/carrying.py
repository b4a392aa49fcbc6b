"""How keepsakes are carried into a memorial of one's own. Their files are kept once, and stay."""

from __future__ import annotations

from typing import Any

from snowdrop.keepsakes.models import (
    Album,
    AlbumItem,
    Cover,
    Document,
    Keepsake,
    KeptAtHome,
    Photograph,
    PictureOfIt,
    Recording,
)
from snowdrop.memorials.separating import Carrying, Parting


class _CarriedFile(Carrying):
    def made(self, row: Keepsake) -> None:
        row.batch = None
        row.order_key = row.order_key[:-12] + row.pk.hex[:12]


class CarriedPhotograph(_CarriedFile):
    kind = Photograph
    order = 20

    def copied(self, parting: Parting, pairs: list[tuple[Any, Any]]) -> None:
        new = {old.pk: one for old, one in pairs}
        for cover in Cover.objects.filter(memorial=parting.memorial, photograph__in=new):
            Cover.objects.create(memorial=parting.to, photograph=new[cover.photograph_id])

    def finish(self, parting: Parting) -> None:
        # At the head stood a picture that only they could see.
        for cover in Cover.objects.filter(memorial=parting.memorial, photograph__memorial=parting.to):
            Cover.objects.filter(pk=cover.pk).update(memorial=parting.to)


class CarriedRecording(_CarriedFile):
    kind = Recording
    order = 21


class CarriedDocument(_CarriedFile):
    kind = Document
    order = 22


class CarriedKeptAtHome(Carrying):
    kind = KeptAtHome
    order = 23

    def copied(self, parting: Parting, pairs: list[tuple[Any, Any]]) -> None:
        _put_pictures(parting, {old.pk: one.pk for old, one in pairs})

    def moved(self, parting: Parting, rows: list[Any]) -> None:
        _put_pictures(parting, {row.pk: row.pk for row in rows})

    def finish(self, parting: Parting) -> None:
        # A picture of theirs alone shows nothing that stays.
        PictureOfIt.objects.filter(thing__memorial=parting.memorial, photograph__memorial=parting.to).delete()


def _put_pictures(parting: Parting, things: dict[Any, Any]) -> None:
    """Show these things, given as {old: new}, in what came along of the photographs of them."""
    before = list(PictureOfIt.objects.filter(thing__in=things).order_by("place", "pk"))
    places = parting.places(Photograph, {row.photograph_id for row in before})
    PictureOfIt.objects.filter(thing__in=[new for old, new in things.items() if old == new]).delete()
    PictureOfIt.objects.bulk_create(
        PictureOfIt(thing_id=things[row.thing_id], photograph_id=places[row.photograph_id], place=row.place)
        for row in before
        if row.photograph_id in places
    )


class CarriedAlbum(Carrying):
    """An album comes along with those of its things that do."""

    kind = Album
    order = 24

    def copied(self, parting: Parting, pairs: list[tuple[Any, Any]]) -> None:
        _put_into(parting, {old.pk: one.pk for old, one in pairs})

    def moved(self, parting: Parting, rows: list[Any]) -> None:
        _put_into(parting, {row.pk: row.pk for row in rows})

    def finish(self, parting: Parting) -> None:
        # What is theirs alone is in no album that stays.
        stays = AlbumItem.objects.filter(album__memorial=parting.memorial)
        stays.filter(photograph__memorial=parting.to).delete()
        stays.filter(recording__memorial=parting.to).delete()


def _put_into(parting: Parting, albums: dict[Any, Any]) -> None:
    """Put into these albums, given as {old: new}, what came along of what was in them."""
    before = list(AlbumItem.objects.filter(album__in=albums).order_by("order", "pk"))
    photographs = parting.places(Photograph, {row.photograph_id for row in before if row.photograph_id})
    recordings = parting.places(Recording, {row.recording_id for row in before if row.recording_id})
    AlbumItem.objects.filter(album__in=[new for old, new in albums.items() if old == new]).delete()
    AlbumItem.objects.bulk_create(
        AlbumItem(
            album_id=albums[row.album_id],
            photograph_id=photographs.get(row.thing_id),
            recording_id=recordings.get(row.thing_id),
            order=row.order,
        )
        for row in before
        if row.thing_id in photographs or row.thing_id in recordings
    )
