"""Sessions in a table of our own, so that one statement can answer who stands here.

Django's own store would keep the key in clear and the person inside an opaque text. Here the key is
hashed and the person is a column; `settings.SESSION_ENGINE` names this module.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from snowdrop.people import agents, tokens
from snowdrop.people.models import SELF_LASTS, Person, Session, session_of


class SessionStore(SessionBase):
    """Keeps its data in `Session`; `person` is the one who signed in, or None."""

    row: Session | None = None
    agent: str = ""  # what the browser says of itself; only a short name made of it is ever kept

    @property
    def person(self) -> Person | None:
        self._get_session()  # type: ignore[attr-defined]
        return self.row.person if self.row else None

    def row_now(self) -> Session:
        """The row of this session, made now where the browser brought none."""
        self._get_session()  # type: ignore[attr-defined]
        if self.row is None:
            self.create()
        assert self.row is not None
        return self.row

    def load(self) -> dict[str, Any]:
        key = self.session_key
        self.row = session_of(tokens.digest(key), now=timezone.now()) if key else None
        if self.row is None:
            self._session_key = None
            return {}
        if self.row.seen_on != timezone.now().date():
            self.modified = True  # one write a day moves the end of the year of visits
        return dict(self.row.data)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(key_hash=tokens.digest(session_key)).exists()

    def create(self) -> None:
        self._session_key = tokens.make()
        self.row = None
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        now = timezone.now()
        fields = {
            "data": data,
            "seen_on": now.date(),
            "expires_at": now + timedelta(seconds=settings.SESSION_COOKIE_AGE),
        }
        if must_create:
            try:
                with transaction.atomic():
                    self.row = Session.objects.create(key_hash=tokens.digest(self.session_key), **fields)
            except IntegrityError as error:
                raise CreateError from error
        elif not Session.objects.filter(key_hash=tokens.digest(self.session_key)).update(**fields):
            raise UpdateError
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(key_hash=tokens.digest(key)).delete()
        self.row = None

    def cycle_key(self) -> None:
        """Give the same row a new key: what hangs on the session (a guest's links) stays with it."""
        if self.row is None:
            return self.create()
        self._session_key = tokens.make()
        Session.objects.filter(pk=self.row.pk).update(key_hash=tokens.digest(self._session_key))
        self.modified = True
        return None

    def sign_in(self, person: Person) -> None:
        """Put this person behind the session, under a new key so that an older one is worth nothing.

        Whoever comes in has just shown that it is them, whatever way they came.
        """
        self._get_session()  # type: ignore[attr-defined]
        self.cycle_key()
        assert self.row is not None
        self.row.person, self.row.device = person, agents.short_name(self.agent)
        self.row.began_at = timezone.now()
        self.row.save(update_fields=["person", "device", "began_at"])
        self.prove()

    def prove(self) -> None:
        """Note that somebody showed just now that it is them, which also opens "Only me" on this device, and takes it
        back from the children.
        """
        self._get_session()  # type: ignore[attr-defined]
        assert self.row is not None
        self.row.proved_at = timezone.now()
        self.row.self_until = self.row.proved_at + SELF_LASTS
        self.row.children_at = ""
        self.row.save(update_fields=["proved_at", "self_until", "children_at"])

    def give_to_children(self, at: str) -> None:
        """Show nothing on this device but what is for children below `at`, until somebody shows that it is them."""
        self._get_session()  # type: ignore[attr-defined]
        assert self.row is not None
        # What was shown a moment ago does not count: the child may be the next to press.
        self.row.children_at, self.row.proved_at, self.row.self_until = at, None, None
        self.row.save(update_fields=["children_at", "proved_at", "self_until"])

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lte=timezone.now()).delete()


def is_live(cookie: str) -> bool:
    """Whether this cookie names a session, in one statement: asked before a large body is taken in."""
    return Session.objects.filter(key_hash=tokens.digest(cookie), expires_at__gt=timezone.now()).exists()
