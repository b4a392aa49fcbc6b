"""Who listens, by country. The host looks after the list; a first one comes with Snowdrop."""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from snowdrop.dates.edtf import RoughDate, parse


class Kind(models.TextChoices):
    """Which part of the page a line stands in."""

    # Translators: an emergency number, such as 112.
    EMERGENCY = "emergency", _("The emergency number")
    TALK = "talk", _("Someone to talk to")
    OTHER = "other", _("Other help: papers, photographs, lists")


class SupportLineQuerySet(models.QuerySet["SupportLine"]):
    def shown(self) -> Self:
        return self.filter(taken_off_at=None)

    def in_order(self) -> Self:
        """A person on the phone first, then whoever answers in writing, then a website; then as the host orders."""
        way = models.Case(
            models.When(~models.Q(phone=""), then=0),
            models.When(~models.Q(text_to="") | ~models.Q(email=""), then=1),
            default=2,
        )
        return self.alias(way=way).order_by("way", "position", "name", "pk")


class SupportLine(models.Model):
    """One number, address or site where somebody listens or helps, as its source says it."""

    key = models.CharField(max_length=60, null=True, unique=True, editable=False)  # in the first list; else null
    kind = models.CharField(_("What kind of help"), max_length=10, choices=Kind, default=Kind.TALK)
    country = models.CharField(  # ISO 3166-1 alpha-2; empty: helps in any country
        _("Country"), max_length=2, blank=True
    )
    languages = models.CharField(  # ISO 639 codes with a space between
        _("Languages spoken there"), max_length=100, blank=True
    )
    written_in = models.CharField(  # so that a screen reader speaks it rightly; never translated
        _("Language of what is written here"), max_length=10, default="en"
    )
    name = models.CharField(pgettext_lazy("of an organisation", "Name"), max_length=120)
    about = models.TextField(_("What it is, and for whom"), max_length=600, blank=True)
    phone = models.CharField(_("Telephone"), max_length=40, blank=True)
    text_to = models.CharField(_("Number for text messages"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    web = models.URLField(_("Website"), max_length=300, blank=True)
    hours = models.CharField(_("When somebody answers"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(  # among equals, smaller first
        _("Place in the list"), default=100
    )
    source = models.CharField(_("Where this was found"), max_length=300)
    source_dated = models.CharField(_("How old that is"), max_length=60, blank=True)
    checked_on = models.DateField(null=True, editable=False)  # by the host; never by us beforehand
    edited_at = models.DateTimeField(null=True, editable=False)  # from then on the first list leaves it alone
    taken_off_at = models.DateTimeField(null=True, editable=False)

    objects = SupportLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="support_line_can_be_reached",
                condition=~models.Q(phone="", text_to="", email="", web=""),
                violation_error_message=_(
                    "How can people reach them? One of telephone, text message, e-mail or website is needed."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country or 'everywhere'}: {self.name}"

    @property
    def tel(self) -> str:
        """The number for a `tel:` link, which knows no spaces, brackets or dashes. Source: RFC 3966, section 3."""
        return _dialled(self.phone)

    @property
    def sms(self) -> str:
        return _dialled(self.text_to)

    @property
    def checked(self) -> RoughDate | None:
        """The day of the last check, in the form in which pages show dates."""
        return parse(self.checked_on.isoformat()) if self.checked_on else None

    @property
    def site(self) -> str:
        """The website as people say it: without the scheme and what follows the name."""
        return urlsplit(self.web).netloc.removeprefix("www.")


def _dialled(number: str) -> str:
    return ("+" if number.strip().startswith("+") else "") + re.sub(r"\D", "", number)
