"""Somebody who signs in."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def plain_address(text: str) -> str:
    """Return the form of a mail address under which it is compared: no spaces around, no capitals."""
    return text.strip().lower()  # and not casefold(), which would make of straße.example another house


class PersonManager(BaseUserManager["Person"]):
    def with_address(self, address: str) -> models.QuerySet[Person]:
        """Everybody with this address, the first who came first: two parents may share a mailbox."""
        return self.filter(email=plain_address(address)).order_by("began_at", "pk")

    def found_by(self, text: str) -> models.QuerySet[Person]:
        """Those whose whole name or whole address this is, for a host who looks for one of them."""
        named = models.Q(name__iexact=text) | models.Q(email=plain_address(text))
        return self.filter(named, closed_at=None).order_by("began_at", "pk")


class WordsMail(models.TextChoices):
    """When somebody is written to about words that people left with a family."""

    NEVER = "", _("Never")
    DAILY = "daily", _("At most once a day, where there is something new")
    # Translators: of words that strangers leave, which somebody reads before the family does
    AT_ONCE = "at_once", _("Soon, where I read first; elsewhere at most once a day")


class Person(AbstractBaseUser):
    """Somebody who signs in. There are no passwords: a mailed code, a passkey, a sheet."""

    password = None  # type: ignore[assignment]
    last_login = None

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Not unique: whoever reads a mailbox may be one of two who share it.
    email = models.EmailField(_("E-mail"), max_length=254, db_index=True, null=True, blank=True)
    name = models.CharField(_("What may we call you?"), max_length=80, blank=True)
    language = models.CharField(_("Language"), max_length=10, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True)  # a name such as Europe/Zurich
    wants_let_know = models.BooleanField(_("Somebody wants me to know that there is something new"), default=False)
    wants_waiting = models.BooleanField(_("Something waits for me on a page that I look after"), default=False)
    words_mail = models.CharField(_("Words that people left"), max_length=7, choices=WordsMail, blank=True, default="")
    mail_rests = models.BooleanField(default=False)  # nothing at all for now
    is_host = models.BooleanField(default=False)
    began_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)  # the account was closed: nobody comes in as them

    objects: PersonManager = PersonManager()

    USERNAME_FIELD = "uuid"

    class Meta:
        constraints = [
            models.CheckConstraint(name="person_email_is_plain", condition=~models.Q(email="")),
        ]
        indexes = [models.Index("id", "closed_at", "language", name="people_at_a_glance")]

    def __str__(self) -> str:
        return f"person {self.pk}"  # never a name: this text ends up in logs

    @property
    def called(self) -> str:
        """The name others see. Never the address: it is nobody else's business.

        Empty where the account was closed: what somebody like that left behind is signed by nobody.
        """
        return self.name if self.name or self.closed_at else str(_("Someone asked in"))

    def has_usable_password(self) -> bool:
        return False

    def get_session_auth_hash(self) -> str:
        return ""
