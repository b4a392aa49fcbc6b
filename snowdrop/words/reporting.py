"""Something is wrong with words that are shown: said by any visitor, and looked at by whoever reads first.

Nobody can take words off a page by this for good, and nobody many of them: hidden until somebody looked are at most
`MOST_HIDDEN` at a time, and what was looked at once and left is not hidden again by the next report.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from snowdrop.memorials import inviting, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.models import Membership
from snowdrop.words.models import Book, KindWord, Report

MOST_HIDDEN = 5  # of one memorial
MOST_OPEN = 200  # reports of one memorial; whoever reads first is not buried in them


@transaction.atomic
def report(word: KindWord, *, by: Viewer, line: str = "") -> None:
    """Say that something is wrong with these words. Who said it is kept nowhere. Does no harm twice.

    Raises NotForYou where the viewer does not see them, and to children.
    """
    by.check(Act.READ)
    if by.with_children or by.reads_as is not None:
        raise NotForYou
    inviting.one_at_a_time(by.memorial)
    row = KindWord.objects.visible_to(by).filter(pk=word.pk).first()
    if row is None:
        raise NotForYou
    line = " ".join(line.split())[: Report.LONGEST]
    there = Report.objects.open().filter(word=row)
    if there.exists():
        there.filter(line="").update(line=line)
        return
    if Report.objects.open().filter(memorial=by.memorial).count() >= MOST_OPEN:
        return
    Report.objects.create(word=row, memorial=by.memorial, line=line)
    if _hides(row, by):
        KindWord.objects.filter(pk=row.pk).update(hidden_since=timezone.now())
        revision.bump(by.memorial, "words")


def _hides(word: KindWord, by: Viewer) -> bool:
    if not Book.of(by.memorial).hides(by.memorial):
        return False
    readers = Membership.objects.live().filter(memorial=by.memorial, reads_first=True)
    if not readers.exists():
        return False  # nobody would look at it, and a stranger's press had taken it off the page
    since = Q(looked_at__gt=word.mended_at) if word.mended_at else Q(looked_at__isnull=False)
    if Report.objects.filter(since, word=word).exists():
        return False
    return KindWord.objects.filter(memorial=by.memorial, hidden_since__isnull=False).count() < MOST_HIDDEN


@transaction.atomic
def let_stand(word: KindWord, *, by: Viewer) -> None:
    """Whoever reads first looked, and the words stay as they are; hidden ones show again to those who saw them."""
    by.check(Act.READ_FIRST)
    if not Report.objects.met_by(by).filter(word=word).update(looked_at=timezone.now()):
        return
    if KindWord.objects.filter(pk=word.pk, hidden_since__isnull=False).update(hidden_since=None):
        revision.bump(by.memorial, "words")


@transaction.atomic
def do_not_show(word: KindWord, *, by: Viewer) -> None:
    """Whoever reads first looked, and the words are shown no more. They can be let in again like any others."""
    by.check(Act.READ_FIRST)
    now = timezone.now()
    if not Report.objects.met_by(by).filter(word=word).update(looked_at=now):
        return
    fresh = {"shown_at": None, "hidden_since": None, "close_since": None, "asked_at": None}
    shown = KindWord.objects.filter(pk=word.pk, shown_at__isnull=False)
    if shown.update(**fresh, turned_away_at=now, answered_by=by.person):
        revision.bump(by.memorial, "words")
