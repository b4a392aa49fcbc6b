"""Which languages the house speaks, and its catalogues of translations made ready to read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"


@dataclass(frozen=True)
class Language:
    """A language that pages can be read in."""

    code: str
    own_name: str
    native_read: bool
    """Somebody who grew up with it has read every sentence, on the page where it stands."""


# A new language is a line here and a catalogue made by `bin/messages`.
_OFFERED = (
    Language("en", "English", native_read=True),
    Language("de", "Deutsch", native_read=False),
    Language("ar", "العربية", native_read=False),
)


def offered() -> list[Language]:
    """Return the languages in the order in which they are offered."""
    return list(_OFFERED)


def translated() -> list[str]:
    """Return the codes of the languages that have a catalogue; English is written in the code itself."""
    return [language.code for language in _OFFERED if language.code != "en"]


def catalogue(code: str, locale: Path = LOCALE) -> Path:
    """Return the path of the texts that translators edit."""
    return locale / code / "LC_MESSAGES" / "django.po"


def compile_catalogues(codes: Iterable[str] | None = None, locale: Path = LOCALE) -> list[Path]:
    """Write the `.mo` file of each language unless it was made from this very `.po`; return what was written.

    A `.mo` carries the modification time of its `.po`. So a catalogue that went back in time, as one does
    when an upgrade is undone, is made anew as well.
    """
    written = []
    for code in translated() if codes is None else codes:
        source = catalogue(code, locale)
        target = source.with_suffix(".mo")
        made_from = source.stat().st_mtime_ns
        if not (target.exists() and target.stat().st_mtime_ns == made_from):
            _compile(source, target, code, made_from)
            written.append(target)
    return written


def _compile(source: Path, target: Path, code: str, made_from: int) -> None:
    # Hidden here on purpose: reading catalogues takes Babel a tenth of a second to import,
    # and every start but the first after a change has nothing to compile.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        texts = read_po(file, locale=code, abort_invalid=True)
    # Two processes may start at once; each puts a whole file in place, and both are right.
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".django-", suffix=".mo")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, texts)
        file.flush()
        # Else a power cut could leave an empty one under the right name and time, never to be made again.
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    os.utime(name, ns=(made_from, made_from))
    Path(name).replace(target)
