"""`snowdrop renditions`: make the copies that pages show from the originals."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snowdrop.host.command.options import AsJson, Data
from snowdrop.host.command.progress import bar
from snowdrop.host.failure import Failure
from snowdrop.keepsakes import again as copies
from snowdrop.storage.room import DiskIsFull


def run(
    again: Annotated[bool, typer.Option("--again", help="Also those that are there: all are made anew.")] = False,
    from_the_start: Annotated[
        bool, typer.Option("--from-the-start", help="Do not go on where an earlier run with --again was cut short.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make the copies that pages show, where they are missing. Snowdrop may run meanwhile."""
    with bar(_("Copies")) as told:
        try:
            made = copies.make(anew=again, from_the_start=from_the_start, told=told)
        except DiskIsFull as error:
            raise Failure(str(error.sentence)) from error
    if as_json:
        print(
            json.dumps(
                {
                    "pictures": made.pictures,
                    "recordings": made.recordings,
                    "documents": made.documents,
                    "went_on": made.went_on,
                    "not_made": made.not_made,
                }
            )
        )
    else:
        if made.went_on:
            print(_("It went on where an earlier run was cut short."))
        count = made.pictures + made.recordings + made.documents
        print(
            ngettext(
                "The copies of %(count)s original are there.", "The copies of %(count)s originals are there.", count
            )
            % {"count": count}
        )
    if made.not_made:
        count = len(made.not_made)
        raise Failure(
            ngettext(
                "Of %(count)s original no copies could be made: %(first)s. The original itself is as it came.",
                "Of %(count)s originals no copies could be made: %(first)s. The originals themselves are as they came.",
                count,
            )
            % {"count": count, "first": ", ".join(made.not_made[:3])}
        )
