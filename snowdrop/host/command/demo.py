"""`snowdrop demo`: an invented family's page, and the ways into it."""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from snowdrop.host import address, command
from snowdrop.host.command.options import Data
from snowdrop.host.command.progress import bar
from snowdrop.host.failure import Failure
from snowdrop.host.folder import make_folder

JSON_HELP = (
    "Print address, memorial, links and cookies by role as JSON. Roles: keeper, second_keeper, family, friend, "
    "companion, link, public (no cookie), elsewhere (looks after another page). To public and elsewhere the page "
    "answers 404: the family has not opened it to everyone."
)


def run(
    data: Data = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The port of the server. Default: where it was last served.")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address people use, such as https://pages.example.org.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Make an invented family's page, also while the server runs. Again, it only says where it is."""
    if data is not None:
        os.environ["SNOWDROP_DATA"] = str(data)
    folder = Path(os.environ.get("SNOWDROP_DATA", "data")).resolve()
    os.environ["SNOWDROP_DATA"] = str(folder)
    # Whether the address has https decides the cookie's name, so it has to be known before the settings.
    known = public_url or (f"http://localhost:{port}" if port else address.last_of(folder))
    if known:
        os.environ["SNOWDROP_PUBLIC_URL"] = known
    make_folder(folder)
    command.settle([])
    _make_the_house_ready()
    # Models can be imported only now.
    making, ways_in = (import_module(f"snowdrop.host.demo.{name}") for name in ("making", "ways_in"))
    refusals = (import_module("snowdrop.storage.room").DiskIsFull, import_module("snowdrop.storage.cage").CouldNotOpen)
    at = settings.PUBLIC_URL or address.DEFAULT
    try:
        # Translators: beside a progress bar on the terminal.
        with bar(_("Photographs")) as told:
            memorial = making.make(told)
        if as_json:
            print(json.dumps(ways_in.ways_in(memorial, at)))
        else:
            for line in ways_in.in_words(memorial, at):
                print(line)
    except refusals as error:
        raise Failure(str(error.sentence)) from error
    except DatabaseError as error:
        raise Failure(_("The database is not ready. Is Snowdrop just starting? Then try again in a minute.")) from error


def _make_the_house_ready() -> None:
    """Make folder and database where nobody has: a running server did, and it holds the lock."""
    house = import_module("snowdrop.host.house")
    try:
        held = house.lock(settings.DATA, patience=0.0)
    except Failure:
        return
    try:
        house.make_ready(lambda _line: None)
    finally:
        os.close(held)
