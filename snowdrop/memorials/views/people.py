"""Asking people in, and who is here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from snowdrop.config.limits import TooMany
from snowdrop.memorials import bringing_back, inviting, telling
from snowdrop.memorials.access import Act, MemorialRequest, anyone, needs, working
from snowdrop.memorials.audiences import what_they_see
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.forms import AskForm, ComeInForm, LetKnowForm, LinksForm, MemberForm
from snowdrop.memorials.head import head
from snowdrop.memorials.models import GuestLink, Invitation, Knock, Membership
from snowdrop.people import means, naming, proof, quiet, ways_back
from snowdrop.people.limited import limited
from snowdrop.people.models import Person
from snowdrop.people.proof import asked_again
from snowdrop.people.standing import PersonRequest
from snowdrop.people.views.devices import gone
from snowdrop.web.answers import kept, not_kept, posted, wants_json
from snowdrop.web.squares import square

_ASKING = "asking_in"
_KEY = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Paper:
    """A link to give to somebody, in letters and as a square for a camera. It is shown once."""

    row: Invitation | GuestLink
    link: str
    square: SafeString

    @property
    def they_see(self) -> str:
        return what_they_see(Circle(self.row.circle) if isinstance(self.row, Invitation) else Circle.LINK)


def _paper(request: HttpRequest, row: Invitation | GuestLink, token: str) -> Paper:
    name = "memorials:enter" if isinstance(row, GuestLink) else "memorials:invitation"
    link = request.build_absolute_uri(reverse(name, args=[token]))
    return Paper(row, link, square(link))


@working
@needs(Act.KEEP)
@limited("asking in")
@require_http_methods(["GET", "POST"])
def ask_in(request: MemorialRequest) -> HttpResponseBase:
    """Who they are; then the link to give them, to print, or sent to them by mail."""
    viewer = request.viewer
    wished = {name: request.GET[name] for name in ("circle",) if name in request.GET}
    if _ASKING in request.session:
        wished["called"] = request.session[_ASKING]  # typed before it was asked whether it is them
    form = AskForm(viewer, posted(request), initial=wished)
    if request.method != "POST":
        return render(request, "memorials/ask_in.html", {**head(viewer), "form": form})
    if not form.is_valid():
        return not_kept(request, "memorials/ask_in.html", head(viewer), form)
    said = form.cleaned_data
    here = request.session.row
    if said["circle"] == str(Circle.KEEPERS.value) and here and not proof.is_recent(here, timezone.now()):
        request.session[_ASKING] = said["called"]
        return proof.to_the_question(request, f"{request.path}?circle={said['circle']}")
    request.session.pop(_ASKING, None)
    if own_name := said.get("own_name"):
        naming.call(cast(Person, viewer.person), own_name)
    mailed_to = said["email"]
    try:
        with transaction.atomic():  # where no mail may go now, no link is made either: they can press again
            paper = _made(request, said)
            if mailed_to:
                inviting.mail(paper.row, mailed_to, link=paper.link, by=viewer)
    except TooMany as many:
        form.add_error("email", ValidationError(_many_mails(many)))
        answer = not_kept(request, "memorials/ask_in.html", head(viewer), form, status=429)
        answer["Retry-After"] = str(many.seconds)
        return answer
    except (OSError, SMTPException):
        mailed_to = ""  # it could not be handed over; the link is kept, to be given in another way
    if wants_json(request):
        return kept(request, paper.link, id=paper.row.pk)
    # Shown once, on the answer itself: a token stands in no address of ours and in no session.
    context = {"paper": paper, "mailed_to": mailed_to, "not_mailed": said["email"] and not mailed_to}
    return render(request, "memorials/asked_in.html", head(viewer) | context, status=201)


def _made(request: MemorialRequest, said: dict[str, Any]) -> Paper:
    row: GuestLink | Invitation
    if said["circle"] == "link":
        row, token = inviting.make_link(said["called"], by=request.viewer, lasts=said["lasts"])
    else:
        row, token = inviting.ask_in(
            said["called"],
            Circle(int(said["circle"])),
            by=request.viewer,
            duties=[Duty(duty) for duty in said["duties"]],
            uses=said["uses"],
            lasts=said["lasts"] or inviting.A_MONTH,
        )
    return _paper(request, row, token)


def _many_mails(many: TooMany) -> str:
    sentence = ngettext(
        "Many mails went out already. Please wait %(minutes)d minute, or leave this empty and give them the link "
        "yourself.",
        "Many mails went out already. Please wait %(minutes)d minutes, or leave this empty and give them the link "
        "yourself.",
        many.minutes,
    )
    return sentence % {"minutes": many.minutes}


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def make_links(request: MemorialRequest) -> HttpResponseBase:
    """Several links to read at once, one for each name."""
    viewer = request.viewer
    form = LinksForm(posted(request))
    if request.method != "POST":
        return render(request, "memorials/make_links.html", {**head(viewer), "form": form})
    if not form.is_valid():
        return not_kept(request, "memorials/make_links.html", head(viewer), form)
    made = inviting.make_links(form.cleaned_data["names"], by=viewer, lasts=form.cleaned_data["lasts"])
    papers = [_paper(request, link, token) for link, token in made]
    if wants_json(request):
        links = [{"id": str(paper.row.pk), "called": paper.row.called, "url": paper.link} for paper in papers]
        return JsonResponse({"links": links}, status=201)
    return render(request, "memorials/links_made.html", {**head(viewer), "papers": papers}, status=201)


@working
@needs(Act.KEEP)
@require_http_methods(["GET"])
def people(request: MemorialRequest) -> HttpResponseBase:
    """Who is here, who was asked, who reads by a link. `?removed=` says once more who was just taken out."""
    return _people(request, removed=_just_removed(request))


def _just_removed(request: MemorialRequest) -> Membership | None:
    id = request.GET.get("removed", "")
    if not _KEY.fullmatch(id):
        return None
    gone = Membership.objects.filter(memorial=request.viewer.memorial, removed_at__isnull=False)
    return gone.filter(pk=int(id)).select_related("person").first()


def _people(
    request: MemorialRequest, *, said: str = "", removed: Membership | None = None, status: int = 200
) -> HttpResponse:
    viewer, here = request.viewer, request.viewer.memorial
    context = {
        "members": Membership.objects.live().filter(memorial=here).select_related("person").order_by("since"),
        "left": Membership.objects.left().filter(memorial=here).select_related("person"),
        "knocks": Knock.objects.waiting(here),
        "asked_before": Knock.objects.asked_before(here),
        "invitations": Invitation.objects.open().filter(memorial=here).select_related("asked_by").order_by("pk"),
        "links": GuestLink.objects.open().filter(memorial=here).select_related("made_by").order_by("pk"),
        "said": said,
        "removed": removed,
    }
    return render(request, "memorials/people.html", head(viewer) | context, status=status)


def _member(request: MemorialRequest, id: int) -> Membership:
    """Return a friend or relative who belongs here."""
    here = Membership.objects.live().filter(memorial=request.viewer.memorial, circle__lt=Circle.KEEPERS)
    return get_object_or_404(here.select_related("person"), pk=id)


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def member(request: MemorialRequest, id: int) -> HttpResponseBase:
    """How close somebody stands, and what they do for the family."""
    viewer = request.viewer
    row = _member(request, id)
    now = {"circle": str(row.circle), "is_trusted": row.is_trusted, "duties": [duty.value for duty in row.duties]}
    form = MemberForm(posted(request), initial=now)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        inviting.change(row, said["circle"], trusted=said["is_trusted"], duties=said["duties"], by=viewer)
        return kept(request, reverse("memorials:people", args=[viewer.memorial.slug]), id=row.pk)
    if form.errors:
        return not_kept(request, "memorials/member.html", {**head(viewer), "member": row}, form)
    return render(request, "memorials/member.html", {**head(viewer), "member": row, "form": form})


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def remove(request: MemorialRequest, id: int) -> HttpResponseBase:
    """Take a friend or relative out: asked once, and then said with the way to ask them in again."""
    if request.method == "GET":
        return render(request, "memorials/remove.html", {**head(request.viewer), "member": _member(request, id)})
    row = get_object_or_404(Membership, pk=id, memorial=request.viewer.memorial)
    try:
        inviting.remove(row, by=request.viewer)
    except inviting.KeeperStays:
        sentence = _("Whoever looks after this page is as much at home here as you are. You cannot end that alone.")
        if wants_json(request):
            return JsonResponse({"errors": {"": [sentence]}}, status=422)
        return _people(request, said=sentence, status=422)
    here = reverse("memorials:people", args=[request.viewer.memorial.slug])
    return kept(request, f"{here}?removed={row.pk}", id=row.pk)


@working
@needs(Act.KEEP)
@limited("sending mails")
@asked_again
@require_http_methods(["GET", "POST"])
def way_back(request: MemorialRequest, id: int) -> HttpResponseBase:
    """Help a member back in: first what it means, then the link, which is shown once."""
    viewer = request.viewer
    members = Membership.objects.live().exclude(person=viewer.person).select_related("person")
    row = get_object_or_404(members, pk=id, memorial=viewer.memorial)
    context = {**head(viewer), "member": row}
    if request.method != "POST":
        return render(request, "memorials/way_back.html", context)
    try:
        way, token = bringing_back.make_way_back(row, by=viewer)
    except ways_back.WasStopped as stopped:
        return render(request, "memorials/way_back.html", {**context, "until": stopped.until}, status=409)
    except bringing_back.OpensOthers:
        return render(request, "memorials/way_back.html", {**context, "opens_others": True}, status=409)
    except ways_back.OnlyByHost:
        return render(request, "memorials/way_back.html", {**context, "only_by_host": True}, status=409)
    link = request.build_absolute_uri(reverse("people:way_back", args=[token]))
    if wants_json(request):
        return kept(request, link, id=way.pk)
    return render(request, "memorials/way_back_made.html", {**context, "way": way, "link": link}, status=201)


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def take_back(request: MemorialRequest, id: int) -> HttpResponseBase:
    """Take an invitation back: asked once."""
    if request.method == "GET":
        waiting = get_object_or_404(Invitation.objects.open(), pk=id, memorial=request.viewer.memorial)
        return render(request, "memorials/take_back.html", {**head(request.viewer), "invitation": waiting})
    row = get_object_or_404(Invitation, pk=id, memorial=request.viewer.memorial)
    inviting.take_back(row, by=request.viewer)
    return kept(request, reverse("memorials:people", args=[request.viewer.memorial.slug]), id=row.pk)


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def end_link(request: MemorialRequest, id: int) -> HttpResponseBase:
    """End a link to read: asked once."""
    if request.method == "GET":
        link = get_object_or_404(GuestLink.objects.open(), pk=id, memorial=request.viewer.memorial)
        return render(request, "memorials/end_link.html", {**head(request.viewer), "link": link})
    row = get_object_or_404(GuestLink, pk=id, memorial=request.viewer.memorial)
    inviting.end_link(row, by=request.viewer)
    return kept(request, reverse("memorials:people", args=[request.viewer.memorial.slug]), id=row.pk)


@working
@needs(Act.KEEP)
@require_http_methods(["GET", "POST"])
def let_know(request: MemorialRequest) -> HttpResponseBase:
    viewer = request.viewer
    form = LetKnowForm(viewer, posted(request))
    if request.method == "POST" and form.is_valid():
        address = request.build_absolute_uri(reverse("front"))
        telling.let_know(form.cleaned_data["members"], by=viewer, address=address)
        return kept(request, f"{reverse('memorials:page', args=[viewer.memorial.slug])}?told=yes")
    if form.errors:
        return not_kept(request, "memorials/let_know.html", head(viewer), form)
    return render(request, "memorials/let_know.html", {**head(viewer), "form": form})


@working
@anyone
@limited("opening links")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Who invited whom, before anything private shows; a button to come in. Looking uses nothing up."""
    who = cast(PersonRequest, request).person
    found = inviting.find(token, person=who)
    if found is None and who is not None and (member := inviting.came_by(token, person=who)) is not None:
        return redirect("memorials:page", member.memorial.slug)
    if found is None:
        return render(request, "memorials/link_is_over.html", status=410)
    person = cast(PersonRequest, request).person
    form = ComeInForm(person, posted(request), initial={"name": "" if found.is_for_several else found.called})
    if request.method == "POST" and form.is_valid():
        try:
            membership = inviting.accept(token, person=person, name=form.cleaned_data["name"])
        except inviting.LinkIsOver:
            return render(request, "memorials/link_is_over.html", status=410)
        if form.cleaned_data.get("may_write"):
            quiet.write_when_new(by=membership.person)
        if person is None:
            request.session.sign_in(membership.person)  # type: ignore[attr-defined]
            return redirect("memorials:came_in", membership.memorial.slug)
        return redirect("memorials:page", membership.memorial.slug)
    context = {"invitation": found, "token": token, "form": form, "means": means.of(person) if person else None}
    return render(request, "memorials/invitation.html", context, status=422 if form.errors else 200)


@working
@anyone
@limited("opening links")
@require_http_methods(["POST"])
def somebody_else(request: HttpRequest, token: str) -> HttpResponseBase:
    """Sign out whoever is signed in here, and come back to the same invitation: a tablet goes from hand to hand."""
    if inviting.find(token) is None:
        return render(request, "memorials/link_is_over.html", status=410)
    back = reverse("memorials:invitation", args=[token])
    if cast(PersonRequest, request).person is None:
        return redirect(back)
    return gone(request, to=back)


@working
@anyone
@limited("opening links")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link to read without an account: a GET shows a button, the button enters."""
    found = inviting.find_link(token)
    if found is None:
        return render(request, "memorials/link_is_over.html", status=410)
    if request.method == "POST":
        if request.session.session_key is None or request.session.row is None:  # type: ignore[attr-defined]
            request.session.create()
        try:
            link = inviting.enter(token, session=request.session.row)  # type: ignore[attr-defined]
        except inviting.LinkIsOver:
            return render(request, "memorials/link_is_over.html", status=410)
        return redirect("memorials:page", link.memorial.slug)
    return render(request, "memorials/enter.html", {"maker": found.made_by.name if found.made_by else ""})
