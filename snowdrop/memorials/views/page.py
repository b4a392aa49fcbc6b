"""The page itself, the list of one's pages, and looking at a page through others' eyes."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import audiences, keepers, notices, successors
from snowdrop.memorials.access import Act, MemorialRequest, Viewer, needs, signed_in, standing_by, working
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.found import may_be_found
from snowdrop.memorials.head import head, names_for
from snowdrop.memorials.kinds import all_kinds
from snowdrop.memorials.models import Knock, Membership
from snowdrop.people import means, ways_back
from snowdrop.people.models import Person
from snowdrop.people.standing import PersonRequest


@working
@needs(Act.READ)
@may_be_found
@require_http_methods(["GET"])
def page(request: MemorialRequest) -> HttpResponseBase:
    """A keeper's own page to write on; whoever reads goes on to the first room that holds something."""
    viewer = request.viewer
    context = head(viewer)
    if not viewer.may(Act.KEEP):
        first = next((room for room in context["head"]["rooms"]), None)
        if first is not None:
            return redirect(first["url"])
        return render(request, "memorials/empty.html", context)
    called = audiences.names_by_circle(viewer)
    context |= {
        "who_can_open": audiences.who_can_open(viewer, called),
        "waits": any(kind._default_manager.waiting_for(viewer).exists() for kind in all_kinds()),
        "asks": Knock.objects.waiting(viewer.memorial).exists(),
        "way_back": ways_back.standing_for(cast(Person, viewer.person)),
        "one_device": not means.has_any(cast(Person, viewer.person)),
        "notices": notices.of(viewer),
        "suggests_second": not called[Circle.KEEPERS] and keepers.suggests_second(viewer),
        "enough": request.GET.get("enough") == "yes",
        "kept": request.GET.get("kept") == "yes",
        "told": request.GET.get("told") == "yes",
    }
    return render(request, "memorials/page.html", context)


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def came_in(request: MemorialRequest) -> HttpResponseBase:
    """Where somebody new arrives: they are in, and hear how they come in again. Whoever has a way in reads at once."""
    viewer = request.viewer
    if viewer.is_keeper or means.has_any(cast(Person, viewer.person)):
        return redirect("memorials:page", viewer.memorial.slug)
    return render(request, "memorials/came_in.html", {**head(viewer), "one_device": True})


@working
@signed_in
@require_http_methods(["GET"])
def mine(request: HttpRequest) -> HttpResponseBase:
    """The pages a person belongs to. With one, that one."""
    person = cast(Person, cast(PersonRequest, request).person)
    members = Membership.objects.live().filter(person=person).select_related("memorial", "person").order_by("since")
    viewers = [viewer for member in members if (viewer := standing_by(member)).may(Act.READ)]
    names = names_for(viewers)
    notes = _who_keeps_them([viewer for viewer in viewers if list(names.values()).count(names[viewer.memorial.pk]) > 1])
    pages = [
        {
            "url": reverse("memorials:page", args=[viewer.memorial.slug]),
            "name": names[viewer.memorial.pk],
            "slug": viewer.memorial.slug,
            "note": notes.get(viewer.memorial.pk, ""),
        }
        for viewer in viewers
    ]
    context = {
        "pages": pages,
        "way_back": ways_back.standing_for(person),
        "one_device": not means.has_any(person),
        "successions": successors.of(person),
        "asked": notices.asked_of(person),
    }
    return render(request, "memorials/mine.html", context)


def _who_keeps_them(viewers: list[Viewer]) -> dict[int, str]:
    """Who looks after each of these pages, by its key, to tell pages of one name apart. One statement."""
    called: dict[int, list[str]] = {viewer.memorial.pk: [] for viewer in viewers}
    kept = Membership.objects.keepers().filter(memorial__in=called).select_related("person").order_by("since")
    for member in kept if called else ():
        if member.person != viewers[0].person:
            called[member.memorial_id].append(member.person.called)
    return {viewer.memorial.pk: _who_keeps(viewer, called[viewer.memorial.pk]) for viewer in viewers}


def _who_keeps(viewer: Viewer, others: list[str]) -> str:
    if not others:
        return _("only you look after it") if viewer.is_keeper else ""
    names = {"names": audiences.in_words(others)}
    if viewer.is_keeper:
        # Translators: the people with whom somebody looks after a page, beside its name.
        return _("with %(names)s") % names
    return ngettext("%(names)s looks after it", "%(names)s look after it", len(others)) % names


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def read_as(request: MemorialRequest) -> HttpResponseBase:
    """Choose through whose eyes to read."""
    slug = request.viewer.memorial.slug
    wider = (Circle.FAMILY, Circle.FRIENDS, Circle.LINK, Circle.PUBLIC)
    open_circles = [c for c in wider if c >= request.viewer.memorial.audience]
    choices = [
        {"label": circle.label, "url": f"{reverse('memorials:page', args=[slug])}?as={circle.name.lower()}"}
        for circle in open_circles
    ]
    return render(request, "memorials/read_as.html", {**head(request.viewer), "choices": choices})
