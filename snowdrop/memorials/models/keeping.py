"""What every kept thing has in common, and the one rule of who sees it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self, cast

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models.memorial import Memorial
from snowdrop.memorials.models.veil import LooksFirst
from snowdrop.people.models import Person

if TYPE_CHECKING:
    from snowdrop.memorials.access import Viewer


class Reader(models.Model):
    """Somebody whom the writer of an "Only me" keeping lets read it too."""

    keeping = models.UUIDField()  # of any kind: ids are UUIDs, so one table serves all
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("person", "keeping", name="one_reader_row")]
        indexes = [models.Index("keeping", name="readers_of_keeping")]


class Version(models.Model):
    """How the words of a keeping stood before they were written anew."""

    keeping = models.UUIDField()
    words = models.JSONField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index("keeping", "until", name="versions_of_keeping")]


class SetAside(models.Model):
    """What keepers do not let show of what somebody offered. Whoever offered it is not told: for them it waits."""

    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    keeping = models.UUIDField(unique=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)


class LetGo(models.Model):
    """What was deleted for good, so that no restored copy brings it back. It says nothing of the contents."""

    kind = models.CharField(max_length=40)
    keeping = models.UUIDField(unique=True)
    gone_at = models.DateTimeField(default=timezone.now)


class KeepingQuerySet(models.QuerySet[Any]):
    def met_by(self, viewer: Viewer) -> Self:
        """Those of these rows whose place, open or with a cover, `viewer` wants to meet."""
        return self.exclude(pk__in=viewer.not_again) if viewer.not_again else self

    def entrusted_to(self, viewer: Viewer) -> Self:
        """The closed things that were handed to this companion, who looks first. Beside the audience, never wider."""
        if Duty.LOOKS_FIRST not in viewer.duties or viewer.memorial.audience > viewer.circle:
            return self.none()
        handed = LooksFirst.objects.filter(person=viewer.person, memorial=viewer.memorial).values("keeping")
        return self.filter(pk__in=handed, memorial=viewer.memorial, is_closed=True, put_away_at=None)

    def at_the_door(self, viewer: Viewer) -> Self:
        """What this viewer meets before it is let in, to decide about it. Nothing, unless a kind has a door."""
        return self.none()

    def among(self, ids: Collection[uuid.UUID] | models.QuerySet[Any, Any]) -> Self:
        """Those of these rows that have one of `ids`, each looked up by its own key.

        After `visible_to`, `filter(pk__in=ids)` would let SQLite walk through the whole memorial: it takes
        for granted that a memorial has some ten rows, and that finding sixty ids costs more.
        """
        rows = self.model._default_manager.filter(Exists(self.filter(pk=OuterRef("pk"))), pk__in=ids)
        return cast("Self", rows)

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what `viewer` may see. The audience rule is written here and nowhere else.

        A kind may narrow this; none widens it.
        """
        if viewer.memorial.audience > viewer.circle:
            return self.none()
        rows = self.filter(self.model.for_eyes_of_children()) if viewer.with_children else self
        return rows.filter(
            self._close_enough(viewer),
            memorial=viewer.memorial,
            shown_at__isnull=False,
            put_away_at=None,
        )

    def _close_enough(self, viewer: Viewer) -> Q:
        rule = Q(audience__lte=viewer.circle)
        # `writer=None` alone would open the private page of a deleted account to every stranger.
        if viewer.person is not None and viewer.self_is_open:
            theirs = Q(writer=viewer.person)
            # A reader is named among the people asked in; whoever was taken out of the circles is none.
            if viewer.circle >= Circle.FRIENDS:
                named = Q(pk__in=Reader.objects.filter(person=viewer.person).values("keeping"))
                # What came in an envelope was opened by a keeper as a keeper: whoever is none any more sees none of it.
                theirs |= named if viewer.circle >= Circle.KEEPERS else named & Q(is_handed_over=False)
            rule |= Q(audience=Circle.SELF) & theirs
        return rule

    def waiting_for(self, viewer: Viewer) -> Self:
        """What members added and a keeper has neither let show nor set aside. Empty for everyone but keepers."""
        return self._offered_to(viewer).filter(~Exists(SetAside.objects.filter(keeping=OuterRef("pk"))))

    def set_aside_for(self, viewer: Viewer) -> Self:
        """What members added and a keeper does not let show. Empty for everyone but keepers."""
        return self._offered_to(viewer).filter(Exists(SetAside.objects.filter(keeping=OuterRef("pk"))))

    def _offered_to(self, viewer: Viewer) -> Self:
        if not viewer.is_keeper:
            return self.none()
        return self.filter(
            memorial=viewer.memorial,
            audience__lte=Circle.KEEPERS,
            offered_at__isnull=False,
            shown_at=None,
            put_away_at=None,
        )

    def own_of(self, viewer: Viewer) -> Self:
        """What this person wrote here, shown or not, put away or not."""
        if viewer.person is None:
            return self.none()
        return self.filter(self._own(viewer), memorial=viewer.memorial)

    def _own(self, viewer: Viewer) -> Q:
        own = Q(writer=viewer.person, is_handed_over=False)
        return own if viewer.self_is_open else own & Q(audience__lt=Circle.SELF)

    def put_away_for(self, viewer: Viewer) -> Self:
        """What was taken off the page: a keeper brings back what keepers may see, anyone what is their own."""
        away = self.filter(memorial=viewer.memorial, put_away_at__isnull=False)
        if viewer.person is None or viewer.memorial.audience > viewer.circle:
            return away.none()
        theirs = self._own(viewer)
        if viewer.is_keeper:
            # What somebody took back before anybody let it show is theirs alone.
            taken_back = Q(shown_at__isnull=True, put_away_by=F("writer"))
            theirs |= Q(audience__lte=Circle.KEEPERS) & ~taken_back
            if viewer.self_is_open:
                # Whoever of the keepers opened it: that it was taken off, each of them may know and undo.
                theirs |= self._opened_by(Reader.objects.all())
        return away.filter(theirs)

    def changeable_by(self, viewer: Viewer) -> Self:
        """What this person may write anew: their own, and for a keeper what keepers see.

        Narrower than seeing: a named reader of somebody's own page reads it and no more.
        """
        if viewer.person is None or viewer.memorial.audience > viewer.circle:
            return self.none()
        mine = self._own(viewer)
        if viewer.is_keeper:
            shown_or_waiting = Q(shown_at__isnull=False) | Q(offered_at__isnull=False)
            mine |= Q(audience__lte=Circle.KEEPERS) & shown_or_waiting
            if viewer.self_is_open:
                mine |= self._opened_by(Reader.objects.filter(person=viewer.person))
        return self.filter(mine, memorial=viewer.memorial, put_away_at=None)

    @staticmethod
    def _opened_by(readers: models.QuerySet[Reader]) -> Q:
        """What came by hand-over, and was opened by these. It has no writer: whoever opened it looks after it."""
        return Q(audience=Circle.SELF, is_handed_over=True, writer=None, pk__in=readers.values("keeping"))


class ForChildren(models.Model):
    """What may be ticked "For the children too". Stands before `Keeping` among a kind's bases.

    A tick opens nothing to anybody: it says what still shows on a keeper's own device when it is in children's hands.
    """

    for_children = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def for_eyes_of_children(cls) -> Q:
        return Q(for_children=True, is_closed=False)


class Keeping(models.Model):
    """Anything kept in a memorial.

    A keeping is a draft (`shown_at` and `offered_at` empty), waits for a keeper (`offered_at`), or is
    shown (`shown_at`). It may be put away from any of these, and comes back to where it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    memorial = models.ForeignKey(Memorial, on_delete=models.CASCADE, related_name="+")
    writer = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    audience = models.PositiveSmallIntegerField(choices=Circle, default=Circle.KEEPERS)
    # What came by hand-over is nobody's own: every keeper may open it, and nobody may take it to themselves.
    is_handed_over = models.BooleanField(default=False, editable=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    offered_at = models.DateTimeField(null=True, editable=False)
    shown_at = models.DateTimeField(null=True, editable=False)
    put_away_at = models.DateTimeField(null=True, editable=False)
    put_away_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    let_go_at = models.DateTimeField(null=True, editable=False)  # asked for; the reaper comes thirty days later
    # The veil: what it holds reaches no browser until whoever sits there chooses to look (`memorials.veil`). What
    # stands on its cover everybody reads who may know of it.
    is_closed = models.BooleanField(default=False, editable=False)
    cover_words = models.CharField(max_length=200, blank=True, editable=False)  # characters; of whoever closed it
    gentle_words = models.CharField(max_length=500, blank=True, editable=False)  # of somebody who looked first
    described_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    # A text keeps its own SHA-256: a database's integrity check does not see a flipped bit in a value.
    digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = KeepingQuerySet.as_manager()

    class Meta:
        abstract = True

    # Who offers what, in a line that says nothing of what is in it.
    # Translators: %(name)s is somebody whom the family asked in; what they add waits for the family
    offered_as: Any = gettext_lazy("%(name)s offers something")

    # Whether this kind has a cover to stand in its place. One that has none cannot be closed.
    has_cover = False

    @classmethod
    def for_eyes_of_children(cls) -> Q:
        """Which of this kind shows on a keeper's device while it is with the children: none, unless a kind says so."""
        return Q(pk__in=[])

    # The fields whose words the digest covers, in this order. A kind without words has none.
    words: tuple[str, ...] = ()

    def digest_of_words(self) -> str:
        """Return the SHA-256 of this keeping's own words, or "" for a kind without words."""
        if not self.words:
            return ""
        joined = "\x1e".join(str(getattr(self, field) or "") for field in self.words)
        return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()

    def digest_is_right(self) -> bool:
        return self.digest == self.digest_of_words()

    def carried_for(self, viewer: Viewer) -> list[Keeping]:
        """What it carries and this person may close with it, such as the photographs in a text."""
        return []

    @property
    def asks_first(self) -> str:
        """Where somebody has to look at it before it is opened beyond the keepers; "" for nearly everything."""
        return ""

    @property
    def cover_title(self) -> str:
        """What a closed thing is called wherever things are named: by what stands on its cover, by nothing in it."""
        # Translators: in place of the name of something closed, to which nobody wrote any words
        return self.cover_words or _("Something closed")

    @property
    def seen_by(self) -> str:
        """Who sees it as things stand: a page that is closed to a circle closes what is on it too."""
        if self.is_handed_over and self.audience == Circle.SELF:
            # Translators: who sees a thing that came in a sealed envelope, which each parent opens for themselves
            return _("Only those who opened it")
        return str(Circle(max(self.audience, self.memorial.audience)).label)

    @property
    def is_draft(self) -> bool:
        return self.shown_at is None and self.offered_at is None

    @property
    def is_waiting(self) -> bool:
        return self.shown_at is None and self.offered_at is not None and self.put_away_at is None

    def is_own_of(self, person: Person | None) -> bool:
        """Whether this person added it, and it is theirs to open and to take back."""
        return person is not None and self.writer_id == person.pk and not self.is_handed_over
