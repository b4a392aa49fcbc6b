"""Taking a picture, film, sound, document or scan in: looked at in the cage, kept bit for bit, written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.functional import Promise

from snowdrop.storage import documents, heads, kinds, originals, pictures, recordings, renditions, scans
from snowdrop.storage.models import Made, Original
from snowdrop.storage.originals import Received
from snowdrop.storage.pictures import Look
from snowdrop.storage.sizes import SIZES


def take_in(received: Received, *, soon: bool = False) -> Original:
    """Look at what arrived, keep it and return its row; the same bytes are one original.

    With `soon` only its smallest rendition is made: whoever adds three hundred waits for what tells that a picture is
    whole, and for no more. The others are made by `jobs.make_renditions`, or by the page that comes first.

    Raises NotAPicture, CouldNotOpen or DiskIsFull, and then nothing of it is left: it enters the
    store only after it was looked at. Not to be called inside a transaction, which would hold
    everybody else's writes for as long as the picture takes.
    """
    try:
        known = Original.objects.filter(pk=received.sha256).first()
        if known is not None:
            if not known.media_type.startswith("image/"):
                raise kinds.NotAPicture(_another_kind(known))
            received.keep()  # mends the store, should the file be missing there
            return known
        with pictures.opened(received.arrived, SIZES[:1] if soon else SIZES) as (look, made):
            received.keep()
            renditions.place(received.sha256, 0, made)
        # The file first: a row without its file is a picture that is gone, a file without a row only takes room.
        return Original.objects.get_or_create(sha256=received.sha256, defaults=_facts(received, look))[0]
    finally:
        received.discard()


def take_in_recording(received: Received) -> Original:
    """Look at a film or a sound that arrived, keep it and return its row, as `take_in` does for a picture.

    What pages play of it is made later (`making`). Raises NotAPicture, CouldNotPlay or DiskIsFull.
    """
    try:
        known = Original.objects.filter(pk=received.sha256).first()
        if known is not None:
            received.keep()
            return known
        look = recordings.look(received.arrived)
        received.keep()
        facts = {
            "crc32": received.crc32,
            "size": received.size,
            "media_type": look.media_type,
            "width": look.width,
            "height": look.height,
            "duration": look.duration,
            "made": Made.WAITS,
            "colour": "",
            "taken": look.taken,
            "taken_time": look.taken_time,
            "taken_offset": look.taken_offset,
        }
        return Original.objects.get_or_create(sha256=received.sha256, defaults=facts)[0]
    finally:
        received.discard()


def take_in_document(received: Received) -> Original:
    """Look at a document that arrived, keep it with its first page drawn, and return its row, as `take_in` does."""
    try:
        known = Original.objects.filter(pk=received.sha256).first()
        if known is not None:
            received.keep()
            return known
        with documents.opened(received.arrived) as (look, made):
            received.keep()
            documents.place(received.sha256, 1, made)
        facts = {
            "crc32": received.crc32,
            "size": received.size,
            "media_type": kinds.DOCUMENT,
            "width": look.pages[0][0],
            "height": look.pages[0][1],
            "frames": len(look.pages),
            "pages": look.pages,
            "colour": look.colour,
        }
        return Original.objects.get_or_create(sha256=received.sha256, defaults=facts)[0]
    finally:
        received.discard()


def take_in_scan(received: Received) -> Original:
    """Look at a hospital's scan that arrived, keep it and return its row, as `take_in` does: a picture or a film."""
    try:
        known = Original.objects.filter(pk=received.sha256).first()
        if known is not None:
            received.keep()
            return known
        with scans.opened(received.arrived) as (look, rate, made):
            received.keep()
            renditions.place(received.sha256, 0, made)
        facts = _facts(received, look)
        if look.frames > 1:
            facts |= {"duration": max(1, look.frames * rate // 1_000), "made": Made.WAITS}
        return Original.objects.get_or_create(sha256=received.sha256, defaults=facts)[0]
    finally:
        received.discard()


def _another_kind(known: Original) -> str | Promise:
    """Why what is known by these bytes is no photograph."""
    if known.is_document:
        return kinds.PDF
    if known.is_scan:
        return kinds.OF_A_HOSPITAL
    return kinds.FILM if known.is_film else kinds.SOUND


@dataclass(frozen=True)
class Unopened:
    """A plain picture that arrived and was not yet looked at in the cage."""

    received: Received  # not yet synced
    plain: heads.Plain


def take_in_unopened(group: Sequence[Unopened]) -> None:
    """Keep plain pictures with what their heads say; the cage opens each of them later (`look_inside`).

    For importers, which bring thousands at once. Raises DiskIsFull. Not to be called inside a transaction.
    """
    originals.keep_together([one.received for one in group])
    # The files first, as in `take_in`. What is known already is known better.
    Original.objects.bulk_create([_unopened(one) for one in group], ignore_conflicts=True)


def look_inside(original: Original, *, told: Callable[[], object] = lambda: None) -> bool:
    """Make the renditions of a picture that nobody opened yet and write down what the cage says of it.

    Return whether that changed what is known of it; `told` is called in the transaction that does. Does nothing to one
    that was opened. Raises FileNotFoundError, NotAPicture, CouldNotOpen or DiskIsFull.
    """
    if original.colour or not original.is_picture:
        return False
    with pictures.opened(originals.path(original.sha256)) as (look, made):
        renditions.place(original.sha256, 0, made)
    facts = _facts_of(look)
    with transaction.atomic():
        changed = bool(Original.objects.filter(pk=original.pk, colour="").update(**facts))
        if changed:
            told()
    return changed


def _unopened(one: Unopened) -> Original:
    received, plain = one.received, one.plain
    return Original(
        sha256=received.sha256,
        crc32=received.crc32,
        size=received.size,
        media_type=plain.kind.media_type,
        width=plain.width,
        height=plain.height,
    )


def take_in_file(path: Path) -> Original:
    """Copy the picture at `path` in, for importers and commands. Raises as `take_in` does."""
    if path.stat().st_size > kinds.MOST_BYTES:
        raise kinds.NotAPicture(kinds.TOO_LARGE)
    return take_in(originals.receive_file(path))


def _facts(received: Received, look: Look) -> dict[str, object]:
    return {"crc32": received.crc32, "size": received.size, **_facts_of(look)}


def _facts_of(look: Look) -> dict[str, Any]:
    return {
        "media_type": look.kind.media_type,
        "width": look.width,
        "height": look.height,
        "orientation": look.orientation,
        "frames": look.frames,
        "colour": look.colour,
        "damaged": look.damaged,
        "taken": look.taken,
        "taken_time": look.taken_time,
        "taken_offset": look.taken_offset,
        "camera": look.camera,
        "caption": look.caption,
        "place": look.place,
    }
