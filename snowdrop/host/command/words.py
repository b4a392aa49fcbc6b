"""`snowdrop words`: bring in words that came in a chat, by mail, on Facebook, in a text or a table, of any size."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from snowdrop.archive.importers.elsewhere import bringing
from snowdrop.archive.importers.elsewhere.bringing import Summary, Way
from snowdrop.archive.importers.elsewhere.came import CannotBring
from snowdrop.archive.importers.elsewhere.whatsapp.stamps import Order
from snowdrop.host.command.import_ import keeper_of, memorial_at
from snowdrop.host.command.import_posts import line
from snowdrop.host.command.options import AsJson, Data
from snowdrop.host.command.progress import bar
from snowdrop.host.failure import Failure
from snowdrop.memorials.access import Act, Viewer, stand
from snowdrop.people import zones
from snowdrop.words.book import NobodyAsked


class First(Enum):
    DAY = "day"
    MONTH = "month"


ORDERS = {First.DAY: Order.DAY_FIRST, First.MONTH: Order.MONTH_FIRST}


def run(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="A chat of WhatsApp, mails (mbox), an export of Facebook, a text or a table."
        ),
    ],
    memorial: Annotated[str, typer.Option("--memorial", metavar="ADDRESS", help="The memorial's address.")],
    by: Annotated[
        str, typer.Option("--by", metavar="E-MAIL", help="The keeper who brings them. Default: who began the memorial.")
    ] = "",
    order: Annotated[
        First | None, typer.Option("--order", help="WhatsApp: what stands first in a day such as 3/4.")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="NAME", help="Leave out what this person wrote; may be given again."),
    ] = None,
    own_only: Annotated[
        bool,
        typer.Option("--own-only", help="Mails: leave out the letters they answer and what stands below the name."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come, and change nothing.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Let words that came elsewhere wait to be read first. The same again adds nothing; broken off, it goes on."""
    viewer = keeper_of(memorial_at(memorial), by)
    viewer.check(Act.BRING_WORDS)
    if not path.exists():
        raise Failure(_("There is nothing at %(path)s.") % {"path": path})
    way = Way(ORDERS[order] if order else None, frozenset(without or ()), own_only)
    try:
        looked = _look(path, viewer, way)
        if dry_run:
            summary = looked
        else:
            summary = _bring(path, viewer, way, looked.words)
    except CannotBring as error:
        raise Failure(str(error.sentence)) from error
    except NobodyAsked as error:
        raise Failure(_("Say first who could read what comes, on the page “How words come here”.")) from error
    _say(summary, looked, viewer, dry_run=dry_run, as_json=as_json)


def _look(path: Path, viewer: Viewer, way: Way) -> Summary:
    looked = bringing.look_through(path, by=viewer, way=way)
    if looked.tally.day_is_a_guess:
        raise Failure(
            _("This file does not tell whether 3/4 is in March or in April. Say --order day, or --order month.")
        )
    for name in sorted(way.without - looked.without.keys()):
        raise Failure(
            _("Nobody called %(name)s wrote in this file; --dry-run --json tells the names.") % {"name": name}
        )
    return looked


def _bring(path: Path, viewer: Viewer, way: Way, total: int) -> Summary:
    with bar(_("Words")) as told:
        return bringing.bring_in(
            path,
            by=lambda: stand(viewer.memorial, viewer.person),
            way=way,
            tell=lambda words, _new: told(words, total),
        )


def _say(summary: Summary, looked: Summary, viewer: Viewer, *, dry_run: bool, as_json: bool) -> None:
    here = 0 if dry_run else summary.words - summary.new
    came = summary.words if dry_run else summary.new
    zone, tally = zones.of(viewer.person), summary.tally
    days = [at.astimezone(zone).date().isoformat() if at else None for at in (looked.first, looked.last)]
    if as_json:
        told = {
            "dry_run": dry_run,
            "place": summary.place or "text",
            "came": came,
            "here": here,
            "first": days[0],
            "last": days[1],
            "names": looked.names,
            "left_out": {why.value: count for why, count in tally.counts.items()},
            "without": dict(summary.without),
            "missing": tally.missing,
            "not_taken": [{"name": name, "reason": str(sentence)} for name, sentence in tally.named],
        }
        print(json.dumps(told))
        return
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for name, sentence in tally.named:
        console.print(line(name, sentence))
    for name in tally.missing:
        console.print(line(name, _("It is not in the export.")))
    for sentence in _sentences(came, here, days, zone.key, dry_run=dry_run):
        console.print(sentence)
    for name, count in sorted(summary.without.items()):
        texts = ngettext("%(count)s text was left out.", "%(count)s texts were left out.", count) % {"count": count}
        console.print(line(name, texts))
    for sentence in tally.sentences():
        console.print(sentence)


def _sentences(came: int, here: int, days: list[str | None], zone: str, *, dry_run: bool) -> list[str]:
    if dry_run:
        said = [
            # Translators: "text" is something that one person wrote: a message, a mail, a comment
            ngettext("%(count)s text would come.", "%(count)s texts would come.", came) % {"count": came}
        ]
    else:
        said = [
            ngettext(
                "%(count)s text came and waits to be read first.",
                "%(count)s texts came and wait to be read first.",
                came,
            )
            % {"count": came}
        ]
    if here:
        said.append(ngettext("%(count)s is here already.", "%(count)s are here already.", here) % {"count": here})
    if days[0]:
        said.append(
            _("From %(first)s to %(last)s, in the time zone %(zone)s.")
            % {"first": days[0], "last": days[1], "zone": zone}
        )
    return said
