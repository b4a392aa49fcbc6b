"""The quiet lines about words on people's own pages: a question, and that nobody reads first."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.memorials.notices import Notice
from snowdrop.people.models import Person
from snowdrop.words.models import Book, Candle, HandOver, KindWord, Removal


def notices(viewer: Viewer) -> list[Notice]:
    """What a keeper has to know. Nothing of the words is told here."""
    # One statement for all of it: it is asked whenever a keeper opens their page.
    here = Memorial.objects.filter(pk=viewer.memorial.pk)
    asks, nobody, link = (
        here.annotate(
            asks=Q(Exists(KindWord.objects.asked_about(viewer))) | Q(Exists(Candle.objects.asked_about(viewer))),
            nobody=_nobody_reads(),
            link=Exists(Removal.objects.asking_to_end(viewer)),
        )
        .values_list("asks", "nobody", "link")
        .get()
    )
    slug, look = viewer.memorial.slug, _("Look at it")
    found = []
    if asks:
        # Translators: on the page of those who look after a memorial. Nothing of the words is told here.
        sentence = _("Whoever reads first asks you about a few words. There is no hurry.")
        found.append(Notice(sentence, reverse("words:asked", args=[slug]), look))
    if nobody:
        sentence = _("Nobody reads first now. What comes is kept, and waits.")
        found.append(Notice(sentence, reverse("words:first", args=[slug]), _("Who could read first?")))
    if link:
        sentence = _("Whoever reads first would like you to end a link that you made.")
        found.append(Notice(sentence, reverse("words:ending", args=[slug]), look))
    return found


def _nobody_reads() -> Q:
    """Somebody was to read first, and nobody does: they left, or gave it up."""
    named = Book.objects.filter(memorial=OuterRef("pk"), is_over=False).exclude(
        first_reader__in=["", Book.FirstReader.NOT_NOW]
    )
    return Q(Exists(named)) & ~Q(Exists(Membership.objects.live().filter(memorial=OuterRef("pk"), reads_first=True)))


def asked_of(person: Person) -> list[Notice]:
    """Whoever reads first somewhere asks this person to do it in their place."""
    asked = HandOver.objects.asked_of_person(person).select_related("memorial", "by").distinct()
    return [
        Notice(
            _("%(name)s asks whether you would read first, in their place, what people write to a family.")
            % {"name": one.by.called},
            reverse("words:take_over", args=[one.memorial.slug]),
            _("Answer"),
        )
        for one in asked
    ]
