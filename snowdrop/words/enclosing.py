"""One picture or one voice message with words: taken through the cage before the words are acknowledged, covered, and
met only where its words are."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.keepsakes import adding, jobs, reaping
from snowdrop.memorials import revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.models import Look, LooksFirst, OwnChoice
from snowdrop.storage.cage import Busy
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.models import Original
from snowdrop.storage.originals import Received
from snowdrop.words.models import Enclosure, KindWord

MOST_BYTES = 50 * 2**20  # of what a stranger may send along

TOO_LARGE = _("This file is larger than 50 MB, which is more than can come with words.")
NO_FILM = _("This is a film. A picture or a voice message can come with words.")
NO_DOCUMENT = _("This is a document. A picture or a voice message can come with words.")
NO_PICTURES = _("The family shows no pictures on this page. A voice message can come with words.")


class IsGone(Exception):
    """The words with which it should come are not here any more."""


def take_in(received: Received, *, by: Viewer) -> Original:
    """Look at a file in the cage and keep it, as nothing that any page shows yet.

    Raises NotForYou, NotAPicture, CouldNotOpen, DiskIsFull; the file is gone then. Not to be called inside a
    transaction. If no words come to it, it is swept away within a day or two.
    """
    try:
        by.check(Act.LEAVE_WORDS)
        way = _way(received, by)
        original = way.take_in(received)
    finally:
        received.discard()  # what was kept stays kept
    if original.is_film:
        raise NotAPicture(NO_FILM)
    return original


def _way(received: Received, by: Viewer) -> adding.Way:
    if received.size > MOST_BYTES:
        raise NotAPicture(TOO_LARGE)
    way = adding.way_of(received)
    if way not in (adding.SOUNDS_AND_FILMS, adding.PICTURES):
        raise NotAPicture(NO_DOCUMENT)
    if way.is_seen and not by.memorial.shows_pictures:
        raise NotAPicture(NO_PICTURES)
    return way


@transaction.atomic
def enclose(original: Original, word: KindWord, *, at_once: bool = False) -> Enclosure:
    """Put this with words that were just left; sent again, it is one. Another one before it is taken out.

    Where the words show already they wait again, for nobody is met by what nobody looked at; unless this writer's
    words show at once. Raises IsGone, Busy.
    """
    row = KindWord.objects.select_for_update().filter(pk=word.pk, put_away_at=None).first()
    if row is None:
        raise IsGone
    # It may be deleted for good in this very moment, with another page that had it.
    if not Original.objects.select_for_update().filter(pk=original.pk).exists():
        raise Busy("deleted for good in this very moment")
    here = _live(row)
    if here is not None and here.original_id == original.pk:
        return here
    now = timezone.now()
    if here is not None:
        _take_out(here, at=now)
    kept = Enclosure.objects.create(
        memorial_id=row.memorial_id,
        word=row,
        original=original,
        is_sound=not original.is_picture,
        is_closed=True,
        is_handed_over=True,
        written_at=now,
        offered_at=now,
    )
    if row.shown_at is not None and not at_once:
        _let_wait(row, at=now)
    follow([row.pk])
    if row.shown_at is not None:
        revision.bump(row.memorial, "words")
    jobs.make_shown(original)
    return kept


def _live(word: KindWord) -> Enclosure | None:
    found: Enclosure | None = Enclosure.objects.filter(word=word, put_away_at=None).order_by("-written_at").first()
    return found


def _let_wait(word: KindWord, *, at: datetime) -> None:
    KindWord.objects.filter(pk=word.pk).update(shown_at=None, offered_at=at, answered_by=None, close_since=None)


def follow(words: Collection[uuid.UUID]) -> None:
    """Let what came with these words stand as they stand now, in the transaction that changed them.

    With words that show it shows too, closed unless whoever read first took its cover off; else it is closed again.
    """
    rows = Enclosure.objects.filter(word__in=words)
    of_word = KindWord.objects.filter(pk=OuterRef("word"))
    live = rows.filter(put_away_at=None)
    live.update(shown_at=Subquery(of_word.values("shown_at")[:1]), audience=Subquery(of_word.values("audience")[:1]))
    live.filter(shown_at__isnull=False, shows_open=True).update(is_closed=False)
    hidden = rows.filter(word__shown_at=None)
    hidden.update(shown_at=None, is_closed=True)


# -- for whoever reads first -----------------------------------------------------------------------------


@transaction.atomic
def show_open(enclosure: Enclosure, opens: bool, *, by: Viewer) -> None:
    """Say whether it is to show without its cover once its words are let in. Raises NotForYou."""
    by.check(Act.READ_FIRST)
    waiting = Enclosure.objects.at_the_door(by).filter(pk=enclosure.pk)
    if not waiting.update(shows_open=opens):
        raise NotForYou


# -- for whoever wrote -----------------------------------------------------------------------------------


def what_came_with(word: KindWord) -> str:
    """Return "picture" or "voice" of what is with these words, "gone" where it was taken out, "" where nothing came."""
    if (here := _live(word)) is not None:
        return "voice" if here.is_sound else "picture"
    return "gone" if Enclosure.objects.filter(word=word, taken_back_at__isnull=False).exists() else ""


@transaction.atomic
def take_out(word: KindWord) -> None:
    """Take out again what came with one's words: it goes for good after thirty days. Does no harm twice."""
    row = KindWord.objects.select_for_update().filter(pk=word.pk).first()
    here = _live(row) if row is not None else None
    if row is not None and here is not None:
        _take_out(here, at=timezone.now())
        if row.shown_at is not None:
            revision.bump(row.memorial, "words")


def _take_out(enclosure: Enclosure, *, at: datetime) -> None:
    Enclosure.objects.filter(pk=enclosure.pk).update(put_away_at=at, taken_back_at=at, let_go_at=at)


@transaction.atomic
def put_back(word: KindWord) -> None:
    """Put back what was taken out last. If nobody looked at it before its words were let in, they wait again."""
    row = KindWord.objects.select_for_update().filter(pk=word.pk, put_away_at=None).first()
    if row is None or _live(row) is not None:
        return
    away = Enclosure.objects.filter(word=row, taken_back_at__isnull=False).order_by("-taken_back_at").first()
    if away is None:
        return
    Enclosure.objects.filter(pk=away.pk).update(put_away_at=None, taken_back_at=None, let_go_at=None)
    if row.shown_at is not None:
        if away.shown_at is None:
            _let_wait(row, at=timezone.now())
        revision.bump(row.memorial, "words")
    follow([row.pk])


# -- deleting for good -----------------------------------------------------------------------------------


def forget_with(word: KindWord) -> None:
    """Words that are deleted for good take along what came with them, and its file where nothing else has it."""
    for row in Enclosure.objects.filter(word=word):
        for chosen in (OwnChoice, Look, LooksFirst):
            chosen.objects.filter(keeping=row.pk).delete()
        reaping.forget(row)
