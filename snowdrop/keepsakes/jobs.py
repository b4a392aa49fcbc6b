"""What is done with keepsakes after the answer, and what comes round by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from snowdrop.config.jobs import Ending, every, job
from snowdrop.keepsakes import reaping
from snowdrop.keepsakes.models import Document, Keepsake, Photograph, Recording
from snowdrop.memorials import revision
from snowdrop.memorials.models import Memorial
from snowdrop.storage import documents, ingest, making, renditions
from snowdrop.storage.models import Made, Original
from snowdrop.storage.sizes import Form

log = logging.getLogger(__name__)

# What pages show of an original beside the keepsakes' own, as a room that keeps some says: by which relation it names
# originals, the part of the memorial it belongs to, and which of its rows stand on pages.
_ALSO: dict[str, tuple[str, Callable[[Original], QuerySet[Any]]]] = {}


def shown_also_by(relation: str, part: str, rows: Callable[[Original], QuerySet[Any]]) -> None:
    _ALSO[relation] = (part, rows)


def named_by(*relations: str) -> Q:
    """Originals that keepsakes name by one of these relations, or a room does with a file of its own."""
    found = Q(pk__in=[])
    for relation in (*relations, *_ALSO):
        found |= Q(**{f"{relation}__isnull": False})
    return found


def is_shown_elsewhere(original: Original) -> bool:
    return any(rows(original).exists() for _part, rows in _ALSO.values())


def make_shown(original: Original) -> None:
    """Have made, after the answer, what pages show of an original that is turned and covered by nobody."""
    if original.is_picture:
        make_renditions.enqueue([[original.pk, 0, ""]])
    else:
        make_recording.enqueue(original.pk)


def make_ready(row: Keepsake) -> None:
    """Have made, after the answer, what pages show of it."""
    if isinstance(row, Recording):
        make_recording.enqueue(row.original_id)
    elif isinstance(row, Document):
        make_pages.enqueue(row.original_id)
    elif isinstance(row, Photograph):
        make_renditions.enqueue([[row.original_id, row.turned, row.covered]])


def make_all_ready(rows: Iterable[Keepsake], size: int = 50) -> None:
    """The same for many: so many photographs are one job."""
    pictures: list[list[str | int]] = []
    for row in rows:
        if isinstance(row, Photograph):
            pictures.append([row.original_id, row.turned, row.covered])
        else:
            make_ready(row)
    for start in range(0, len(pictures), size):
        make_renditions.enqueue(pictures[start : start + size])


@job(tries=4, priority=-10)
def make_pages(sha256: str) -> None:
    """Draw the pages of a document. A page that somebody asks for first is drawn then."""
    original = Original.objects.filter(pk=sha256, documents__isnull=False).first()
    if original is not None:
        for page in range(1, original.frames + 1):
            documents.ensure(original, page)


@job(tries=4, priority=-10)
def make_renditions(pictures: list[list[str | int]]) -> None:
    """Make what is missing of each picture, given as [digest of the original, turn by hand in degrees, what of it is
    covered]; the last may be absent.

    A page that comes first makes its own JPEG; nobody waits for the AVIF. A picture that is gone meanwhile, or cannot
    be opened any more, does not hold up the others.
    """
    troubles: list[Exception] = []
    for sha256, turned, *covered in pictures:
        original = Original.objects.filter(named_by("photographs"), pk=sha256).first()
        if original is None:
            continue
        try:
            ingest.look_inside(original, told=partial(_say_that_it_looks_otherwise, original))
            for form in (Form.JPEG, Form.AVIF):
                renditions.ensure(original, int(turned), form, "".join(map(str, covered)))
        except Exception as error:  # tried again as a whole: what is there already costs nothing
            troubles.append(error)
    if troubles:
        raise troubles[0]


@job(tries=making.TRIES + 2, first_wait=timedelta(seconds=30), priority=-20, slow=True)
def make_recording(sha256: str) -> None:
    """Make what pages play of a film or a sound. What cannot be made is given up and said on its page.

    A try that ends with its worker counts as one: a film that takes the machine down is not tried for ever.
    """
    original = Original.objects.filter(named_by("recordings"), pk=sha256).first()
    if original is None:
        return
    covers = covers_of(original)
    if original.made == Made.DONE and all(making.is_there(original, covered) for covered in covers):
        say_how_it_stands(original)  # whoever made it may have ended before that
        return
    if not making.begin(original):
        say_how_it_stands(original)
        return
    try:
        making.make(original, covers)
    except FileNotFoundError:
        making.give_up(original)
    except Ending:
        making.take_back(original)
        raise
    except Exception as error:
        if making.may_try_again(original):
            raise
        log.error("a recording was given up after %s tries: %s", original.tries, type(error).__name__)
        making.give_up(original)
    say_how_it_stands(original)


def covers_of(original: Original) -> list[str]:
    """In which ways pages cover its sides; for all films but a hospital's that is in none."""
    if not original.is_scan:
        return [""]
    return sorted(set(Recording.objects.filter(original=original).values_list("covered", flat=True)))


@transaction.atomic
def say_how_it_stands(original: Original) -> None:
    """Its pages say whether it is being made ready, plays, or could not be made."""
    for memorial in Memorial.objects.filter(pk__in=original.recordings.values("memorial")):
        revision.bump(memorial, "keepsakes")
    _say_it_elsewhere(original)


@every(timedelta(hours=6))
@job(tries=2)
def make_what_is_gone() -> None:
    """After a restore the originals are there, and nothing that was made of them."""
    done = Original.objects.filter(named_by("recordings"), made=Made.DONE).distinct()
    for original in done.iterator():
        if not all(making.is_there(original, covered) for covered in covers_of(original)):
            with transaction.atomic():
                making.ask_again(original)
                say_how_it_stands(original)
                make_recording.enqueue(original.sha256)


@transaction.atomic
def _say_that_it_looks_otherwise(original: Original) -> None:
    """Its colour and its size stand on pages that were made before anybody opened it."""
    for memorial in Memorial.objects.filter(pk__in=original.photographs.values("memorial")):
        revision.bump(memorial, "keepsakes")
    _say_it_elsewhere(original)


def _say_it_elsewhere(original: Original) -> None:
    for part, rows in _ALSO.values():
        for memorial in Memorial.objects.filter(pk__in=rows(original).values("memorial")):
            revision.bump(memorial, part)


@every(timedelta(days=1))
@job(tries=2)
def sweep_originals() -> None:
    reaping.sweep(at=timezone.now())


@every(timedelta(hours=1))
@job(tries=2)
def sweep_uploads() -> None:
    """Let go of what began to arrive, and nobody went on with."""
    reaping.sweep_uploads(at=timezone.now())
