"""Somebody comes in by a code, on one screen: an address, then the digits. Used wherever a person is needed."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snowdrop.config import limits
from snowdrop.config.limits import TooMany
from snowdrop.people import codes
from snowdrop.people.forms import AddressForm, CodeForm
from snowdrop.people.limited import network_here
from snowdrop.people.models import Session
from snowdrop.people.sessions import SessionStore

_SENT_TO = "sent_to"
_SENT_AGAIN = "sent_again"


def send_code(email: str, *, session: Session, network: str) -> str:
    """Send a code to this address; return a sentence where the mail could not go. Raises TooMany."""
    limits.take("codes to a network", network)
    try:
        codes.send(email, session=session)
    except (OSError, SMTPException):
        return _("The mail could not be sent just now. Please try again in a few minutes.")
    return ""


def many_codes(many: TooMany) -> str:
    """The sentence for whoever asked for many codes."""
    sentence = ngettext(
        "Several codes went out already. Please wait %(minutes)d minute, then try again.",
        "Several codes went out already. Please wait %(minutes)d minutes, then try again.",
        many.minutes,
    )
    return sentence % {"minutes": many.minutes}


class Coming:
    """What one screen shows and takes: `address` and, once a code was sent, `code`."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.store = cast(SessionStore, request.session)
        self.sent_to: str = self.store.get(_SENT_TO, "") if self.store.session_key else ""
        self.sent_again: bool = bool(self.sent_to) and self.store.get(_SENT_AGAIN) == self.sent_to
        posted = request.POST if request.method == "POST" else None
        self.posted = posted is not None
        self.types_code = posted is not None and "code" in posted and bool(self.sent_to)
        self.address = AddressForm(None if self.types_code or posted is None else posted)
        self.code = CodeForm(posted if self.types_code else None)
        self.too_many: TooMany | None = None

    @property
    def session(self) -> Session:
        return self.store.row_now()

    def send(self) -> bool:
        """Send a code if the address can be meant; say why not in the form."""
        if not self.address.is_valid():
            return False
        email = self.address.cleaned_data["email"]
        try:
            why_not = send_code(email, session=self.session, network=network_here(self.request))
        except TooMany as many:
            self.too_many = many
            why_not = many_codes(many)
        if why_not:
            self.address.add_error("email", ValidationError(why_not))
            return False
        if email == self.sent_to:
            self.sent_again = True
            self.store[_SENT_AGAIN] = email
        self.sent_to = email
        self.store[_SENT_TO] = email
        return True

    def proven(self) -> str | None:
        """Return the address that the typed digits prove, or None with a sentence in the form."""
        if not self.code.is_valid():
            return None
        try:
            limits.take("typing codes", network_here(self.request))
            email = codes.proven(self.code.cleaned_data["code"], session=self.session)
        except TooMany as many:
            self.too_many = many
            sentence = ngettext(
                "Many digits were typed for this address. Please wait %(minutes)d minute, then try again.",
                "Many digits were typed for this address. Please wait %(minutes)d minutes, then try again.",
                many.minutes,
            )
            self.code.add_error("code", ValidationError(sentence % {"minutes": many.minutes}))
            return None
        except codes.WrongCode:
            self.code.is_wrong()
            return None
        self.forget()
        return email

    def page(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        """Answer with the screen: as it is first shown, or with the sentence that says why nobody came in."""
        if self.too_many is None:
            return render(
                self.request, template, {"coming": self, **(context or {})}, status=422 if self.posted else 200
            )
        # The screen, and not the page for too much at once: there may be another way in on it.
        answer = render(self.request, template, {"coming": self, **(context or {})}, status=429)
        answer["Retry-After"] = str(self.too_many.seconds)
        return answer

    def forget(self) -> None:
        self.store.pop(_SENT_TO, None)
        self.store.pop(_SENT_AGAIN, None)
        self.sent_to, self.sent_again = "", False
