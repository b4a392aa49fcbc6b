"""`snowdrop import instagram`, beneath `import_`: which posts, and what is said of them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.text import Text

from snowdrop.archive.importers.instagram import bringing, export
from snowdrop.archive.importers.instagram.bringing import Summary
from snowdrop.archive.importers.instagram.export import WhichAccount
from snowdrop.host.command.progress import bar
from snowdrop.host.failure import Failure
from snowdrop.memorials.access import Viewer
from snowdrop.people import zones


def go(paths: list[Path], viewer: Viewer, *, account: str, after: str, dry_run: bool) -> Summary:
    """Raises Failure, NotAFolder, DiskIsFull."""
    choose = bringing.only_after(_day(after), zones.of(viewer.person)) if after else bringing.into_the_story
    try:
        with export.opened(paths, account=account) as opened, bar(_("Posts")) as told:
            if dry_run:
                return bringing.look_through(opened, by=viewer, choose=choose)
            return bringing.bring_in(opened, by=viewer, choose=choose, tell=told)
    except WhichAccount as which:
        accounts = ", ".join(which.accounts)
        raise Failure(
            _("These are exports of more than one account: %(accounts)s. Say which with --account NAME.")
            % {"accounts": accounts}
        ) from which


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Failure(_("%(text)s is no date such as 2024-03-01.") % {"text": text}) from error


def line(name: str, sentence: str | Promise) -> Text:
    # A name may hold what a terminal obeys.
    printable = "".join(c if c.isprintable() else "�" for c in name)
    return Text(f"{printable}: ", style="yellow").append(str(sentence), style="default")


def say(summary: Summary, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_as_json(summary, dry_run=dry_run)))
        return
    console = Console(highlight=False, soft_wrap=True)
    for name, sentence in summary.not_taken:
        console.print(line(name, sentence))
    for name in summary.missing:
        console.print(line(name, bringing.MISSING))
    for name in summary.films:
        console.print(line(name, bringing.FILM))
    for sentence in _sentences(summary, dry_run=dry_run):
        console.print(sentence)


def _as_json(summary: Summary, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "came": summary.came,
        "pictures": summary.pictures,
        "here": summary.here,
        "left_out": summary.left_out,
        "films": summary.films,
        "missing": summary.missing,
        "not_taken": [{"name": name, "reason": str(sentence)} for name, sentence in summary.not_taken],
        "not_understood": summary.not_understood,
    }


def _sentences(summary: Summary, *, dry_run: bool) -> list[str]:
    came, pictures = summary.came, summary.pictures
    if dry_run:
        first = ngettext("%(count)s post would come,", "%(count)s posts would come,", came) % {"count": came}
    else:
        first = ngettext("%(count)s post came,", "%(count)s posts came,", came) % {"count": came}
    # Translators: the end of "3 posts came, with 5 photographs."
    with_them = ngettext("with %(count)s photograph.", "with %(count)s photographs.", pictures) % {"count": pictures}
    said = [f"{first} {with_them}"]
    if here := summary.here:
        said.append(ngettext("%(count)s is here already.", "%(count)s are here already.", here) % {"count": here})
    if out := summary.left_out:
        said.append(ngettext("%(count)s was left out.", "%(count)s were left out.", out) % {"count": out})
    if films := len(summary.films):
        said.append(
            ngettext(
                "%(count)s film was not brought in yet; it stays in your export.",
                "%(count)s films were not brought in yet; they stay in your export.",
                films,
            )
            % {"count": films}
        )
    if missing := len(summary.missing):
        said.append(
            ngettext(
                "%(count)s picture is not in the export, see above.",
                "%(count)s pictures are not in the export, see above.",
                missing,
            )
            % {"count": missing}
        )
    if unclear := summary.not_understood:
        said.append(
            ngettext(
                "%(count)s entry of the lists was not understood.",
                "%(count)s entries of the lists were not understood.",
                unclear,
            )
            % {"count": unclear}
        )
    return said
