"""`snowdrop check`: whether everything is whole."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.text import Text

from snowdrop.host import checks
from snowdrop.host.command.options import AsJson, Data
from snowdrop.host.command.progress import bar

MARKS = {"ok": ("ok", "green"), "warning": ("look", "yellow"), "broken": ("BROKEN", "bold red")}


def run(
    data: Data = None,
    deep: Annotated[bool, typer.Option("--deep", help="Read every original, and the words to find texts by.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check versions, disk, database, originals and texts; exit code 1 when something is broken."""
    with bar(_("Originals")) as told:
        findings = list(checks.everything(deep=deep, told=told))
    broken = [finding for finding in findings if finding.state == "broken"]
    if as_json:
        print(json.dumps({"whole": not broken, "findings": [asdict(finding) for finding in findings]}))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for finding in findings:
            mark, style = MARKS[finding.state]
            console.print(Text(f"{mark:>6}  ", style=style).append(finding.sentence, style="default"))
    if broken:
        sys.exit(1)
