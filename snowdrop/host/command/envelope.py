"""`snowdrop envelope`: pictures from a stick or a disc, put into a sealed envelope without anybody looking at them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from snowdrop.archive.importers.found import CannotRead, Found, NotAFolder, in_folders
from snowdrop.handover import claiming, giving
from snowdrop.handover.models import LONGEST_NAME, LONGEST_NOTE, Envelope
from snowdrop.host.command.import_ import keeper_of, memorial_at
from snowdrop.host.command.import_posts import line
from snowdrop.host.command.options import AsJson, Data
from snowdrop.host.failure import Failure
from snowdrop.keepsakes import adding
from snowdrop.storage import originals
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.room import DiskIsFull


class Consent(Enum):
    AGREED = Envelope.Said.AGREED.value
    HOLD = Envelope.Said.HOLD.value
    COULD_NOT_ASK = Envelope.Said.COULD_NOT_ASK.value


@dataclass
class Summary:
    """What came of the files."""

    put_in: int = 0
    damaged: list[str] = field(default_factory=list)  # put in, and only a part of each can be shown
    not_taken: list[tuple[str, str | Promise]] = field(default_factory=list)


def run(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders, files or packed folders (ZIP).")],
    giver: Annotated[str, typer.Option("--from", metavar="NAME", help="Who hands it over; it stands on the envelope.")],
    memorial: Annotated[str, typer.Option("--memorial", metavar="ADDRESS", help="The memorial's address.")] = "",
    card: Annotated[
        str, typer.Option("--card", metavar="CODE", help="The code on the card of a family without a memorial.")
    ] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A few words, read before it is opened.")] = "",
    consent: Annotated[
        Consent | None, typer.Option("--consent", help="What the parents said. It is needed with --card.")
    ] = None,
    said_on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="When. Default: today.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be put in, and change nothing.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put files into an envelope and seal it. Nobody is mailed; the family opens it when they choose."""
    for path in paths:
        if not path.exists():
            raise Failure(_("There is nothing at %(path)s.") % {"path": path})
    if bool(memorial) == bool(card):
        raise Failure(_("Name either --memorial or --card."))
    if card and consent is None:
        raise Failure(_("Say with --consent what the parents said: agreed, hold or could-not-ask."))
    if not giver.strip():
        raise Failure(_("Say with --from who hands it over."))
    try:
        envelope = None if dry_run else _envelope(memorial, card, giver)
        if dry_run:
            _check(memorial, card)
        summary = _go(paths, envelope)
    except DiskIsFull as error:
        raise Failure(str(error.sentence)) from error
    except NotAFolder as error:
        which = f"{error.path}: " if error.path else ""
        raise Failure(
            f"{which}{error.sentence} " + _("What came before is kept; the envelope is not closed.")
        ) from error
    if envelope is not None:
        try:
            _seal(envelope, giver=giver, note=note, consent=consent, said_on=said_on)
        except giving.IsEmpty as error:
            giving.close_empty(envelope)
            _say_what_is_wrong(summary)
            raise Failure(_("Nothing could be put into the envelope, so it was not closed.")) from error
    _say(summary, dry_run=dry_run, as_json=as_json)


def _check(memorial: str, card: str) -> None:
    """Raises Failure where there is no such memorial, or no envelope of such a card that can be filled."""
    if memorial:
        keeper_of(memorial_at(memorial), "")
        return
    _of_card(card)


def _of_card(card: str) -> Envelope:
    try:
        envelope = claiming.find(card)
    except claiming.NoSuchCard as error:
        raise Failure(_("No card has this code, or it was used.")) from error
    if not giving.may_be_filled(envelope):
        raise Failure(_("This envelope is closed and handed over."))
    return envelope


def _envelope(memorial: str, card: str, giver: str) -> Envelope:
    if card:
        return _of_card(card)
    # Its link is given to nobody: whoever sits here fills it now.
    return giving.make_link(giver.strip()[:LONGEST_NAME], by=keeper_of(memorial_at(memorial), ""))[0]


def _go(paths: list[Path], envelope: Envelope | None) -> Summary:
    summary = Summary()
    for one in in_folders(paths):
        try:
            is_damaged = _look(one) if envelope is None else _put_in(one, envelope)
        except (CannotRead, NotAPicture, CouldNotOpen, giving.IsFull) as error:
            summary.not_taken.append((one.name, error.sentence))
            continue
        summary.put_in += 1
        if is_damaged:
            summary.damaged.append(one.name)
    return summary


def _put_in(one: Found, envelope: Envelope) -> bool:
    enclosed, _lay_there = giving.put_in(envelope, originals.receive(one.chunks()), came_as=one.name)
    return enclosed.original.damaged


def _look(one: Found) -> bool:
    """Open a file in the cage and keep nothing of it; return whether it is damaged."""
    received = originals.receive(one.chunks())
    try:
        return adding.way_of(received).look(received.arrived)
    finally:
        received.discard()


def _seal(envelope: Envelope, *, giver: str, note: str, consent: Consent | None, said_on: datetime | None) -> None:
    said = consent.value if consent else ""
    day = said_on.date() if said_on else timezone.localdate()
    giving.seal(
        envelope,
        giver=giver.strip()[:LONGEST_NAME],
        note=note.strip()[:LONGEST_NOTE],
        said=said,
        said_on=day if said else None,
    )


def _say_what_is_wrong(summary: Summary) -> Console:
    console = Console(highlight=False, soft_wrap=True)
    for name, sentence in summary.not_taken:
        console.print(line(name, sentence))
    for name in summary.damaged:
        console.print(line(name, _("its end is missing: only a part can be shown")))
    return console


def _say(summary: Summary, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        not_taken = [{"name": name, "reason": str(sentence)} for name, sentence in summary.not_taken]
        said = {"dry_run": dry_run, "put_in": summary.put_in, "damaged": summary.damaged, "not_taken": not_taken}
        print(json.dumps(said))
        return
    console = _say_what_is_wrong(summary)
    number = {"count": summary.put_in}
    if dry_run:
        console.print(
            ngettext("%(count)s file would be put in.", "%(count)s files would be put in.", summary.put_in) % number
        )
        return
    console.print(
        ngettext(
            "%(count)s file lies in the envelope. It is sealed.",
            "%(count)s files lie in the envelope. It is sealed.",
            summary.put_in,
        )
        % number
    )
