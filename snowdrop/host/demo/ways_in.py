"""How to look at the demo through the eyes of each who may: addresses, and sessions made for them."""

from __future__ import annotations

from typing import TypedDict

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from snowdrop.host.demo import making
from snowdrop.host.demo.family import LINK_IS_FOR, MARA, ROLES
from snowdrop.memorials import inviting
from snowdrop.memorials.access import stand
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person, Session
from snowdrop.people.sessions import SessionStore


class WaysIn(TypedDict):
    address: str
    memorial: str  # its slug
    links: dict[str, str]  # by role
    cookies: dict[str, str]  # by role: "name=value", or "" for those who bring none


def ways_in(memorial: Memorial, address: str) -> WaysIn:
    """Return how each role reaches the page. Every call makes new sessions, and nothing else anew."""
    page = page_of(memorial, address)
    token = token_of_link(memorial)
    cookies = {role: _cookie(_signed_in(Person.objects.get(email=one.address))) for role, one in ROLES.items()}
    guest = _session()
    inviting.enter(token, session=_row(guest))
    return {
        "address": address,
        "memorial": memorial.slug,
        "links": {**dict.fromkeys(ROLES, page), "link": _link(token, address), "public": page},
        "cookies": {**cookies, "link": _cookie(guest), "public": ""},
    }


def in_words(memorial: Memorial, address: str) -> list[str]:
    """Return the lines for a terminal: how to read the page, and how to look after it."""
    return [
        _("An invented family's page, to look around in. As a guest:"),
        f"  {_link(token_of_link(memorial), address)}",
        # Translators: %(person)s is a mail address.
        _("As the one who looks after it: sign in as %(person)s at") % {"person": MARA.address},
        f"  {address}{reverse('people:come_in')}",
    ]


def page_of(memorial: Memorial, address: str) -> str:
    return address + reverse("memorials:page", args=[memorial.slug])


def token_of_link(memorial: Memorial) -> str:
    """The link that a guest reads by; a new one where somebody trying the demo has ended it."""
    token = making.token_of_link(memorial)
    if inviting.find_link(token) is None:
        keeper = stand(memorial, Person.objects.get(email=MARA.address))
        _made, token = inviting.make_link(LINK_IS_FOR, by=keeper)
    return token


def _link(token: str, address: str) -> str:
    return address + reverse("memorials:enter", args=[token])


def _session() -> SessionStore:
    store = SessionStore()
    store.create()
    return store


def _signed_in(person: Person) -> SessionStore:
    store = _session()
    store.sign_in(person)
    return store


def _row(store: SessionStore) -> Session:
    assert store.row is not None
    return store.row


def _cookie(store: SessionStore) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"
