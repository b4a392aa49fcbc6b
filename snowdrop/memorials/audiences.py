"""Who will see this: the circles a person may choose from, each with the people in it; and who can open the page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Announced, GuestLink, Membership

FEW = 4  # names are said out where there are no more of them than this


@dataclass(frozen=True)
class Choice:
    """One answer to "Who will see this?": a title and a sentence that says who that is."""

    circle: Circle
    title: str
    sentence: str
    is_plain: bool  # offered at once; the others stand under "Choose more exactly"


def choices(viewer: Viewer) -> list[Choice]:
    """Return the circles this person may open their own keeping to, the closest first.

    Nobody opens to a circle in which they do not stand themselves: a friend's words are not "Only us".
    """
    called = names_by_circle(viewer)
    offered = [Choice(Circle.SELF, str(Circle.SELF.label), _only_me(called, viewer), is_plain=True)]
    if viewer.is_keeper:
        offered.append(Choice(Circle.KEEPERS, str(Circle.KEEPERS.label), _only_us(called), is_plain=True))
    if viewer.circle >= Circle.FAMILY:
        family = called[Circle.FAMILY]
        offered.append(Choice(Circle.FAMILY, str(Circle.FAMILY.label), _who(family), is_plain=False))
    everyone_asked = called[Circle.FAMILY] + called[Circle.FRIENDS]
    offered.append(Choice(Circle.FRIENDS, str(Circle.FRIENDS.label), _who(everyone_asked), is_plain=True))
    if viewer.is_keeper:
        link = _("Also whoever you gave a link to. They read without signing in.")
        offered.append(Choice(Circle.LINK, str(Circle.LINK.label), link, is_plain=False))
    if viewer.is_keeper and (everyone := _everyone(viewer)):
        offered.append(Choice(Circle.PUBLIC, str(Circle.PUBLIC.label), everyone, is_plain=False))
    return offered


def _everyone(viewer: Viewer) -> str:
    """Who "Everyone" is; "" where the page is not open to them, and it is not announced that it will be."""
    if viewer.memorial.audience == Circle.PUBLIC:
        return _("Anybody who has the address of the page, also whoever was taken out of it.")
    if Announced.objects.open().filter(memorial=viewer.memorial, what=Announced.What.PUBLIC).exists():
        return _("Once the page is open to everyone: anybody who has its address, also whoever was taken out of it.")
    return ""


def names_by_circle(viewer: Viewer) -> dict[Circle, list[str]]:
    """The names of the other members, by circle, in the order in which they came."""
    found: dict[Circle, list[str]] = {Circle.KEEPERS: [], Circle.FAMILY: [], Circle.FRIENDS: []}
    members = Membership.objects.live().filter(memorial=viewer.memorial).select_related("person").order_by("since")
    for member in members:
        if member.person != viewer.person:
            found[Circle(member.circle)].append(member.person.called)
    return found


def _only_me(called: dict[Circle, list[str]], viewer: Viewer) -> str:
    others = called[Circle.KEEPERS]
    if viewer.is_keeper and len(others) == 1:
        # Translators: who else will not see it, such as the other parent.
        return _("Nobody else, not even %(name)s.") % {"name": others[0]}
    return _("Nobody else.")


def _only_us(called: dict[Circle, list[str]]) -> str:
    others = called[Circle.KEEPERS]
    if not others:
        return _("You. Whoever looks after this page with you later will see it too.")
    # Translators: a list of people, such as "You, Theo and Ines."
    return _("%(names)s.") % {"names": in_words([pgettext("begins a list of names", "You"), *others])}


def who_can_open(viewer: Viewer, called: dict[Circle, list[str]]) -> str:
    """Say to a keeper who can open the page as things stand. `called` is from `names_by_circle`."""
    memorial = viewer.memorial
    if memorial.audience == Circle.PUBLIC:
        return _("Everyone can open this page. They see what you show to everyone.")
    asked_in = any(names for circle, names in called.items() if memorial.audience <= circle < Circle.KEEPERS)
    by_link = memorial.audience <= Circle.LINK and GuestLink.objects.open().filter(memorial=memorial).exists()
    if asked_in and by_link:
        return _("People you asked in and people with a link can open this page. They see what you chose to show them.")
    if asked_in:
        return _("People you asked in can open this page. They see what you chose to show them.")
    if by_link:
        return _("People with a link can open this page. They see what you chose to show them.")
    was_open = memorial.audience < Circle.KEEPERS  # then others knew of it once
    if not called[Circle.KEEPERS] and was_open:
        return _("Only you can see this page now.")
    if not called[Circle.KEEPERS]:
        return _("Only you can see this page. Nobody has been told.")
    you = pgettext("a list of names in the middle of a sentence", "you")
    names = {"names": in_words([you, *called[Circle.KEEPERS]])}
    if was_open:
        return _("Only %(names)s can see this page now.") % names
    return _("Only %(names)s can see this page. Nobody else has been told.") % names


def what_they_see(circle: Circle) -> str:
    """Say to a keeper what somebody whom they ask into this circle can see."""
    if circle == Circle.KEEPERS:
        return _("They see everything but what is “Only me”, and decide with you, as an equal.")
    if circle == Circle.FAMILY:
        return _("They see what you show to “Our closest people” and to “People we asked in”.")
    if circle == Circle.FRIENDS:
        return _("They see what you show to “People we asked in”.")
    return _("They see what you show to “Anyone with the link”.")


def _who(names: list[str]) -> str:
    if not names:
        return _("Nobody yet. Nobody is told; people find it when they come.")
    if len(names) <= FEW:
        return _("%(names)s. Nobody is told; they find it when they come.") % {"names": in_words(names)}
    more = len(names) - (FEW - 1)
    some = ngettext("%(names)s and %(count)d more.", "%(names)s and %(count)d more.", more) % {
        # Translators: between the names of a list.
        "names": _(", ").join(names[: FEW - 1]),
        "count": more,
    }
    return some + " " + _("Nobody is told; they find it when they come.")


def in_words(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    # Translators: the last two names of a list.
    return _("%(names)s and %(last)s") % {"names": _(", ").join(names[:-1]), "last": names[-1]}
