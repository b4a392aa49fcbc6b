"""What the rest of the house may know of the keepsakes: photographs, recordings, documents, things kept at home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from snowdrop.keepsakes import leafing, showing
from snowdrop.keepsakes.models import Album, Document, KeptAtHome, Photograph, Recording
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.rooms import UUID, Findable, Opened, ReadingPage, Room

PARTS = ("keepsakes", "memorials")


def holds_photographs(viewer: Viewer) -> Iterator[QuerySet[Any]]:
    if viewer.memorial.has_pictures:
        yield Photograph.objects.visible_to(viewer)
        yield leafing.met(viewer)  # an album of nothing but recordings stands here too


def looked_at(photograph: Photograph, viewer: Viewer) -> dict[str, Any]:
    """What the page for looking needs to show this photograph."""
    slug, moves = viewer.memorial.slug, photograph.original.moves
    return {
        "picture": showing.picture(photograph, slug, largest=showing.largest_for(viewer), is_open=True),
        "facts": showing.facts(photograph, viewer),
        "moving_url": reverse("keepsakes:moving", args=[slug, photograph.pk]) if moves else "",
    }


ROOM = Room(
    name="photographs",
    # Translators: the name of the room with all photographs.
    label=pgettext_lazy("room", "Photographs"),
    url_name="keepsakes:room",
    holds=holds_photographs,
    parts=("keepsakes",),
    pages=(
        ReadingPage("keepsakes:room", r"photographs/", parts=PARTS, query=frozenset({"after", "before"})),
        ReadingPage("keepsakes:photograph", rf"photographs/{UUID}/", parts=PARTS),
        ReadingPage("keepsakes:moving", rf"photographs/{UUID}/moving/", parts=PARTS),
        ReadingPage("keepsakes:rendition", rf"photographs/{UUID}/[0-9]{{3,4}}\.jpg", parts=PARTS, is_file=True),
        ReadingPage("keepsakes:avif", rf"photographs/{UUID}/[0-9]{{3,4}}\.avif", parts=PARTS, is_file=True),
        ReadingPage("keepsakes:moving_file", rf"photographs/{UUID}/moving\.webp", parts=PARTS, is_file=True),
        ReadingPage("keepsakes:album", rf"albums/{UUID}/", parts=PARTS, query=frozenset({"after", "before"})),
        ReadingPage("keepsakes:one_of_album", rf"albums/{UUID}/{UUID}/", parts=PARTS),
    ),
    finds=(
        Findable(
            Photograph,
            texts=lambda photograph: (photograph.caption, photograph.alt, photograph.people),
            title=lambda photograph: photograph.title_for_lists,
            order=("order_key", "pk"),
            has_date=True,
            shows=lambda viewer: viewer.memorial.has_pictures,
        ),
        Findable(
            Album,
            texts=lambda album: (album.title, album.caption),
            title=lambda album: album.title_for_lists,
            order=("written_at", "pk"),
            shows=lambda viewer: viewer.memorial.has_pictures,
        ),
    ),
    opens=(
        Opened(
            Album,
            template="keepsakes/parts/album.html",
            context=leafing.shown,
            change="keepsakes:change_album",
            shows=lambda viewer: viewer.memorial.has_pictures,
        ),
        Opened(
            Photograph,
            template="web/parts/photograph.html",
            context=looked_at,
            change="keepsakes:change",
            shows=lambda viewer: viewer.memorial.has_pictures,
        ),
    ),
    order=20,
)


def holds_recordings(viewer: Viewer) -> Iterator[QuerySet[Any]]:
    yield Recording.objects.visible_to(viewer).while_pictures(viewer.memorial.has_pictures)


def heard(recording: Recording, viewer: Viewer) -> dict[str, Any]:
    """What the page for looking needs to play this recording."""
    return {
        "player": showing.recording(recording, viewer.memorial.slug, is_open=True),
        "facts": showing.facts_of_recording(recording, viewer),
        **showing.spoken(recording),
    }


RECORDINGS = Room(
    name="recordings",
    # Translators: the name of the room with all films and sound recordings: a heartbeat, a voice, a song.
    label=pgettext_lazy("room", "Recordings"),
    url_name="keepsakes:recordings",
    holds=holds_recordings,
    parts=("keepsakes",),
    pages=(
        ReadingPage("keepsakes:recordings", r"recordings/", parts=PARTS, query=frozenset({"after", "before"})),
        ReadingPage("keepsakes:recording", rf"recordings/{UUID}/", parts=PARTS),
        ReadingPage("keepsakes:film", rf"recordings/{UUID}/film\.mp4", parts=PARTS, is_file=True),
        ReadingPage("keepsakes:poster", rf"recordings/{UUID}/poster\.jpg", parts=PARTS, is_file=True),
        ReadingPage("keepsakes:opus", rf"recordings/{UUID}/sound\.webm", parts=PARTS, is_file=True),
        ReadingPage("keepsakes:aac", rf"recordings/{UUID}/sound\.m4a", parts=PARTS, is_file=True),
        ReadingPage("keepsakes:waveform", rf"recordings/{UUID}/waveform\.svg", parts=PARTS, is_file=True),
        ReadingPage("keepsakes:captions", rf"recordings/{UUID}/words\.vtt", parts=PARTS, is_file=True),
    ),
    finds=(
        Findable(
            Recording,
            texts=lambda recording: (recording.caption, recording.transcript, recording.people),
            title=lambda recording: recording.title_for_lists,
            order=("order_key", "pk"),
            has_date=True,
            narrowed=lambda rows, viewer: rows.while_pictures(viewer.memorial.has_pictures),
        ),
    ),
    opens=(
        Opened(
            Recording,
            template="keepsakes/parts/heard.html",
            context=heard,
            change="keepsakes:change_recording",
        ),
    ),
    order=25,
)


def holds_documents(viewer: Viewer) -> Iterator[QuerySet[Any]]:
    if viewer.memorial.has_pictures:
        yield Document.objects.visible_to(viewer)


def read(document: Document, viewer: Viewer) -> dict[str, Any]:
    """What the page for looking needs to show this document: all its pages, one below the other."""
    slug, largest = viewer.memorial.slug, showing.largest_for(viewer)
    return {
        "paper": showing.document(document, slug, is_open=True),
        "sheets": [
            showing.sheet(document, slug, page + 1, largest=largest) for page in range(document.original.frames)
        ],
        "facts": showing.facts_of_document(document, viewer),
    }


DOCUMENTS = Room(
    name="documents",
    # Translators: the name of the room with all documents: letters, certificates, an order of service.
    label=pgettext_lazy("room", "Documents"),
    url_name="keepsakes:documents",
    holds=holds_documents,
    parts=("keepsakes",),
    pages=(
        ReadingPage("keepsakes:documents", r"documents/", parts=PARTS, query=frozenset({"after", "before"})),
        ReadingPage("keepsakes:document", rf"documents/{UUID}/", parts=PARTS, query=frozenset({"page"})),
        ReadingPage("keepsakes:sheet", rf"documents/{UUID}/[0-9]{{1,3}}/[0-9]{{3,4}}\.jpg", parts=PARTS, is_file=True),
    ),
    finds=(
        Findable(
            Document,
            texts=lambda document: (document.title, document.caption, document.people),
            title=lambda document: document.title_for_lists,
            order=("order_key", "pk"),
            has_date=True,
            shows=lambda viewer: viewer.memorial.has_pictures,
        ),
    ),
    opens=(
        Opened(
            Document,
            template="keepsakes/parts/paper.html",
            context=read,
            change="keepsakes:change_document",
            shows=lambda viewer: viewer.memorial.has_pictures,
        ),
    ),
    order=26,
)


def holds_things_at_home(viewer: Viewer) -> Iterator[QuerySet[Any]]:
    yield KeptAtHome.objects.visible_to(viewer)


AT_HOME = Room(
    name="at-home",
    # Translators: the name of the room that lists things which are kept at home: a blanket, a band, a lock of hair.
    label=pgettext_lazy("room", "Kept at home"),
    url_name="keepsakes:at_home_room",
    holds=holds_things_at_home,
    parts=("keepsakes",),
    pages=(
        ReadingPage("keepsakes:at_home_room", r"at-home/", parts=PARTS),
        ReadingPage("keepsakes:at_home", rf"at-home/{UUID}/", parts=PARTS),
    ),
    finds=(
        Findable(
            KeptAtHome,
            texts=lambda thing: (thing.what, thing.text, thing.place),
            title=lambda thing: thing.title_for_lists,
            order=("written_at", "pk"),
        ),
    ),
    opens=(
        Opened(
            KeptAtHome,
            template="keepsakes/parts/thing.html",
            context=lambda thing, viewer: {"pictures": showing.of_it(thing, viewer), "told": thing},
            change="keepsakes:change_at_home",
        ),
    ),
    order=27,
)
