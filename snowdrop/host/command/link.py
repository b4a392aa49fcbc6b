"""`snowdrop link`: a one-time link, for the first host or for somebody who begins a page."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from snowdrop.host import address as house
from snowdrop.host.command.options import AsJson, Data
from snowdrop.host.failure import Failure
from snowdrop.people import cards
from snowdrop.people.models import Card


def run(
    data: Data = None,
    host: Annotated[bool, typer.Option("--host", help="For the first host: it makes who opens it the host.")] = False,
    note: Annotated[str, typer.Option(metavar="TEXT", help="What the link is for; only hosts see it.")] = "",
    uses: Annotated[int, typer.Option(min=1, help="How many people may begin a page by it.")] = 1,
    days: Annotated[int, typer.Option(min=1, help="How long it opens.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Make a link with which somebody begins a page without a mail address."""
    if host:
        token = cards.for_the_first_host()
        if token is None:
            raise Failure(_("There is a host already."))
    else:
        token = cards.make(Card.For.BEGINNING, note=note, uses=uses, days=days)
    here = settings.PUBLIC_URL or house.last_of(settings.DATA) or house.DEFAULT
    address = here + reverse("memorials:card", args=[token])
    print(
        json.dumps({"link": address, "uses": 1 if host else uses, "days": 1 if host else days}) if as_json else address
    )
