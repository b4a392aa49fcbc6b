"""`snowdrop backup`: a whole copy, made while the house is in use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from snowdrop.host import backup, thinning
from snowdrop.host.command.options import AsJson, Data
from snowdrop.host.command.progress import bar
from snowdrop.host.failure import Failure


def run(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="The folder of the backups, best on another disk.")],
    data: Data = None,
    keep: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Keep the newest N copies of the database only. Default: all of them."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Back up everything while Snowdrop runs. Only new originals are copied.

    What was deleted for good thirty days ago and more is removed from the originals in the folder.
    """
    removed = thinning.Thinned()

    def thin(made: backup.Made) -> None:
        nonlocal removed
        removed = thinning.thin(made.folder.parent, made.folder, keep=keep, at=datetime.now(UTC))

    with bar(_("Originals")) as told:
        made = backup.make(to.resolve(), told=told, afterwards=thin)
    damaged, missing = made.manifest.damaged, made.manifest.missing
    if as_json:
        print(
            json.dumps(
                {
                    "folder": str(made.folder),
                    "rows": sum(made.manifest.tables.values()),
                    "originals": made.manifest.originals,
                    "new_originals": made.new_originals,
                    "new_bytes": made.new_bytes,
                    "damaged": damaged,
                    "missing": missing,
                    "removed_backups": removed.backups,
                    "removed_originals": removed.originals,
                }
            )
        )
    else:
        print(
            _("%(folder)s: %(rows)s rows, %(originals)s originals, %(new)s of them new")
            % {
                "folder": made.folder,
                "rows": sum(made.manifest.tables.values()),
                "originals": made.manifest.originals,
                "new": made.new_originals,
            }
        )
        if removed.backups or removed.originals:
            print(
                _("Removed from it: %(backups)s older backups, %(originals)s originals that no backup needs any more")
                % {"backups": removed.backups, "originals": removed.originals}
            )
    if damaged or missing:
        raise Failure(
            _("The backup was made, but originals are damaged (%(damaged)s) or not there (%(missing)s): %(first)s")
            % {"damaged": len(damaged), "missing": len(missing), "first": ", ".join([*damaged, *missing][:3])}
        )
