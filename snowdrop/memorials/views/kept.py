"""What can be done with any kept thing, whatever its kind: who sees it, taking it off, bringing it back."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import audiences, children, keepers, keepings, kinds, offers, pausing, reaper
from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, working
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.forms import AudienceForm
from snowdrop.memorials.head import head
from snowdrop.memorials.models import Keeping, Reader, SeenIn, WishToLetGo
from snowdrop.memorials.views.keepers import refused
from snowdrop.people.proof import asked_again
from snowdrop.web.answers import kept, not_kept

MOST = 500  # things chosen at once
AT_ONCE = 200  # things opened in one transaction


def _initial(things: list[Keeping], viewer_person_ids: list[int]) -> dict[str, object]:
    audiences = {thing.audience for thing in things}
    return {
        "audience": str(audiences.pop()) if len(audiences) == 1 else "",
        "readers": viewer_person_ids,
    }


def _place_of(thing: Keeping) -> str:
    """Where a thing is read. Every kind says so itself."""
    return str(thing.get_absolute_url())  # type: ignore[attr-defined]


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def who(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Who will see this one thing?"""
    return _who(request, [kinds.changeable(id, request.viewer)])


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def who_many(request: MemorialRequest) -> HttpResponseBase:
    """Who will see these? The things chosen are posted as `ids`, or a whole part of the page as `every`.

    The first post only asks.
    """
    part = request.POST.get("every", "")
    things = kinds.every_own(part, request.viewer) if part else chosen(request)
    if not things:
        return redirect("memorials:page", request.viewer.memorial.slug)
    return _who(request, things, many=True)


def chosen(request: MemorialRequest) -> list[Keeping]:
    """The things posted as `ids`. Raises NotForYou where one of them is none that this person may change."""
    try:
        ids = [uuid.UUID(text) for text in request.POST.getlist("ids")]
    except ValueError as error:
        raise NotForYou from error
    things = kinds.changeable_among(ids[:MOST], request.viewer)
    if len(things) < len(set(ids[:MOST])):
        raise NotForYou
    return things


def _who(request: MemorialRequest, things: list[Keeping], *, many: bool = False) -> HttpResponseBase:
    viewer = request.viewer
    every = request.POST.get("every", "") if many else ""
    answered = request.method == "POST" and "audience" in request.POST
    if not many and not answered and things[0].asks_first:
        return redirect(things[0].asks_first)
    named = list(Reader.objects.filter(keeping=things[0].pk).values_list("person", flat=True))
    readers = viewer.memorial.memberships.filter(person__in=named).values_list("pk", flat=True)
    form = AudienceForm(viewer, things, request.POST if answered else None, initial=_initial(things, list(readers)))
    back = _place_of(things[0])
    context = {**head(viewer), "things": things, "many": many, "every": every, "back": back}
    if not answered:
        return render(request, "memorials/who.html", {**context, "form": form})
    if not form.is_valid():
        return not_kept(request, "memorials/who.html", context, form)
    circle: Circle = form.cleaned_data["audience"]
    wider = any(circle < thing.audience for thing in things)
    asks = wider and circle < Circle.FAMILY and request.POST.get("names_children") != "yes"
    if asks and (names := children.named_in(things, viewer=viewer)):
        form.add_error("audience", ValidationError(_names_children(names)))
        return not_kept(request, "memorials/who.html", {**context, "names_children": True}, form)
    readers_chosen = [member.person for member in form.cleaned_data.get("readers", ())]
    try:
        # A few hundred at a time, so that nobody else who writes has to wait for thousands.
        for start in range(0, len(things), AT_ONCE):
            keepings.open_to(things[start : start + AT_ONCE], circle, by=viewer, readers=readers_chosen)
    except keepings.NotYours:
        sentence = _("Only whoever added it may show it to more people. You may show it to fewer.")
        form.add_error("audience", ValidationError(sentence))
        return not_kept(request, "memorials/who.html", context, form)
    except keepings.AsksFirst:
        sentence = _(
            "A picture from the hospital may show a name. Look at it first, and say whether one is to be covered."
        )
        form.add_error("audience", ValidationError(sentence))
        context["asking"] = [thing for thing in things if thing.asks_first]
        return not_kept(request, "memorials/who.html", context, form)
    except keepings.TakesBoth:
        sentence = _("Somebody else can be seen in it, whose yes is not there. It stays with you until then.")
        form.add_error("audience", ValidationError(sentence))
        return not_kept(request, "memorials/who.html", context, form)
    if wider and SeenIn.objects.filter(keeping__in=[thing.pk for thing in things], asked_by=viewer.person).exists():
        return kept(request, reverse("memorials:agreeing", args=[viewer.memorial.slug]), id=things[0].pk)
    things[0].refresh_from_db()  # it may wait now, or wait no longer, and then stands elsewhere
    back = _place_of(things[0])
    if wider and circle < Circle.KEEPERS and viewer.is_keeper:
        return kept(request, reverse("memorials:opened", args=[viewer.memorial.slug]), id=things[0].pk)
    return kept(request, back, id=things[0].pk)


def _names_children(names: list[str]) -> str:
    # Translators: %(names)s are children of the family. It stands above the button "Keep this".
    sentence = _("It names %(names)s. If these people may see it all the same, press the button once more.")
    return sentence % {"names": audiences.in_words(names)}


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def opened(request: MemorialRequest) -> HttpResponseBase:
    """It is open now. Nobody has been told."""
    viewer = request.viewer
    return render(
        request, "memorials/opened.html", {**head(viewer), "is_open": viewer.memorial.audience < Circle.KEEPERS}
    )


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def put_away(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    thing = kinds.changeable(id, request.viewer)
    if thing.is_waiting and request.viewer.is_keeper and not thing.is_own_of(request.viewer.person):
        # Taken off, it would stand in its adder's own list: they would be told that it is not wanted.
        offers.set_aside(thing, by=request.viewer)
        return kept(request, reverse("memorials:waiting", args=[request.viewer.memorial.slug]), id=thing.pk)
    keepings.put_away(thing, by=request.viewer)
    return kept(request, reverse("memorials:put_away_list", args=[request.viewer.memorial.slug]), id=thing.pk)


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def put_away_many(request: MemorialRequest) -> HttpResponseBase:
    """Take the things posted as `ids` off the page, whatever their kind."""
    viewer = request.viewer
    things = chosen(request)
    if not things:
        return redirect("memorials:page", viewer.memorial.slug)
    with transaction.atomic():
        for thing in things:
            keepings.put_away(thing, by=viewer)
    return kept(request, reverse("memorials:put_away_list", args=[viewer.memorial.slug]), id=things[0].pk)


@working
@needs(Act.ADD)
@require_http_methods(["POST"])
def bring_back(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    thing = kinds.put_away(id, request.viewer)
    keepings.bring_back(thing, by=request.viewer)
    thing.refresh_from_db()  # it may wait now, and then stands elsewhere
    return kept(request, _place_of(thing), id=thing.pk)


@working
@needs(Act.ADD)
@asked_again
@require_http_methods(["GET", "POST"])
def let_go(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """Delete for good: asked once more, and thirty days in which it can be brought back."""
    viewer = request.viewer
    thing = kinds.put_away(id, viewer)
    until = timezone.localdate() + reaper.WAITS
    context = {**head(viewer), "thing": thing, "until": until, "takes_two": _takes_two(thing, viewer)}
    if request.method == "POST":
        try:
            keepings.let_go(thing, by=viewer)
        except pausing.IsPaused as why:
            return refused(request, "memorials/let_go.html", context, why)
        return kept(request, reverse("memorials:put_away_list", args=[viewer.memorial.slug]), id=thing.pk)
    return render(request, "memorials/let_go.html", context)


def _takes_two(thing: Keeping, viewer: Viewer) -> bool:
    """Whether another keeper's yes is still to come once this one said theirs."""
    others = keepers.others(viewer)
    if not viewer.is_keeper or (thing.audience > Circle.KEEPERS and not thing.is_handed_over) or not others.exists():
        return False
    wished = WishToLetGo.objects.filter(keeping=thing.pk, by__in=others.values("person"))
    return not wished.exists()


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def keep_it(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    """No: it is not deleted for good. It stays off the page."""
    thing = kinds.put_away(id, request.viewer)
    keepings.keep_it(thing, by=request.viewer)
    return kept(request, reverse("memorials:put_away_list", args=[request.viewer.memorial.slug]), id=thing.pk)


@working
@needs(Act.ADD)
@require_http_methods(["GET"])
def put_away_list(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    wishes = WishToLetGo.objects.filter(memorial=viewer.memorial).select_related("by")
    wished = {wish.keeping: wish for wish in wishes} if viewer.is_keeper else {}
    things = [
        {
            "thing": thing,
            "line": _line(thing, viewer),
            "until": thing.let_go_at + reaper.WAITS if thing.let_go_at else None,
            "wish": wished.get(thing.pk),
        }
        for kind in kinds.all_kinds()
        for thing in kind._default_manager.put_away_for(viewer)
        .select_related("memorial", "writer")
        .order_by("-put_away_at")[:100]
    ]
    return render(request, "memorials/put_away.html", {**head(viewer), "things": things})


def _line(thing: Keeping, viewer: Viewer) -> str:
    """What it is called. What somebody offered and nobody let show says nothing of itself here either."""
    if thing.shown_at is None and not thing.is_own_of(viewer.person) and not thing.is_draft:
        return offers.line(thing)
    return str(thing.title_for_lists or _("Without a title"))  # type: ignore[attr-defined]


@working
@needs(Act.KEEP)
@require_http_methods(["POST"])
def let_show(request: MemorialRequest, id: uuid.UUID) -> HttpResponseBase:
    thing = kinds.waiting(id, request.viewer)
    keepings.let_show(thing, by=request.viewer)
    return kept(request, reverse("memorials:waiting", args=[request.viewer.memorial.slug]), id=thing.pk)
