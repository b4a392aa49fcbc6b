"""Leaving a page, and closing an account."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from snowdrop.memorials import keepers, leaving
from snowdrop.memorials.access import Act, MemorialRequest, needs, signed_in, standing_by, working
from snowdrop.memorials.forms import LeaveAllForm
from snowdrop.memorials.head import head, names_for
from snowdrop.memorials.views.keepers import refused
from snowdrop.people.models import Person
from snowdrop.people.proof import asked_again
from snowdrop.people.standing import PersonRequest
from snowdrop.web.answers import kept, not_kept, posted, wants_json


@working
@needs(Act.ADD)
@require_http_methods(["GET", "POST"])
def leave(request: MemorialRequest) -> HttpResponseBase:
    """Leave this page. Whoever alone looks after it is told what comes first."""
    viewer = request.viewer
    context = {**head(viewer), "is_keeper": viewer.is_keeper, "is_only_keeper": leaving.is_only_keeper(viewer)}
    if request.method == "POST":
        try:
            leaving.leave(by=viewer)
        except keepers.LastKeeper as why:
            return refused(request, "memorials/leave.html", context, why)
        return kept(request, reverse("memorials:mine"))
    return render(request, "memorials/leave.html", context)


@working
@signed_in
@asked_again
@require_http_methods(["GET", "POST"])
def leave_all(request: HttpRequest) -> HttpResponseBase:
    """Close the account: what would become of each page, and one choice."""
    person = cast(Person, cast(PersonRequest, request).person)
    standing = leaving.standings(person)
    can_stay = leaving.can_stay(person, standing)
    form = LeaveAllForm(posted(request), can_stay=can_stay)
    if request.method == "POST" and form.is_valid():
        try:
            leaving.leave_all(person, form.cleaned_data["words"])
        except leaving.OnlyKeeper:
            form.add_error(None, ValidationError(_("Somebody else has to look after a page of yours first.")))
        else:
            request.session.flush()
            cast(PersonRequest, request).person = None
            return _closed(request)
    context = _pages(standing) | {"can_stay": can_stay}
    if form.errors:
        return not_kept(request, "memorials/leave_all.html", context, form)
    return render(request, "memorials/leave_all.html", {**context, "form": form})


def _closed(request: HttpRequest) -> HttpResponseBase:
    return kept(request, reverse("front")) if wants_json(request) else render(request, "memorials/left_all.html")


def _pages(standing: list[leaving.Standing]) -> dict[str, object]:
    """Each page of one person's with its name, and what leaving means for it."""
    names = names_for([standing_by(one.membership) for one in standing])
    pages = [{"page": one, "name": names[one.membership.memorial_id]} for one in standing]
    return {
        "needed": [page for page, one in zip(pages, standing, strict=True) if one.is_needed],
        "ending": [page for page, one in zip(pages, standing, strict=True) if one.ends],
        "after": [page for page, one in zip(pages, standing, strict=True) if one.is_alone and one.has_successor],
    }
