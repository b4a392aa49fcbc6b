"""Answering those who wrote: one of them, or many with one text.

Whoever wrote meets the answer beside their own words, by their own link or signed in. Nothing is mailed, and a page
that is only opened, as scanners open what is sent to people, uses nothing up.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.models import Version
from snowdrop.words.models import KindWord, KindWordQuerySet, Thanks

AT_ONCE = 2_000  # words in one transaction: whoever leaves words meanwhile waits for no more


@transaction.atomic
def reply(word: KindWord, text: str, *, by: Viewer) -> Thanks:
    """Answer one who wrote, or write that answer anew. It stands in place of a text to many. Raises NotForYou."""
    by.check(Act.KEEP)
    row = KindWord.objects.answerable_by(by).select_for_update(of=("self",)).filter(pk=word.pk).first()
    if row is None:
        raise NotForYou
    if row.thanks is not None and not row.thanks.is_to_many:
        return write_anew(row.thanks, text, by=by)
    thanks = Thanks.objects.create(memorial=by.memorial, text=text, by=by.person)
    KindWord.objects.filter(pk=row.pk).update(thanks=thanks)
    return thanks


def thank(text: str, *, by: Viewer, chosen: Collection[uuid.UUID] | None = None) -> Thanks:
    """Answer many with one text: the `chosen`, or all whose words were let in, as far as nobody answered them yet."""
    by.check(Act.KEEP)
    thanks = Thanks.objects.create(memorial=by.memorial, text=text, by=by.person, is_to_many=True)
    _reach(thanks, KindWord.objects.answerable_by(by) if chosen is None else _chosen(chosen, by))
    return thanks


def reach_those_who_came_since(thanks: Thanks, *, by: Viewer) -> None:
    """Let also those meet it to whose words nobody answered yet. Does no harm twice."""
    row = _own(thanks, by)
    if row.is_to_many:
        _reach(row, KindWord.objects.answerable_by(by))


@transaction.atomic
def write_anew(thanks: Thanks, text: str, *, by: Viewer) -> Thanks:
    """Whoever it was for meets it as it stands now; how it stood before is kept. Raises NotForYou."""
    row = _own(thanks, by)
    if row.text != text:
        Version.objects.create(keeping=row.pk, words={"text": row.text}, by=row.by)
    row.text, row.by, row.taken_back_at = text, by.person, None
    row.save(update_fields=["text", "by", "taken_back_at"])
    return row


@transaction.atomic
def take_back(thanks: Thanks, *, by: Viewer) -> None:
    """Nobody meets it any more. It can be brought back."""
    row = _own(thanks, by)
    Thanks.objects.filter(pk=row.pk, taken_back_at=None).update(taken_back_at=timezone.now())


@transaction.atomic
def bring_back(thanks: Thanks, *, by: Viewer) -> None:
    Thanks.objects.filter(pk=_own(thanks, by).pk).update(taken_back_at=None)


def met_with(word: KindWord) -> Thanks | None:
    """The answer that stands beside these words for whoever wrote them."""
    thanks = word.thanks
    return thanks if thanks is not None and thanks.taken_back_at is None else None


def _own(thanks: Thanks, by: Viewer) -> Thanks:
    by.check(Act.KEEP)
    row = Thanks.objects.written_for(by).filter(pk=thanks.pk).first()
    if row is None:
        raise NotForYou
    return row


def _chosen(ids: Collection[uuid.UUID], by: Viewer) -> KindWordQuerySet:
    rows: KindWordQuerySet = KindWord.objects.answerable_by(by).filter(pk__in=list(ids)[:AT_ONCE])
    return rows


def _reach(thanks: Thanks, rows: KindWordQuerySet) -> None:
    """Answer those of these rows that have no answer, from the first that was let in to the last."""
    last: KindWord | None = None
    while True:
        further = rows if last is None or last.shown_at is None else rows.let_in_behind(last.shown_at, last.pk)
        some = list(further.filter(thanks=None).as_let_in().only("id", "shown_at")[:AT_ONCE])
        if not some:
            return
        KindWord.objects.filter(pk__in=[word.pk for word in some], thanks=None).update(thanks=thanks)
        last = some[-1]
