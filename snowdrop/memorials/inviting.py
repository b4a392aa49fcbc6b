"""Asking people in: by an invitation that is accepted with a button, or a link to read without an account."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from snowdrop.config import limits
from snowdrop.memorials import letters, log, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import Feed, GuestLink, GuestPass, Invitation, LogEntry, Membership, Memorial, Successor
from snowdrop.people import tokens
from snowdrop.people.models import Person, Session

A_MONTH = timedelta(days=30)


class LinkIsOver(Exception):
    """The link was used, taken back, or too long ago; or it never was one."""


class KeeperStays(Exception):
    """Keepers are equals: one does not take another out with one press."""


def one_at_a_time(memorial: Memorial) -> None:
    """Let whoever else comes in or is taken out here at this moment wait until this transaction ends."""
    # Not so strictly that rows which only point to the memorial would wait too. SQLite has one writer anyway.
    Memorial.objects.select_for_update(no_key=True).get(pk=memorial.pk)


def _open_memorial_to(memorial: Memorial, circle: Circle) -> None:
    """Let the page itself be seen as far as this circle. What is on it keeps its own audience."""
    Memorial.objects.filter(pk=memorial.pk, audience__gt=circle).update(audience=circle)
    memorial.audience = min(memorial.audience, circle)
    revision.bump(memorial, "memorials")


@transaction.atomic
def ask_in(
    called: str,
    circle: Circle,
    *,
    by: Viewer,
    duties: Collection[Duty] = (),
    uses: int = 1,
    lasts: timedelta = A_MONTH,
) -> tuple[Invitation, str]:
    """Ask one person in, or up to `uses` of them, and return the invitation with its token.

    The token stands nowhere else. Nothing is sent.
    """
    by.check(Act.KEEP)
    token = tokens.make()
    invitation = Invitation.objects.create(
        memorial=by.memorial,
        token_hash=tokens.digest(token),
        circle=circle,
        called=called,
        asked_by=by.person,
        uses=uses,
        expires_at=timezone.now() + lasts,
        **{duty.value: True for duty in duties},
    )
    log.note(by.memorial, LogEntry.What.ASKED_IN, by=by.person, whom=called)
    return invitation, token


@transaction.atomic
def mail(row: Invitation | GuestLink, to: str, *, link: str, by: Viewer) -> None:
    """Send one postcard with the link to somebody who was asked in. The address is kept nowhere.

    Raises TooMany; and once it is committed OSError or SMTPException, where the mail cannot be handed over.
    """
    by.check(Act.KEEP)
    if row.memorial_id != by.memorial.pk:
        raise NotForYou
    if by.person is not None:
        limits.take("sending mails", by.person.pk)
    transaction.on_commit(partial(letters.ask_in, to, link=link, sender=by.person.name if by.person else ""))


def find(token: str, *, person: Person | None = None) -> Invitation | None:
    """Return the invitation that this token still opens: none for `person` where they were shut out since."""
    found = Invitation.objects.open().filter(token_hash=tokens.digest(token))
    invitation = found.select_related("memorial", "asked_by").first()
    if invitation is None or person is None:
        return invitation
    membership = Membership.objects.filter(memorial=invitation.memorial, person=person).first()
    return None if membership is not None and _shuts_out(membership, invitation) else invitation


def _shuts_out(membership: Membership, invitation: Invitation) -> bool:
    """Whoever was taken out comes back only by an invitation that is newer than that and meant for one person."""
    if membership.removed_at is None:
        return False
    is_newer = membership.removed_upto is not None and invitation.pk > membership.removed_upto
    return invitation.is_for_several or not is_newer


def came_by(token: str, *, person: Person) -> Membership | None:
    """Return how this person belongs to the page that an invitation was for, which opens nothing any more."""
    memorials = Invitation.objects.filter(token_hash=tokens.digest(token)).values("memorial")
    here = Membership.objects.live().filter(memorial__in=memorials, person=person)
    return here.select_related("memorial").first()


@transaction.atomic
def accept(token: str, *, person: Person | None, name: str = "") -> Membership:
    """Come in by an invitation, as `person` or as somebody new. Raises LinkIsOver.

    Whoever was taken out comes back only as `_shuts_out` says. Whoever stands as close already changes nothing: a
    keeper who tries the link they made does not use it up.
    """
    invitation = find(token)
    if invitation is None:
        raise LinkIsOver
    memorial = invitation.memorial
    one_at_a_time(memorial)
    membership = Membership.objects.filter(memorial=memorial, person=person).first() if person else None
    if membership is not None and membership.removed_at is None:
        brings_more = set(invitation.duties) - membership.duties
        if membership.circle >= invitation.circle and not brings_more:
            return membership
    elif membership is not None and _shuts_out(membership, invitation):
        raise LinkIsOver
    # The state it expects is named: of two who press at once for one place, one comes in.
    if not Invitation.objects.open().filter(pk=invitation.pk).update(used=F("used") + 1):
        raise LinkIsOver
    if person is None:
        person = Person.objects.create(name=name or ("" if invitation.is_for_several else invitation.called))
    # By another name, what the keeper called them stands there too: it says by which link they came.
    about = person if person.name == invitation.called else None
    log.note(memorial, LogEntry.What.CAME_IN, by=person, about=about, whom=invitation.called)
    circle = Circle(invitation.circle)
    membership = bring_in(memorial, person, circle, duties=invitation.duties, asked_by=invitation.asked_by)
    membership.came_by = invitation
    membership.save(update_fields=["came_by"])
    return membership


def bring_in(
    memorial: Memorial, person: Person, circle: Circle, *, duties: Collection[Duty] = (), asked_by: Person | None
) -> Membership:
    """Make somebody a member, or bring a member closer; who was taken out has nothing they had before.

    Whether they may is for the verb to say that calls this, in its transaction, `one_at_a_time`.
    """
    membership, is_new = Membership.objects.get_or_create(
        memorial=memorial, person=person, defaults={"circle": circle, "asked_by": asked_by}
    )
    was_in = not is_new and membership.removed_at is None
    if membership.removed_at is not None:
        before = Successor.objects.named().filter(memorial=memorial, person=person, named_at__lt=membership.removed_at)
        before.update(taken_back_at=membership.removed_at, enters_at=None)
    membership.circle = max(membership.circle, circle) if was_in else circle
    membership.is_trusted = was_in and membership.is_trusted
    membership.removed_at = membership.removed_upto = None
    membership.has_left = False
    for duty in Duty:
        setattr(membership, duty.value, duty in duties or (was_in and duty in membership.duties))
    fields = ["circle", "is_trusted", "removed_at", "removed_upto", "has_left", *(duty.value for duty in Duty)]
    membership.save(update_fields=fields)
    _open_memorial_to(memorial, Circle(membership.circle))
    return membership


@transaction.atomic
def take_back(invitation: Invitation, *, by: Viewer) -> None:
    """Nobody comes in by it any more; whoever came in by it stays."""
    by.check(Act.KEEP)
    still_open = Invitation.objects.filter(
        pk=invitation.pk, memorial=by.memorial, taken_back_at=None, used__lt=F("uses")
    )
    if still_open.update(taken_back_at=timezone.now()):
        log.note(by.memorial, LogEntry.What.TAKEN_BACK, by=by.person, whom=invitation.called)


def make_link(called: str, *, by: Viewer, lasts: timedelta | None = None) -> tuple[GuestLink, str]:
    """Make a link for one named recipient, who reads without an account. Returns it with its token."""
    [made] = make_links([called], by=by, lasts=lasts)
    return made


@transaction.atomic
def make_links(names: Iterable[str], *, by: Viewer, lasts: timedelta | None = None) -> list[tuple[GuestLink, str]]:
    """Make a link for each of these recipients, so that each can be ended alone. None for `lasts` is no end."""
    by.check(Act.KEEP)
    until = timezone.now() + lasts if lasts is not None else None
    made = []
    for called in names:
        token = tokens.make()
        link = GuestLink.objects.create(
            memorial=by.memorial,
            token_hash=tokens.digest(token),
            called=called,
            made_by=by.person,
            expires_at=until,
        )
        log.note(by.memorial, LogEntry.What.LINK_MADE, by=by.person, whom=called)
        made.append((link, token))
    _open_memorial_to(by.memorial, Circle.LINK)
    return made


def find_link(token: str) -> GuestLink | None:
    """Return the link that this token still opens."""
    links = GuestLink.objects.open().select_related("memorial", "made_by")
    return links.filter(token_hash=tokens.digest(token)).first()


@transaction.atomic
def enter(token: str, *, session: Session) -> GuestLink:
    """Let this browser read by a guest link. Raises LinkIsOver.

    Not whoever is signed in and was taken out: a link that was passed on is no way round that.
    """
    link = find_link(token)
    if link is None:
        raise LinkIsOver
    removed = Membership.objects.filter(memorial=link.memorial, person=session.person, removed_at__isnull=False)
    if session.person is not None and removed.exists():
        raise LinkIsOver
    GuestPass.objects.get_or_create(session=session, link=link)
    GuestLink.objects.filter(pk=link.pk).update(last_used_on=timezone.now().date())
    return link


@transaction.atomic
def end_link(link: GuestLink, *, by: Viewer) -> None:
    """End one link. Whoever came by it is a stranger at the next request."""
    by.check(Act.KEEP)
    still_open = GuestLink.objects.filter(pk=link.pk, memorial=by.memorial, ended_at=None)
    if still_open.update(ended_at=timezone.now()):
        log.note(by.memorial, LogEntry.What.LINK_ENDED, by=by.person, whom=link.called)


@transaction.atomic
def remove(membership: Membership, *, by: Viewer) -> None:
    """Take somebody out of the circles. They are not told; they meet a page that is not there.

    Raises KeeperStays.
    """
    by.check(Act.KEEP)
    one_at_a_time(by.memorial)
    found = Membership.objects.live().filter(pk=membership.pk, memorial=by.memorial).select_related("person").first()
    if found is None:
        return
    if found.circle == Circle.KEEPERS:
        raise KeeperStays
    take_out(found)
    log.note(by.memorial, LogEntry.What.REMOVED, by=by.person, about=found.person)


def take_out(membership: Membership, *, at: datetime | None = None, has_left: bool = False) -> None:
    """End a membership (as of `at`), every invitation by this person that still opens, and their feed.

    `has_left` says that they went by themselves. Links they made stay, to be ended. Whether it may be ended is for
    the verb to say that calls this, in its transaction, `one_at_a_time`.
    """
    now = timezone.now()
    invitations = Invitation.objects.filter(memorial=membership.memorial_id)
    newest = invitations.aggregate(newest=Max("pk"))["newest"] or 0
    # Not only a live one: a keeper's removal holds from its hour, and is written down some minutes after.
    still_in = Membership.objects.filter(pk=membership.pk, removed_at=None)
    still_in.update(removed_at=at or now, removed_upto=newest, has_left=has_left)
    invitations.open().filter(asked_by=membership.person_id).update(taken_back_at=now)
    # Deleted, not only closed: whoever is asked in again has made no secret of theirs yet.
    Feed.objects.filter(memorial=membership.memorial_id, person=membership.person_id).delete()


@transaction.atomic
def change(
    membership: Membership, circle: Circle, *, trusted: bool, by: Viewer, duties: Collection[Duty] | None = None
) -> None:
    """Set how close a friend or relative stands, whether what they add shows at once, and what they do for you.

    None for `duties` leaves them as they are.
    """
    by.check(Act.KEEP)
    does = {duty.value: duty in duties for duty in Duty} if duties is not None else {}
    theirs = Membership.objects.live().filter(pk=membership.pk, memorial=by.memorial, circle__lt=Circle.KEEPERS)
    if theirs.update(circle=min(circle, Circle.FAMILY), is_trusted=trusted, **does):
        log.note(by.memorial, LogEntry.What.MOVED, by=by.person, about=membership.person)
