"""Cards for families who have no page yet: made by the host in batches, used by whoever holds one, or never."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from snowdrop.handover import claiming
from snowdrop.handover.forms import CardsForm, CodeForm
from snowdrop.handover.models import Envelope
from snowdrop.memorials.access import Act, NotForYou, Viewer, anyone, host_only, stand, working
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.head import names_for
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.people import cards
from snowdrop.people.limited import limited
from snowdrop.people.models import Card
from snowdrop.people.standing import PersonRequest
from snowdrop.web.answers import kept, not_kept, posted
from snowdrop.web.squares import square


@dataclass(frozen=True)
class Printed:
    """One card as it is printed: a part for whoever fills the envelope, and one for the family."""

    card: claiming.Card
    give_link: str
    give_square: SafeString
    claim_square: SafeString


@working
@host_only
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponseBase:
    """Make cards. They are shown once, on the answer itself, to be printed."""
    form = CardsForm(posted(request))
    if request.method != "POST":
        return render(request, "handover/cards.html", {"form": form})
    if not form.is_valid():
        return not_kept(request, "handover/cards.html", {}, form)
    made = claiming.make_cards(**form.cleaned_data, by=cast(PersonRequest, request).person)
    claim = request.build_absolute_uri(reverse("handover:claim"))
    printed = []
    for card in made:
        link = request.build_absolute_uri(reverse("handover:give", args=[card.token]))
        to_claim = square(f"{claim}?{urlencode({'code': card.code})}")
        printed.append(Printed(card, link, square(link), to_claim))
    return render(request, "handover/cards_made.html", {"printed": printed, "claim": claim}, status=201)


@working
@anyone
@limited("typing codes")
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest) -> HttpResponseBase:
    """Type the code; then whether it goes into a page one has, or one begun now. Nothing is opened by it."""
    here = cast(PersonRequest, request)
    do = request.POST.get("do", "")
    if request.method == "POST" and not do:
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                found = claiming.find(form.cleaned_data["code"])
                claiming.bring(found, session=here.session.row_now())  # a session only for whoever has a card
                return redirect("handover:claim")
            except claiming.NoSuchCard:
                form.is_wrong()
        return not_kept(request, "handover/claim.html", {"offer_someone": True}, form)
    brought = claiming.brought(here.session.row)
    if brought is None:
        form = CodeForm(initial={"code": request.GET.get("code", "")})
        return render(request, "handover/claim.html", {"form": form, "offer_someone": True})
    if do == "put":
        return _put(here, brought)
    if do == "begin":
        # A card of the host's: it lets them begin without a mail address, whoever may begin here otherwise.
        return redirect("memorials:card", cards.make(Card.For.BEGINNING, days=1))
    if do:
        claiming.let_be(session=here.session.row_now())
        return redirect("front")
    context = {"envelope": brought, "pages": _pages(here), "offer_someone": True}
    return render(request, "handover/claimed.html", context)


def _pages(here: PersonRequest) -> list[dict[str, str]]:
    """The pages that whoever is signed in looks after."""
    if here.person is None:
        return []
    members = Membership.objects.live().filter(person=here.person, circle=Circle.KEEPERS).select_related("memorial")
    viewers = [_viewer(here, member.memorial) for member in members.order_by("since")]
    names = names_for(viewers)
    return [{"slug": viewer.memorial.slug, "name": names[viewer.memorial.pk]} for viewer in viewers]


def _viewer(here: PersonRequest, memorial: Memorial) -> Viewer:
    return stand(memorial, here.person, session_id=here.session.row_now().pk)


def _put(here: PersonRequest, brought: Envelope) -> HttpResponseBase:
    memorial = Memorial.objects.filter(slug=here.POST.get("page", "")).first()
    if memorial is None:
        raise NotForYou
    viewer = _viewer(here, memorial)
    viewer.check(Act.KEEP)
    claiming.claim(brought, by=viewer)
    return kept(here, reverse("handover:envelopes", args=[memorial.slug]), id=brought.pk)
