"""Cards for families who have no page: something is kept for them, and nothing happens unless they use the card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from snowdrop.config.models import House
from snowdrop.handover.models import Envelope
from snowdrop.keepsakes import reaping
from snowdrop.memorials import reaper, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.people import tokens
from snowdrop.people.models import Person, Session

GROUPS = 6  # of three letters: 80.3 bits
YEARS = 25
MOST_YEARS = 100
MOST_CARDS = 100


class NoSuchCard(Exception):
    """No card has this code, or it was used already. Which of the two is told to nobody."""


@dataclass(frozen=True)
class Card:
    """An envelope with its two secrets, which stand nowhere else: the giver's link and the family's code."""

    envelope: Envelope
    token: str
    code: str


@transaction.atomic
def make_cards(number: int, *, by: Person | None, note: str = "", years: int = YEARS) -> list[Card]:
    """Make so many envelopes for families who have no page yet. `note` is the host's own."""
    today = timezone.localdate()
    made = []
    for _number in range(number):
        token, code = tokens.make(), tokens.to_type(GROUPS)
        envelope = Envelope.objects.create(
            called=note,
            token_hash=tokens.digest(token),
            claim_hash=_hash(code),
            made_by=by,
            kept_until=in_years(today, years),
        )
        made.append(Card(envelope, token, code))
    return made


def in_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)


def find(typed: str) -> Envelope:
    """Return the envelope that waits for whoever has this code. Raises NoSuchCard."""
    found = Envelope.objects.filter(claim_hash=_hash(typed), memorial=None, ended_at=None).first()
    if found is None:
        raise NoSuchCard
    return found


def _hash(code: str) -> str:
    return tokens.digest(tokens.as_typed(code))


@transaction.atomic
def bring(envelope: Envelope, *, session: Session) -> None:
    """Note that somebody in this browser has its card (`find`), until they say into which page it goes."""
    let_be(session=session)
    Envelope.objects.filter(pk=envelope.pk, memorial=None).update(claiming=session)


def brought(session: Session | None) -> Envelope | None:
    """The envelope whose card was brought in this browser."""
    if session is None:
        return None
    return Envelope.objects.filter(claiming=session, memorial=None).first()


def let_be(*, session: Session) -> None:
    """Forget in this browser that a card was brought. The card stays good."""
    Envelope.objects.filter(claiming=session).update(claiming=None)


@transaction.atomic
def claim(envelope: Envelope, *, by: Viewer) -> None:
    """Put it into this page, still sealed. Its card is used then. Raises NotForYou, also for whoever comes second.

    `envelope` is one that was brought by its card; nobody else finds it.
    """
    by.check(Act.KEEP)
    mine = Envelope.objects.filter(pk=envelope.pk, memorial=None, claiming=by.session, claiming__isnull=False)
    if not mine.update(memorial=by.memorial, claimed_at=timezone.now(), claiming=None):
        raise NotForYou
    revision.bump(by.memorial, "handover")


def let_go_of_unclaimed(*, at: datetime) -> int:
    """Delete what nobody claimed within the term on its card, and thirty days more; return how many envelopes went.

    As the reaper, it does nothing where the clock moved far since that one ran.
    """
    before = House.here().reaper_ran_at
    if before is None or not timedelta(0) <= at - before <= reaper.JUMP:
        return 0
    over = Envelope.objects.filter(memorial=None, kept_until__lt=(at - reaper.WAITS).date())
    gone = 0
    for id in list(over.values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            row = over.select_for_update().filter(pk=id).first()
            if row is None:
                continue  # claimed in this very moment
            originals = list(row.enclosed.values_list("original", flat=True))
            row.delete()
            for sha256 in originals:
                transaction.on_commit(partial(reaping.forget_unnamed, sha256))
            gone += 1
    return gone
