"""The host's own pages: the first page, what the house says of itself, and what its host chooses."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.config.models import House, Mark, WhoMayBegin
from snowdrop.host import counts, mark
from snowdrop.host.forms import CardForm, HouseForm, MarkForm, TextsForm, WayBackForm
from snowdrop.memorials import successors
from snowdrop.memorials.access import NotForYou, anyone, host_only, working
from snowdrop.memorials.models import Membership
from snowdrop.people import cards, ways_back
from snowdrop.people.limited import limited
from snowdrop.people.models import Card, Person
from snowdrop.people.proof import asked_again
from snowdrop.people.standing import PersonRequest
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.uploads import ReceivedUpload
from snowdrop.web import languages
from snowdrop.web.answers import kept, not_kept, posted, wants_json
from snowdrop.web.markdown import to_html
from snowdrop.web.squares import square

FOUND = 20  # people of one name who are listed at most


@working
@anyone
@require_http_methods(["GET"])
def front(request: HttpRequest) -> HttpResponseBase:
    """One calm page for a stranger; whoever is signed in goes on to their page, or to the list of them."""
    person = cast(PersonRequest, request).person
    if person is not None:
        slugs = Membership.objects.live().filter(person=person).values_list("memorial__slug", flat=True)[:2]
        if slugs and ways_back.standing_for(person):
            return redirect("memorials:mine")  # where it can be stopped
        if len(slugs) == 1 and not successors.of(person).exists():
            return redirect("memorials:page", slugs[0])
        if slugs or not person.is_host:
            return redirect("memorials:mine")
        return redirect("house")
    house, offered = House.here(), languages.offered()
    context = {
        "house": house,
        "mark": mark.shown(),
        "may_begin": house.who_may_begin == WhoMayBegin.OPEN,
        "languages": offered,
        "unread": [one.own_name for one in offered if not one.native_read] if len(offered) > 1 else [],
        "offer_someone": True,
        "language": get_language(),
    }
    return render(request, "host/front.html", context)


@working
@anyone
@require_http_methods(["GET"])
def house_mark(request: HttpRequest) -> HttpResponseBase:
    """The host's mark. It is asked for anew each time, so that one that was taken off is gone."""
    shown = Mark.objects.first()
    if shown is None:
        raise NotForYou
    answer = get_conditional_response(request, etag=f'"{shown.sha256}"') or HttpResponse(
        bytes(shown.picture), content_type="image/jpeg"
    )
    answer["ETag"] = f'"{shown.sha256}"'
    answer["Cache-Control"] = "no-cache"
    return answer


@working
@anyone
@require_http_methods(["GET"])
def privacy(request: HttpRequest) -> HttpResponseBase:
    """What is known of people here, how long things are kept, how they are removed: the host's words, else ours."""
    house = House.here()
    context = {
        "house": house,
        "privacy": to_html(house.privacy),
        "keeping": to_html(house.keeping),
        "erasure": to_html(house.erasure),
    }
    return render(request, "host/privacy.html", context)


@working
@host_only
@require_http_methods(["GET", "POST"])
def house(request: HttpRequest) -> HttpResponseBase:
    """What the host chooses for this place."""
    row = House.here()
    form = HouseForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        row = form.save()
        return kept(request, f"{reverse('house')}?kept=yes", id=row.pk)
    if form.errors:
        return not_kept(request, "host/house.html", _beside(), form)
    said = _("It is kept.") if request.GET.get("kept") == "yes" else ""
    return render(request, "host/house.html", {**_beside(), "form": form, "said": said})


def _beside() -> dict[str, Any]:
    """What stands on the host's page beside the form that was sent."""
    return {
        "form": HouseForm(instance=House.here()),
        "card_form": CardForm(),
        "mark_form": MarkForm(),
        "mark": mark.shown(),
        "counts": counts.now(),
    }


@working
@host_only
@require_http_methods(["GET", "POST"])
def texts(request: HttpRequest) -> HttpResponseBase:
    """The host's own words on privacy, keeping and removing, and whom to tell when somebody may come to harm."""
    form = TextsForm(posted(request), instance=House.here())
    if request.method == "POST" and form.is_valid():
        row = form.save()
        return kept(request, reverse("privacy"), id=row.pk)
    if form.errors:
        return not_kept(request, "host/texts.html", {}, form)
    return render(request, "host/texts.html", {"form": form})


@working
@host_only
@require_http_methods(["POST"])
def change_mark(request: HttpRequest) -> HttpResponseBase:
    """Another mark, or none."""
    if "take_off" in request.POST:
        mark.take_off()
        return kept(request, reverse("house"))
    form = MarkForm(request.POST, request.FILES)
    sha = _taken(form) if form.is_valid() else None
    if sha is None:
        return render(request, "host/house.html", {**_beside(), "mark_form": form}, status=422)
    return kept(request, reverse("house"), sha=sha)


def _taken(form: MarkForm) -> str | None:
    """Take the picture in and return the digest of its copy, or None with a sentence in the form."""
    upload = cast(ReceivedUpload, form.cleaned_data["file"])
    try:
        return mark.change(upload.received()).sha256
    except (NotAPicture, CouldNotOpen) as error:
        form.add_error("file", ValidationError(str(error.sentence)))
    return None


@working
@host_only
@require_http_methods(["POST"])
def card(request: HttpRequest) -> HttpResponseBase:
    """Make a card: a link that lets somebody begin a page without a mail address."""
    form = CardForm(request.POST)
    if not form.is_valid():
        return render(request, "host/house.html", {**_beside(), "card_form": form}, status=422)
    token = cards.make(Card.For.BEGINNING, note=form.cleaned_data["note"])
    link = request.build_absolute_uri(reverse("memorials:card", args=[token]))
    context = {"link": link, "square": square(link), "card": cards.find(token, Card.For.BEGINNING)}
    return render(request, "host/card_made.html", context, status=201)


@working
@host_only
@limited("sending mails")
@asked_again
@require_http_methods(["GET", "POST"])
def way_back(request: HttpRequest) -> HttpResponseBase:
    """Help somebody back in whose address and devices no longer work: look for them, choose, then the link."""
    form = WayBackForm(posted(request))
    if request.method != "POST":
        return render(request, "host/way_back.html", {"form": form})
    if not form.is_valid():
        return not_kept(request, "host/way_back.html", {}, form)
    found = list(Person.objects.found_by(form.cleaned_data["who"])[:FOUND])
    chosen = next((one for one in found if str(one.pk) == request.POST.get("person")), None)
    if chosen is None:
        return render(request, "host/way_back.html", {"form": form, "found": found, "looked": True})
    way, token = ways_back.make(chosen, by=cast(Person, cast(PersonRequest, request).person), as_host=True)
    link = request.build_absolute_uri(reverse("people:way_back", args=[token]))
    if wants_json(request):
        return kept(request, link, id=way.pk)
    return render(request, "host/way_back_made.html", {"way": way, "link": link}, status=201)
