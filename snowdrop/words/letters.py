"""What we write to people about words: only to whom chose it, and nothing of what anybody wrote."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.access import Act, Viewer, standing_by
from snowdrop.memorials.models import Membership
from snowdrop.people import letters, zones
from snowdrop.people.models import Person, WordsMail
from snowdrop.words.models import KindWord, Report, Rest, Told

MORNING, NIGHT = 8, 21  # by each person's own clock: the line once a day comes between these hours
A_DAY = timedelta(days=1)  # how far back "new" reaches for somebody who was never written to


def tell_at_once(*, at: datetime) -> int:
    """Write to those who read first and wish to hear soon that something waits; return how many.

    At most once until they looked again. This is asked now and then, and not whenever words come: a surge brings a
    hundred thousand, and one mail.
    """
    wishing = _wishing(Q(person__words_mail=WordsMail.AT_ONCE, reads_first=True), at)
    return sum(_tell_at_once(member, at) for member in wishing)


def tell_daily(*, at: datetime) -> int:
    """Write to those who wish to hear once a day, in their own daytime, that there is something new."""
    elsewhere = Q(person__words_mail=WordsMail.AT_ONCE, reads_first=False)
    wishing = _wishing(Q(person__words_mail=WordsMail.DAILY) | elsewhere, at)
    return sum(_tell_daily(member, at) for member in wishing)


@transaction.atomic
def looked(viewer: Viewer, *, at: datetime) -> None:
    """This reader opened the door: the next words are worth a mail again. Nothing for whoever wants none."""
    if viewer.person is None or viewer.person.words_mail == WordsMail.NEVER:
        return
    told = Told.objects.filter(memorial=viewer.memorial, person=viewer.person, looked_at=None)
    if told.exists():
        told.update(looked_at=at)


def _wishing(who: Q, at: datetime) -> list[Membership]:
    members = Membership.objects.live(at).filter(who, person__mail_rests=False, person__closed_at=None)
    members = members.exclude(person__email=None)
    return list(members.select_related("person", "memorial").order_by("pk"))


def _tell_at_once(member: Membership, at: datetime) -> bool:
    viewer, told = standing_by(member), _told(member)
    if told is not None and told.looked_at is None:
        return False
    since = told.looked_at if told is not None and told.looked_at else at - A_DAY
    return not _rests(viewer, at) and _waits(viewer, since) and _write(member, at)


def _tell_daily(member: Membership, at: datetime) -> bool:
    viewer, told, zone = standing_by(member), _told(member), zones.of(member.person)
    now = at.astimezone(zone)
    if not MORNING <= now.hour < NIGHT or (told is not None and told.at.astimezone(zone).date() >= now.date()):
        return False
    since = max(told.at, told.looked_at or told.at) if told is not None else at - A_DAY
    is_new = not _rests(viewer, at) and (_waits(viewer, since) or _shows(viewer, since))
    return is_new and _write(member, at)


def _told(member: Membership) -> Told | None:
    return Told.objects.filter(memorial=member.memorial_id, person=member.person_id).first()


def _rests(viewer: Viewer, at: datetime) -> bool:
    return Rest.objects.of(viewer).now(at).exists()


def _waits(viewer: Viewer, since: datetime) -> bool:
    """Whether anything came since that this person reads first."""
    if not viewer.may(Act.READ_FIRST):
        return False
    door = KindWord.objects.at_the_door(viewer).waiting()
    # The ranks of the queue are named, so that the index answers however many wait in it.
    came = door.filter(rank__in=range(3), offered_at__gt=since, asked_at=None)
    return came.exists() or Report.objects.met_by(viewer).filter(at__gt=since).exists()


def _shows(viewer: Viewer, since: datetime) -> bool:
    """Whether anything was let in since that this person sees, or a keeper is asked about."""
    shown = KindWord.objects.visible_to(viewer).filter(shown_at__gt=since)
    return shown.exists() or KindWord.objects.asked_about(viewer).filter(asked_at__gt=since).exists()


@transaction.atomic
def _write(member: Membership, at: datetime) -> bool:
    """Note it first: a mail that cannot go out is not tried again and again."""
    Told.objects.update_or_create(
        memorial=member.memorial, person=member.person, defaults={"at": at, "looked_at": None}
    )
    transaction.on_commit(partial(_send, member.person, reads_first=member.reads_first))
    return True


def _send(person: Person, *, reads_first: bool) -> None:
    letters.write(
        person,
        letters.Kind.WORDS,
        # Translators: the subject of a mail. It must not say what the page is about.
        subject=_("A page that was shared with you"),
        template="words/letters/something_new.txt",
        context={"reads_first": reads_first, "address": f"{settings.PUBLIC_URL}/" if settings.PUBLIC_URL else ""},
    )
