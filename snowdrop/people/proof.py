"""Recent proof: who is signed in shows once more that it is them, before what weighs more.

    @working
    @needs(Act.KEEP)
    @asked_again
    @require_http_methods(["GET", "POST"])
    def give_back(request): ...

"Only me" asks for it too, once nobody has been here on this device for a while. Whoever has no means to show
anything (neither address nor passkey nor sheet) is never shut out by this.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from snowdrop.people import means
from snowdrop.people.lifetimes import is_within
from snowdrop.people.models import SELF_LASTS, Person, Session
from snowdrop.people.standing import PersonRequest
from snowdrop.web.answers import not_done, wants_json

LASTS = timedelta(minutes=15)
_WRITES_AGAIN = timedelta(minutes=10)  # a visit sooner than this after the last one writes nothing

View = Callable[..., HttpResponseBase]


def is_recent(row: Session, now: datetime) -> bool:
    return is_within(row.proved_at, LASTS, now)


def asked_again(view: View) -> View:
    """Open a view only to whoever showed lately that it is them. Stands directly above `require_http_methods`.

    Others come to a page that asks, and from there back here where this address can be looked at; where it is only
    posted to, back to the form's own `next`. A client that wants JSON gets 403 and a sentence.
    """
    return _asked(view, lambda person: True)


def asked_again_if_possible(view: View) -> View:
    """The same for what adds or takes off a way in: whoever has none yet adds the first without being asked."""
    return _asked(view, means.has_any)


def _asked(view: View, has_to: Callable[[Person], bool]) -> View:
    methods = inspect.getclosurevars(view).nonlocals.get("request_method_list")
    if methods is None:
        raise ImproperlyConfigured("asked_again stands directly above require_http_methods.")

    @wraps(view)
    def at_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = cast(PersonRequest, request).session.row
        # Who is not signed in has nothing to show; whether they may come here was asked further up.
        if row is None or row.person is None or request.method not in methods:
            return view(request, *args, **kwargs)
        if is_recent(row, timezone.now()) or not has_to(row.person):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else request.path
        return to_the_question(request, back if "GET" in methods else request.POST.get("next", ""))

    return at_the_door


def to_the_question(request: HttpRequest, back: str) -> HttpResponseBase:
    """Lead to the page that asks whether it is you, and from there `back`."""
    if wants_json(request):
        return not_done(_("It has been a while. Load the page anew and show that it is you."), status=403)
    return HttpResponseRedirect(f"{reverse('people:prove')}?{urlencode({'next': back})}")


def self_is_open(row: Session, now: datetime) -> bool:
    """Whether "Only me" is open on this device: somebody was here within four hours, or has nothing to open it by."""
    if row.self_until is not None and is_within(row.self_until - SELF_LASTS, SELF_LASTS, now):
        return True
    return row.person is not None and not means.has_any(row.person)


def keep_self_open(row: Session, now: datetime) -> None:
    """A visit moves the four hours on while they last. Writes once in ten minutes, whatever is looked at."""
    until = row.self_until
    if until is None or not is_within(until - SELF_LASTS, SELF_LASTS, now):
        return
    if now + SELF_LASTS - until < _WRITES_AGAIN:
        return
    # The state it expects is named: what was closed since (signed out, cleared) is not opened again.
    if Session.objects.filter(pk=row.pk, self_until=until).update(self_until=now + SELF_LASTS):
        row.self_until = now + SELF_LASTS


def veiled_address(email: str) -> str:
    """Return `n…@example.org`: enough to know one's own address by, not enough to learn another's."""
    name, _at, house = email.rpartition("@")
    return f"{name[:1]}…@{house}"
