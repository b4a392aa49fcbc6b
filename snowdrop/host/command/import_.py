"""`snowdrop import`: bring photographs from folders, a hospital's disc, or a family's years on Instagram, in."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from snowdrop.archive.importers import disc, folder
from snowdrop.archive.importers.found import NotAFolder, in_folders
from snowdrop.host.command import import_posts as posts
from snowdrop.host.command.options import AsJson, Data
from snowdrop.host.command.progress import bar
from snowdrop.host.failure import Failure
from snowdrop.memorials.access import Viewer, stand
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.people.models import plain_address
from snowdrop.storage.room import DiskIsFull


class What(Enum):
    FOLDER = "folder"
    INSTAGRAM = "instagram"
    DISC = "disc"


def run(
    what: Annotated[What, typer.Argument(metavar="folder|disc|instagram", help="What is brought in.")],
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Folders, photographs or packed folders (ZIP); all parts of an export."),
    ],
    memorial: Annotated[str, typer.Option("--memorial", metavar="ADDRESS", help="The memorial's address.")],
    by: Annotated[
        str, typer.Option("--by", metavar="E-MAIL", help="The keeper who adds them. Default: who began the memorial.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come, and change nothing.")] = False,
    after: Annotated[
        str, typer.Option("--after", metavar="DATE", help="Instagram: leave out what came before, as 2024-03-01.")
    ] = "",
    account: Annotated[
        str, typer.Option("--account", metavar="NAME", help="Instagram: whose, where several exports are given.")
    ] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Bring photographs into a memorial, for its keepers to see first. The same again adds nothing."""
    viewer = keeper_of(memorial_at(memorial), by)
    for path in paths:
        if not path.exists():
            raise Failure(_("There is nothing at %(path)s.") % {"path": path})
    if not viewer.memorial.shows_pictures:
        raise Failure(_("This memorial shows no pictures, so none are brought in."))
    try:
        if what is What.INSTAGRAM:
            posts.say(
                posts.go(paths, viewer, account=account, after=after, dry_run=dry_run), dry_run=dry_run, as_json=as_json
            )
        elif what is What.DISC:
            _say(_go_disc(paths, viewer, dry_run=dry_run), dry_run=dry_run, as_json=as_json, of_disc=True)
        else:
            _say(_go(paths, viewer, dry_run=dry_run), dry_run=dry_run, as_json=as_json)
    except DiskIsFull as error:
        raise Failure(str(error.sentence)) from error
    except NotAFolder as error:
        which = f"{error.path}: " if error.path else ""
        raise Failure(f"{which}{error.sentence} " + _("What came before is kept; it can be begun again.")) from error


def _go(paths: list[Path], viewer: Viewer, *, dry_run: bool) -> folder.Summary:
    verb = folder.look_through if dry_run else folder.bring_in
    with bar(_("Photographs")) as told:
        total = sum(1 for _one in in_folders(paths))
        done = 0

        def tell(_told: folder.Told) -> None:
            nonlocal done
            done += 1
            told(done, total)

        return verb(in_folders(paths), by=viewer, tell=tell)


def _go_disc(paths: list[Path], viewer: Viewer, *, dry_run: bool) -> folder.Summary:
    verb = disc.look_through if dry_run else disc.bring_in
    whole = folder.Summary()
    for path in paths:
        if not path.is_dir():
            raise Failure(_("%(path)s is no folder. Give the folder at which the disc can be read.") % {"path": path})
        with bar(_("Pictures from the hospital")) as told:
            total, done = sum(1 for _one in disc.files(path)), 0

            def tell(_told: folder.Told) -> None:
                nonlocal done
                done += 1
                told(done, total)  # noqa: B023 - called before the next path

            one = verb(path, by=viewer, tell=tell)
        whole.came, whole.here = whole.came + one.came, whole.here + one.here
        whole.not_taken += one.not_taken
    return whole


def memorial_at(address: str) -> Memorial:
    """Find a memorial by its whole address, its path or the letters in it."""
    parts = [part for part in urlsplit(address).path.split("/") if part]
    slug = parts[parts.index("m") + 1] if "m" in parts[:-1] else (parts[-1] if parts else "")
    found = Memorial.objects.filter(slug=slug).first()
    if found is None:
        raise Failure(_("There is no memorial at %(address)s.") % {"address": address})
    return found


def keeper_of(memorial: Memorial, address: str) -> Viewer:
    keepers = Membership.objects.keepers().filter(memorial=memorial).select_related("person").order_by("since", "pk")
    if address:
        keepers = keepers.filter(person__email=plain_address(address))
    first = keepers.first()
    if first is None:
        raise Failure(
            _("Nobody with that address looks after this memorial.")
            if address
            else _("Nobody looks after this memorial.")
        )
    return stand(memorial, first.person)


def _say(summary: folder.Summary, *, dry_run: bool, as_json: bool, of_disc: bool = False) -> None:
    if as_json:
        not_taken = [{"name": told.name, "reason": str(told.sentence)} for told in summary.not_taken]
        print(json.dumps({"dry_run": dry_run, "came": summary.came, "here": summary.here, "not_taken": not_taken}))
        return
    console = Console(highlight=False, soft_wrap=True)
    for told in summary.not_taken:
        console.print(posts.line(told.name, told.sentence))
    came = summary.came
    if of_disc:
        would = ngettext("%(count)s picture or film would come.", "%(count)s pictures and films would come.", came)
        did = ngettext(
            "%(count)s picture or film came. Only those who look after the page see it.",
            "%(count)s pictures and films came. Only those who look after the page see them.",
            came,
        )
        console.print((would if dry_run else did) % {"count": came})
    elif dry_run:
        console.print(
            ngettext("%(count)s photograph would come.", "%(count)s photographs would come.", came) % {"count": came}
        )
    else:
        console.print(ngettext("%(count)s photograph came.", "%(count)s photographs came.", came) % {"count": came})
    if summary.here:
        console.print(
            ngettext("%(count)s is here already.", "%(count)s are here already.", summary.here)
            % {"count": summary.here}
        )
    if summary.not_taken:
        left = len(summary.not_taken)
        console.print(
            ngettext(
                "%(count)s file was not understood, see above.", "%(count)s files were not understood, see above.", left
            )
            % {"count": left}
        )
