"""Lighting a candle, taking it back, and what the family chooses about them. What waits is answered by `door`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from snowdrop.memorials import finding, inviting, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.words.gathering import Gathering
from snowdrop.words.models import Book, Candle
from snowdrop.words.models.candle import id_of
from snowdrop.words.said import NOWHERE, Origin

# Beside the words' own: where ten thousand light a candle in a night, the pages of words stay made.
PART = "candles"


@transaction.atomic
def choose(sign: Book.Sign, *, by: Viewer, wave_of_light: bool) -> None:
    """Choose what people may leave without a word. With none, those that are there are kept, and nobody sees them."""
    by.check(Act.KEEP)
    inviting.one_at_a_time(by.memorial)
    book = Book.of(by.memorial)
    book.sign, book.wave_of_light = sign, wave_of_light
    book.save()
    revision.bump(by.memorial, "words", PART)


def light(signed: str, line: str, *, secret: str, by: Viewer, origin: Origin = NOWHERE) -> Candle:
    """Light a candle. When this returns it is safe; lit again with the same `secret` it is one, as it was typed last.

    One that says nothing shows at once, to whom words are shown. Raises NotForYou, TooMuchAtOnce, NotWritten.
    """
    by.check(Act.LEAVE_WORDS)
    book = Book.of(by.memorial)
    if not book.sign:
        raise NotForYou
    now = timezone.now()
    candle = Candle(id=id_of(secret), memorial=by.memorial, writer=by.person, by_link=by.guest, written_at=now)
    candle.signed, candle.line, candle.is_bare = signed, line, not (signed or line)
    candle.network, candle.reasons, candle.rank = origin.network, origin.reasons, origin.rank
    candle.digest = candle.digest_of_words()
    if not candle.is_bare:
        candle.offered_at = now
    if candle.is_bare or book.lets_in_at_once(by):
        candle.shown_at, candle.audience = now, book.shown_to
    return candle if _gathering.write(candle) else _lit_again(candle)


@transaction.atomic
def _lit_again(candle: Candle) -> Candle:
    """The same form once more. If something else stands in it now, that is what whoever lit it means."""
    here = Candle.objects.select_for_update().filter(pk=candle.pk, memorial=candle.memorial).first()
    if here is None:
        raise NotForYou
    if here.digest == candle.digest or here.put_away_at is not None:
        return here
    here.signed, here.line, here.is_bare, here.digest = candle.signed, candle.line, candle.is_bare, candle.digest
    # One that was answered once is read again: no kind answer is kept for other words.
    if here.answered_by_id is None:
        here.shown_at, here.offered_at, here.audience = candle.shown_at, candle.offered_at, candle.audience
    else:
        here.shown_at = here.asked_at = here.turned_away_at = here.answered_by = None
        here.offered_at = timezone.now()
    here.save()
    finding.write_down(here)
    revision.bump(here.memorial, PART)
    return here


def write_all(candles: Sequence[Candle]) -> list[bool]:
    """Write these in the caller's transaction; return for each whether it was not here before."""
    ids = [candle.pk for candle in candles]
    there = set(Candle.objects.filter(pk__in=ids).values_list("pk", flat=True))
    new: dict[object, Candle] = {}
    for candle in candles:
        if candle.pk not in there:
            new.setdefault(candle.pk, candle)
    # Conflicts: another node may write the same one in this moment, and both then say that it is safe. It is.
    Candle.objects.bulk_create(new.values(), ignore_conflicts=True)
    shown = [candle for candle in new.values() if candle.shown_at is not None]
    if shown:
        finding.write_down(*shown)
        for memorial in {candle.memorial for candle in shown}:
            revision.bump(memorial, PART)
    return [new.get(candle.pk) is candle for candle in candles]


_gathering: Gathering[Candle, bool] = Gathering(write_all)


NETWORK_IS_KEPT = timedelta(days=30)


def forget_networks(*, at: datetime) -> int:
    """Forget of which network candles came, a month after they did; return of how many."""
    old = Candle.objects.filter(~Q(network=""), written_at__lt=at - NETWORK_IS_KEPT)
    return int(old.update(network=""))


# -- the link of whoever lit it ---------------------------------------------------------------------------


def find(secret: str) -> Candle | None:
    """Return the candle this link belongs to, in whatever state it is."""
    return Candle.objects.select_related("memorial").filter(pk=id_of(secret)).first()


@transaction.atomic
def take_back(candle: Candle) -> None:
    """Take it back: gone from every page now, and for good after thirty days. Does no harm twice."""
    now = timezone.now()
    here = Candle.objects.filter(pk=candle.pk, taken_back_at=None)
    if here.update(taken_back_at=now, put_away_at=now, let_go_at=now):
        revision.bump(candle.memorial, PART)


@transaction.atomic
def light_again(candle: Candle) -> None:
    """Light again what was taken back. It waits to be read, but for a bare one that nobody ever took off the page."""
    row = Candle.objects.select_for_update().filter(pk=candle.pk, taken_back_at__isnull=False).first()
    if row is None:
        return
    row.taken_back_at = row.put_away_at = row.let_go_at = row.asked_at = None
    if not (row.is_bare and row.put_away_by_id is None and row.shown_at is not None):
        row.shown_at, row.put_away_by, row.offered_at = None, None, timezone.now()
    row.save()
    revision.bump(row.memorial, PART)
