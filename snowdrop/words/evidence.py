"""Keeping a word as evidence, for the police: it is not let go while it is kept, and can be taken along as a file."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.models import Version
from snowdrop.words.models import Evidence, KindWord


@transaction.atomic
def keep(word: KindWord, *, by: Viewer) -> Evidence:
    """Keep a copy of these words as they stand now, and keep the word from being let go. Does no harm twice.

    For whoever reads first, and for keepers of what they are asked about or asked to read. Raises NotForYou.
    """
    rows = KindWord.objects.read_first_by(by) if by.may(Act.READ_FIRST) else KindWord.objects.none()
    if by.may(Act.KEEP):
        # Three questions, not one: each of these is narrowed in a way of its own.
        for more in (KindWord.objects.asked_about, KindWord.objects.not_shown_for, KindWord.objects.visible_to):
            rows = rows if rows.filter(pk=word.pk).exists() else more(by)
    row = rows.select_for_update(of=("self",)).filter(pk=word.pk).first()
    if row is None:
        raise NotForYou
    copy = {
        "memorial": row.memorial,
        "kept_by": by.person,
        "text": row.text,
        "signed": row.signed,
        "knew": row.knew,
        "left_at": row.written_at,
        "came": row.came,
        "link": row.by_link.called if row.by_link else "",
        "network": row.network,
        "sha256": hashlib.sha256(row.text.encode("utf-8", "surrogatepass")).hexdigest(),
    }
    kept, _is_new = Evidence.objects.get_or_create(word=row, defaults=copy)
    return kept


@transaction.atomic
def no_longer(evidence: Evidence, *, by: Viewer) -> None:
    """Do not keep it any more. The word itself stays where it is; if it was taken back, it goes as it would have."""
    Evidence.objects.kept_for(by).filter(pk=evidence.pk).delete()


def as_text(evidence: Evidence, *, page: str) -> str:
    """One plain text with all that is known here of these words, in the reader's language; times in UTC."""
    said = [
        (_("The words, as they were kept"), evidence.text),
        (_("Signed"), evidence.signed),
        (_("How they say they knew the one who died"), evidence.knew),
        (_("Left"), _time(evidence.left_at)),
        (_("How it came"), evidence.get_came_display() or _("Left on the page itself")),
        (_("By the link that was made for"), evidence.link),
        # Translators: a long number that words from one place on the internet share; no address can be read from it
        (_("Mark of the place on the internet it came from. No address is kept here"), evidence.network),
        (_("SHA-256 of the words in UTF-8"), evidence.sha256),
        (_("The page"), page),
        (_("Number of these words there"), str(evidence.word_id)),
        (_("Kept"), _time(evidence.kept_at)),
    ]
    said += [(_("As they stood until %(time)s") % {"time": _time(until)}, text) for until, text in _earlier(evidence)]
    if evidence.word.text != evidence.text:
        said.append((_("As their writer changed them afterwards"), evidence.word.text))
    if evidence.word.taken_back_at:
        said.append((_("Taken back by their writer"), _time(evidence.word.taken_back_at)))
    return "\n\n".join(f"{label}:\n{value}" for label, value in said if value) + "\n"


def _earlier(evidence: Evidence) -> list[tuple[datetime, str]]:
    """How the words stood at other times, the first first."""
    found = Version.objects.filter(keeping=evidence.word_id).order_by("until")
    return [(one.until, one.words.get("text", "")) for one in found if one.words.get("text") != evidence.text]


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
