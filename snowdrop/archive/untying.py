"""Going through files with words: looking into them, bringing them in, forgetting them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers.elsewhere import bringing
from snowdrop.archive.importers.elsewhere.bringing import Summary, Way
from snowdrop.archive.importers.elsewhere.came import MOST_NAMED, CannotBring
from snowdrop.archive.importers.elsewhere.whatsapp.stamps import Order
from snowdrop.archive.models import Bundle
from snowdrop.archive.unpacking import KEPT
from snowdrop.config import jobs
from snowdrop.keepsakes import names
from snowdrop.memorials.access import Act, NotForYou, Viewer, stand
from snowdrop.people import zones
from snowdrop.words.book import NobodyAsked

# Its row was in a backup, and its file was not.
DID_NOT_COME = _(
    "It did not come with the copy that this house was brought back from. Please choose the file once more."
)
NOBODY_ASKED = _("Say first who could read what comes.")


def look_into(bundle: Bundle) -> None:
    """Write down who wrote and when, and nothing that they wrote."""

    def look(by: Viewer, report: dict[str, Any]) -> str:
        by.check(Act.BRING_WORDS)
        summary = bringing.look_through(bundle.path, by=by, way=_way(bundle))
        _describe(report, summary, by=by)
        return Bundle.State.ASKS if summary.tally.day_is_a_guess else Bundle.State.LOOKED_INTO

    _go_through(bundle, look)


def bring_in(bundle: Bundle) -> None:
    """Let it wait to be read. Broken off and begun again, it goes on."""

    def tell(_words: int, new: int) -> None:
        if new and not bundle.some_came:
            bundle.some_came = True
            Bundle.objects.filter(pk=bundle.pk).update(some_came=True)
        if jobs.ending.is_set():
            raise jobs.Ending

    def bring(by: Viewer, report: dict[str, Any]) -> str:
        # Whoever loses the right to it in the middle brings nothing more in.
        summary = bringing.bring_in(
            bundle.path, by=lambda: stand(bundle.memorial, bundle.sender), way=_way(bundle), tell=tell
        )
        _describe(report, summary, by=by)
        return Bundle.State.CAME

    _go_through(bundle, bring)
    bundle.path.unlink(missing_ok=True)


def _way(bundle: Bundle) -> Way:
    order = Order(bundle.order) if bundle.order else None
    return Way(order, frozenset(bundle.without), bundle.own_only)


def _go_through(bundle: Bundle, verb: Callable[[Viewer, dict[str, Any]], str]) -> None:
    report: dict[str, Any] = {"sentence": ""}
    with translation.override(bundle.sender.language or settings.LANGUAGE_CODE):
        try:
            if not bundle.path.exists():
                raise CannotBring(DID_NOT_COME)
            state = verb(stand(bundle.memorial, bundle.sender), report)
        except CannotBring as error:
            report["sentence"] = str(error.sentence)
            state = Bundle.State.REFUSED
        except NobodyAsked:
            report["sentence"] = str(NOBODY_ASKED)
            state = Bundle.State.REFUSED
        except NotForYou:  # no longer one who may
            state = Bundle.State.REFUSED
    if state == Bundle.State.REFUSED:
        bundle.path.unlink(missing_ok=True)
    Bundle.objects.filter(pk=bundle.pk).update(state=state, report=report)


def _describe(report: dict[str, Any], summary: Summary, *, by: Viewer) -> None:
    zone, tally = zones.of(by.person), summary.tally
    report |= {
        "place": summary.place or "",
        "has_words": bool(summary.words),
        "names": summary.names,
        "more_names": summary.more_names,
        "has_letters": summary.has_letters,
        "zone": zone.key,
        "left_out": tally.sentences(),
        "not": [[names.plain(name), str(sentence)] for name, sentence in tally.named[:MOST_NAMED]],
        "missing": [names.plain(name) for name in tally.missing],
    }
    for edge, at in (("first", summary.first), ("last", summary.last)):
        report[edge] = at.astimezone(zone).date().isoformat() if at else ""


def forget(bundle: Bundle) -> None:
    """Forget a file and what was noted of it. What came from it stays."""
    bundle.path.unlink(missing_ok=True)
    Bundle.objects.filter(pk=bundle.pk).delete()


def forget_old(*, at: datetime) -> None:
    for bundle in Bundle.objects.filter(sent_at__lt=at - KEPT):
        forget(bundle)
