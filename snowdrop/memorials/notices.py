"""The quiet lines on a keeper's own page: what is announced, and what waits for their answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from snowdrop.memorials import keepers
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Announced, SeenIn, Successor, WishToLetGo
from snowdrop.people.models import Person


@dataclass(frozen=True)
class Notice:
    """One sentence, and where to answer it."""

    sentence: str
    url: str
    label: str


# What a room has to say there, and on the list of somebody's own pages.
Say = Callable[[Viewer], list[Notice]]
Ask = Callable[[Person], list[Notice]]
_more: list[Say] = []
_asks: list[Ask] = []


def come_also_from(say: Say) -> None:
    """Let a room say something to keepers, in one statement where there is nothing to say."""
    _more.append(say)


def ask_also(ask: Ask) -> None:
    """Let a room ask a person something on the list of their pages, in one statement where there is nothing to ask."""
    _asks.append(ask)


def asked_of(person: Person) -> list[Notice]:
    """What somebody is asked, whichever page it is about."""
    return [notice for ask in _asks for notice in ask(person)]


def of(viewer: Viewer) -> list[Notice]:
    """Return what this keeper has to know, in four statements and one for each room, however much it is."""
    if not viewer.is_keeper:
        return []
    now = timezone.now()
    slug = viewer.memorial.slug
    keepers_page = reverse("memorials:keepers", args=[slug])
    look = _("Look at it")
    changes = Announced.objects.to_come(now).filter(memorial=viewer.memorial).order_by("takes_effect_at")
    found = [
        Notice(sentence_of(change, viewer), keepers_page, look)
        for change in changes.select_related("membership__person")
    ]
    entering = Successor.objects.entering().filter(memorial=viewer.memorial, enters_at__gt=now).order_by("enters_at")
    found += [Notice(sentence_of_entering(one), keepers_page, look) for one in entering.select_related("person")]
    if SeenIn.objects.filter(memorial=viewer.memorial, person=viewer.person, asked_for__isnull=False).exists():
        sentence = _("Something in which you can be seen would be shown to more people. It waits for your answer.")
        found.append(Notice(sentence, reverse("memorials:agreeing", args=[slug]), look))
    if WishToLetGo.objects.filter(memorial=viewer.memorial).exclude(by=viewer.person).exists():
        sentence = _("Something would be deleted for good. It takes your yes.")
        found.append(Notice(sentence, reverse("memorials:put_away_list", args=[slug]), look))
    return found + [notice for say in _more for notice in say(viewer)]


def sentence_of(change: Announced, viewer: Viewer) -> str:
    when = {"when": in_words(change.takes_effect_at)}
    if change.what == Announced.What.PUBLIC:
        # Translators: %(when)s is a day and a time.
        return _("From %(when)s on everyone can open this page, unless one of you stops it.") % when
    assert change.membership is not None
    if change.membership.person == viewer.person:
        return _sentence_to_them(viewer, when)
    return _("From %(when)s on %(name)s does not look after this page any more, unless one of you stops it.") % {
        **when,
        "name": change.membership.person.called,
    }


def _sentence_to_them(viewer: Viewer, when: dict[str, str]) -> str:
    others = [member.person.called for member in keepers.others(viewer).select_related("person")]
    if len(others) == 1:
        return _(
            "From %(when)s on you do not look after this page any more, unless you or %(name)s stops it. You can stop "
            "it now."
        ) % {**when, "name": others[0]}
    return (
        _("From %(when)s on you do not look after this page any more, unless one of you stops it. You can stop it now.")
        % when
    )


def sentence_of_entering(successor: Successor) -> str:
    name = successor.person.called if successor.person else successor.called
    return _("%(name)s asked to look after this page, and will from %(when)s on unless one of you says no.") % {
        "name": name,
        "when": in_words(successor.enters_at),
    }


def in_words(when: datetime | None) -> str:
    return date_format(timezone.localtime(when), "DATETIME_FORMAT") if when else ""
