"""Making the house ready to be lived in: its folder, its key, its database, what is made from the code."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from snowdrop.config import floors
from snowdrop.host import copies
from snowdrop.host.failure import Failure
from snowdrop.host.folder import RESTORING
from snowdrop.host.release import fingerprint
from snowdrop.storage import originals
from snowdrop.web import languages

KEEP_COPIES = 3
SAY = Callable[[str], None]


def make_ready(say: SAY) -> None:
    """Bring folder, database and what is made from the code up to this release. Quick when nothing changed."""
    try:
        floors.refuse_what_is_too_old()
    except floors.BelowFloor as error:
        raise Failure(str(error)) from error
    if (settings.DATA / RESTORING).exists():
        raise Failure(
            _("A restore into %(folder)s did not come to its end. Run `snowdrop restore` again.")
            % {"folder": settings.DATA}
        )
    if languages.compile_catalogues():
        say(_("Translations are ready"))
    _migrate(say)
    _collect_static(say)
    originals.sweep(before=datetime.now(UTC))
    for name in ("incoming", "mail"):
        (settings.DATA / name).mkdir(mode=0o700, exist_ok=True)


def lock(data: Path, *, patience: float = 5.0) -> int:
    """Hold the data folder for one process tree. The lock falls with its last process. Raises Failure."""
    descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + patience  # one that was just ended may need a moment
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > until:
                os.close(descriptor)
                raise Failure(_("Snowdrop already runs with the data in %(folder)s.") % {"folder": data}) from None
            time.sleep(0.05)


def _migrate(say: SAY) -> None:
    try:
        executor = MigrationExecutor(connection)
        applied = set(executor.loader.applied_migrations)
    except DatabaseError as error:
        raise Failure(_("The database does not answer: %(reason)s") % {"reason": _first_line(error)}) from error
    newer = sorted(f"{app}.{name}" for app, name in applied - set(executor.loader.disk_migrations) if _is_ours(app))
    if newer:
        raise Failure(
            _("This data was used by a newer Snowdrop (%(migration)s). Start that one, or restore an earlier backup.")
            % {"migration": newer[-1]}
        )
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if applied:
        say(_("Copying the database before it is brought up to date"))
        copies.before_a_change(settings.DATA / "before-upgrade", keep=KEEP_COPIES)
    say(_("Bringing the database up to date"))
    call_command("migrate", verbosity=0, interactive=False)


def _is_ours(app: str) -> bool:
    return any(app == config.split(".")[-1] for config in settings.INSTALLED_APPS if config.startswith("snowdrop."))


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _collect_static(say: SAY) -> None:
    folder = Path(settings.STATIC_ROOT)
    stamp = folder / ".release"
    now, last = fingerprint(), _read(stamp)
    if last == now:
        return
    say(_("Preparing style sheets and fonts"))
    if last:
        # What an earlier release made stays: somebody may still have a page of it open.
        stamp.unlink()
        copies.sync_folder(folder)
    elif folder.exists():
        # Cut short, perhaps by a power cut: files may be there that are empty, and would be taken for whole.
        shutil.rmtree(folder)
    call_command("collectstatic", verbosity=0, interactive=False)
    for made in [folder, *folder.rglob("*")]:
        copies.sync(made)
    stamp.write_text(now, encoding="ascii")
    copies.sync(stamp)


def _read(stamp: Path) -> str:
    """The last release whose files are all there; empty where one was cut short."""
    return stamp.read_text(encoding="ascii", errors="replace").strip("\0\n ") if stamp.is_file() else ""
