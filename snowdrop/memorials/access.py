"""Who may do what. Every view, verb and job asks here; what one sees is `visible_to(viewer)` of each kind."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import GuestLink, GuestPass, Keeping, Look, Membership, Memorial, OwnChoice
from snowdrop.people import proof
from snowdrop.people.doors import NotForYou, View, anyone, host_only, reading, signed_in, working
from snowdrop.people.models import Person
from snowdrop.people.standing import PersonRequest

P = ParamSpec("P")


class Act(Enum):
    """What a person may do before a memorial."""

    READ = "read what is open to them"
    ADD = "write a moment, add a photograph"
    KEEP = "look after the page: facts, people, audiences, what waits"
    LEAVE_WORDS = "leave a few words, which wait to be read first"
    READ_FIRST = "read the words that wait, before the family meets them"


@dataclass(frozen=True)
class Need:
    """How close one has to stand, and whether a person must be known by name to us."""

    circle: Circle
    signed_in: bool
    duty: Duty | None = None  # and then a circle alone opens nothing, not even to those who look after the page


NEEDS: dict[Act, Need] = {
    Act.READ: Need(Circle.PUBLIC, signed_in=False),
    Act.ADD: Need(Circle.FRIENDS, signed_in=True),
    Act.KEEP: Need(Circle.KEEPERS, signed_in=True),
    Act.LEAVE_WORDS: Need(Circle.PUBLIC, signed_in=False),  # as far as the family takes words: `Memorial.words_from`
    Act.READ_FIRST: Need(Circle.FRIENDS, signed_in=True, duty=Duty.READS_FIRST),
}


@dataclass(frozen=True)
class Viewer:
    """Somebody standing before one memorial: person or guest, circle, duties."""

    memorial: Memorial
    person: Person | None
    circle: Circle
    duties: frozenset[Duty] = field(default=frozenset())
    is_trusted: bool = False
    guest: GuestLink | None = None
    reads_as: Circle | None = None  # a keeper looking through the eyes of another circle
    self_is_open: bool = True  # whether "Only me" shows on this device: it closes after a pause
    session: int | None = None  # the browser that is asking; None where nobody sits before one: then all is closed
    # A keeper's device in children's hands: nobody known by name, who sees what was ticked for them and may only look.
    with_children: bool = False

    def may(self, act: Act) -> bool:
        need = NEEDS[act]
        if need.duty is not None and need.duty not in self.duties:
            return False
        return self._stands_close_enough(act) and (self.person is not None or not need.signed_in)

    def offers(self, act: Act) -> bool:
        """Whether a page shows this circle the way to `act`, alike for all in it. The way itself asks who comes."""
        # Whoever is seen through the eyes of a circle, and whoever holds the device of somebody else, may only look.
        is_their_own = self.reads_as is None and not self.with_children
        return is_their_own and NEEDS[act].duty is None and self._stands_close_enough(act)

    def _stands_close_enough(self, act: Act) -> bool:
        if self.memorial.audience > self.circle or self.circle < NEEDS[act].circle:
            return False
        if act is Act.LEAVE_WORDS:
            return not self.with_children and self.memorial.takes_words_from(self.circle)
        return True

    def check(self, act: Act) -> None:
        """Raise NotForYou where `may` says no. Verbs call it, whoever called them."""
        if not self.may(act):
            raise NotForYou

    @property
    def is_keeper(self) -> bool:
        return self.circle == Circle.KEEPERS and self.person is not None

    @property
    def is_everyone(self) -> bool:
        """Whether this is anybody at all, before a page that everyone can open."""
        return self.memorial.audience == self.circle == Circle.PUBLIC

    # -- the veil: what of the things one may see is sent ------------------------------------------

    def leaves_open(self, keeping: Keeping) -> bool:
        """Whether it shows without a cover to this person wherever it stands: it is not closed, or they chose so."""
        if not keeping.is_closed:
            return True
        chosen = self._chosen
        return (None, OwnChoice.What.ALL) in chosen or (keeping.pk, OwnChoice.What.OPEN) in chosen

    def has_open(self, keeping: Keeping) -> bool:
        """Whether what it holds may be sent to this browser now: left open, or being looked at.

        Asked beside `visible_to`, never in its place: this says nothing of who may see that there is something.
        """
        return self.leaves_open(keeping) or keeping.pk in self._looked_at

    @cached_property
    def not_again(self) -> frozenset[uuid.UUID]:
        """The closed things of which this person does not want to meet even the cover."""
        return frozenset(id for id, what in self._chosen if id and what == OwnChoice.What.NOT_AGAIN)

    @property
    def has_chosen(self) -> bool:
        """Whether this person chose anything about closed things here."""
        return bool(self._chosen)

    @cached_property
    def _chosen(self) -> frozenset[tuple[uuid.UUID | None, str]]:
        if self.session is None:
            return frozenset()
        return frozenset(OwnChoice.objects.of(self).values_list("keeping", "what"))

    @cached_property
    def _looked_at(self) -> frozenset[uuid.UUID]:
        return frozenset(Look.objects.live(self).values_list("keeping", flat=True))

    @property
    def reads_names(self) -> bool:
        """Whether this viewer is told who wrote a thing, and who can be seen in a picture."""
        return self.circle > Circle.PUBLIC or self.memorial.names_people

    def reading_as(self, circle: Circle) -> Viewer:
        """Return how somebody of this circle stands here: no person, no duties. Only a keeper may ask.

        Raises NotForYou. The memorial's own audience still holds.
        """
        self.check(Act.KEEP)
        return Viewer(self.memorial, None, circle, reads_as=circle)


def stand(
    memorial: Memorial, person: Person | None, *, session_id: int | None = None, self_is_open: bool = True
) -> Viewer:
    """Return how this person, or this browser with a guest's pass, stands before the memorial now.

    Derived at each request: nothing that outlives a change of permission is kept.
    """
    if person is not None:
        known = Membership.objects.filter(memorial=memorial, person=person)
        membership = known.live().first()
        if membership is not None:
            membership.memorial, membership.person = memorial, person
            return replace(standing_by(membership), self_is_open=self_is_open, session=session_id)
        if known.exists():
            return Viewer(
                memorial, person, Circle.PUBLIC, session=session_id
            )  # no guest's link takes back what a keeper decided
    if session_id is not None:
        links = GuestLink.objects.open().filter(memorial=memorial)
        guest = GuestPass.objects.select_related("link").filter(session=session_id, link__in=links).first()
        if guest is not None:
            return Viewer(memorial, person, Circle.LINK, guest=guest.link, session=session_id)
    return Viewer(memorial, person, Circle.PUBLIC, session=session_id)


def standing_by(membership: Membership) -> Viewer:
    """Return how a member stands before the memorial they belong to."""
    return Viewer(
        membership.memorial,
        membership.person,
        Circle(membership.circle),
        membership.duties,
        is_trusted=membership.is_trusted,
    )


class MemorialRequest(PersonRequest):
    """A request that came through `needs`: somebody stands before a memorial."""

    viewer: Viewer
    # Set by whoever bakes a page, never by a visitor: the page as everyone in this circle sees it.
    for_circle: Circle


MemorialView = Callable[Concatenate[MemorialRequest, P], HttpResponseBase]


def needs(act: Act) -> Callable[[MemorialView[P]], View]:
    """Open a memorial's view to whoever may `act` there; to everyone else it is not there.

    The view's address holds the memorial's `slug`; the view itself gets `request.viewer` instead.
    A keeper may add `?as=friends` to a page that only reads, and sees it as that circle does.
    """

    def decorate(view: MemorialView[P]) -> View:
        @wraps(view)
        def at_the_door(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            here = cast(MemorialRequest, request)
            memorial = Memorial.objects.filter(slug=slug).first()
            if memorial is None:
                raise NotForYou
            viewer = _viewer(here, memorial)
            if act is Act.READ and (wished := request.GET.get("as")):
                viewer = viewer.reading_as(_circle_named(wished))
            viewer.check(act)
            here.viewer = viewer
            try:
                return view(here, *args, **kwargs)
            except Http404:
                if viewer.self_is_open or viewer.person is None:
                    raise
                # It may be a page of their own, which is only closed: whatever is not there leads there too.
                return proof.to_the_question(request, request.get_full_path())

        at_the_door.needs = act  # type: ignore[attr-defined]
        return at_the_door

    return decorate


def _viewer(request: MemorialRequest, memorial: Memorial) -> Viewer:
    if (circle := getattr(request, "for_circle", None)) is not None:
        return Viewer(memorial, None, circle)
    row, self_is_open = request.session.row, _self_is_open(request)
    if row is not None and row.children_at and request.person is None:
        return _with_children(memorial, row.person, row.children_at)
    return stand(memorial, request.person, session_id=row.pk if row else None, self_is_open=self_is_open)


def _with_children(memorial: Memorial, holder: Person | None, at: str) -> Viewer:
    """Return how children stand here who hold the device of somebody who looks after this page. Raises NotForYou."""
    stands = stand(memorial, holder)
    if not stands.is_keeper or at != reverse("memorials:page", args=[memorial.slug]):
        raise NotForYou
    return Viewer(memorial, None, stands.circle, with_children=True)


def _self_is_open(request: MemorialRequest) -> bool:
    """Whether this person's own pages show: on a tablet that two share they close after a pause.

    Only looking closes them. Words that were typed before the pause are kept whenever they are sent.
    """
    row = request.session.row
    if row is None or request.person is None:
        return True
    now = timezone.now()
    is_open = proof.self_is_open(row, now)
    if is_open:
        proof.keep_self_open(row, now)
    return is_open or request.method not in ("GET", "HEAD")


def _circle_named(name: str) -> Circle:
    if name.upper() not in Circle.__members__ or name.upper() == Circle.SELF.name:
        raise NotForYou
    return Circle[name.upper()]


__all__ = [
    "Act",
    "MemorialRequest",
    "NotForYou",
    "Viewer",
    "anyone",
    "host_only",
    "needs",
    "reading",
    "signed_in",
    "stand",
    "standing_by",
    "working",
]
