"""`snowdrop restore`: bring a backup back to life in an empty data folder."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from snowdrop.host import command, manifest
from snowdrop.host.command.options import AsJson, Data
from snowdrop.host.command.progress import bar
from snowdrop.host.failure import Failure
from snowdrop.host.folder import RESTORING
from snowdrop.host.manifest import Manifest

# As in snowdrop.host.backup, which can be imported only once there are settings.
LET_GO = "let-go.jsonl"
NAMED = "originals.jsonl"


def run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the backups.")],
    data: Data = None,
    at: Annotated[str | None, typer.Option(metavar="NAME", help="Which backup. Default: the newest whole one.")] = None,
    let_go: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="let-go.jsonl of the data folder that this one replaces: what was deleted for good stays deleted.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty data folder. Nobody is signed in afterwards."""
    whole = _whole(folder.resolve())
    chosen = _chosen(whole, at)
    made = Manifest.read(chosen)
    _verify(chosen, made)
    into = (data or Path(os.environ.get("SNOWDROP_DATA", "data"))).resolve()
    _begin(into)
    _bring_small(chosen, into, made)
    # Of every backup that lies here: a newer one knows of deletions that the chosen one does not.
    records = [file for file in (*(path / LET_GO for path in whole), let_go) if file is not None and file.is_file()]
    os.environ["SNOWDROP_DATA"] = str(into)
    command.settle([])
    # Models can be imported only now: the key and the host's settings came out of the backup.
    restoring = import_module("snowdrop.host.restoring")
    with bar("Originals") as told:
        restored = restoring.finish(chosen, made, records, say=lambda line: None if as_json else print(line), told=told)
    (into / RESTORING).unlink()
    known_until = _known_until(whole)
    summary = {
        "backup": restored.name,
        "rows": sum(made.tables.values()),
        "originals": restored.originals,
        "stayed_deleted": restored.stayed_deleted,
        "deletions_known_until": known_until if let_go is None else None,
        "damaged": restored.damaged,
        "missing": restored.missing,
    }
    if as_json:
        print(json.dumps(summary))
    else:
        print(f"{into}: {summary['rows']} rows and {restored.originals} originals of {restored.name}")
        if let_go is None:
            print(
                _(
                    "What was deleted for good after %(moment)s is not known to these backups. If the old data folder "
                    "is still there, restore once more into an empty folder and add: --let-go OLD/let-go.jsonl"
                )
                % {"moment": f"{datetime.fromisoformat(known_until):%Y-%m-%d %H:%M} UTC"}
            )
    if not restored.is_all_there:
        names = ", ".join([*restored.damaged, *restored.missing][:3])
        raise Failure(
            f"All else is restored, but of the originals {len(restored.damaged)} are damaged in the backup and "
            f"{len(restored.missing)} are not in it: {names}"
        )


def _whole(folder: Path) -> list[Path]:
    """The whole backups in this folder, oldest first; at least one. Raises Failure."""
    whole = sorted(path for path in folder.iterdir() if manifest.is_whole(path)) if folder.is_dir() else []
    if not whole:
        raise Failure(f"There is no whole backup in {folder}.")
    return whole


def _chosen(whole: list[Path], at: str | None) -> Path:
    if at is None:
        return whole[-1]
    for path in whole:
        if path.name == at:
            return path
    names = ", ".join(path.name for path in whole)
    raise Failure(f"There is no whole backup {at} in {whole[0].parent}. There are: {names}")


def _known_until(whole: list[Path]) -> str:
    """When the newest of these backups was made that can say so; the chosen one can."""
    moments = []
    for path in whole:
        with contextlib.suppress(Failure):
            moments.append(Manifest.read(path).made_at)
    return max(moments)


def _verify(chosen: Path, made: Manifest) -> None:
    for name, digest in made.files.items():
        file = chosen / name
        if not file.is_file() or manifest.digest(file) != digest:
            raise Failure(f"{name} in the backup {chosen.name} is damaged. Restore another one: --at NAME")


def _begin(into: Path) -> None:
    if into.exists() and any(into.iterdir()) and not (into / RESTORING).exists():
        raise Failure(f"{into} is not empty. A backup is restored into an empty folder: --data DIR")
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    into.chmod(0o700)
    # Until this is gone, `snowdrop up` does not start with this folder.
    (into / RESTORING).touch(mode=0o600)


def _bring_small(chosen: Path, into: Path, made: Manifest) -> None:
    """Bring the key and the host's settings."""
    for name in made.files:
        if name not in (made.database, LET_GO, NAMED):
            shutil.copyfile(chosen / name, into / name)
            (into / name).chmod(0o600)
