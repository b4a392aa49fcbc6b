"""File names of strangers: shown as text, offered at a download, and never part of a path."""

from __future__ import annotations

import re
import unicodedata

from snowdrop.keepsakes.models import Keepsake

LONGEST = 255  # characters
LONGEST_DOWNLOAD = 120  # characters; with four bytes each and an ending, still a name every disk takes

# By media type, the common ending first.
_ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "image/png": (".png", ".apng"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "image/avif": (".avif", ".avifs"),
    "image/heic": (".heic", ".heif", ".hif"),
    "video/mp4": (".mp4", ".mov", ".m4v", ".3gp", ".3g2", ".qt"),
    "video/webm": (".webm", ".mkv"),
    "video/ogg": (".ogv", ".ogg"),
    "video/x-msvideo": (".avi",),
    "audio/mp4": (".m4a", ".mp4", ".m4b", ".3gp", ".mov"),
    "audio/webm": (".webm", ".weba", ".mka"),
    "audio/ogg": (".ogg", ".opus", ".oga"),
    "audio/mpeg": (".mp3",),
    "audio/wav": (".wav",),
    "audio/aac": (".aac",),
    "audio/flac": (".flac",),
    "audio/amr": (".amr", ".awb"),
    "application/pdf": (".pdf",),
    "application/dicom": (".dcm", ".dicom", ".ima"),
}
_RESERVED = frozenset('<>:"/\\|?*%')
# Devices on Windows, whatever ending they have.
_DEVICES = re.compile(r"\A(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def as_it_came(name: str) -> str:
    """Return a file's name without its folders and without what no text may hold: controls, half characters."""
    return plain(name.replace("\\", "/").rstrip("/").rpartition("/")[2])


def plain(name: str) -> str:
    """Return a name without what no text may hold, on one line. Every text of ours can hold it."""
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in name)
    return " ".join(kept.split())[:LONGEST].rstrip()


def for_download(keepsake: Keepsake) -> str:
    """Return a name under which the original can be saved anywhere, with the ending its content asks for.

    Marks that turn the direction of writing are left out: with one, `photo‮gpj.exe` shows as a picture.
    """
    plain = "".join(c for c in keepsake.came_as if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    plain = "".join("_" if c in _RESERVED else c for c in plain).strip(" .")
    endings = _ENDINGS.get(keepsake.original.media_type, (".jpg",) if keepsake.original.is_picture else (".bin",))
    stem, dot, ending = plain.rpartition(".")
    if not (dot and f".{ending}".lower() in endings):
        stem, ending = plain, endings[0][1:]
    stem = stem.strip(" .")[:LONGEST_DOWNLOAD].strip(" .") or type(keepsake).__name__.lower()
    return f"{_DEVICES.sub(lambda device: f'{device[0]}_', stem, count=1)}.{ending}"


class Apart:
    """Gives names of one folder that stay apart on every disk, also on those for which capitals are no difference."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def of(self, name: str) -> str:
        """Return `name`, with a number before its ending where another has it."""
        stem, dot, ending = name.rpartition(".")
        free, number = name, self._next.get(_alike(name), 2)
        while _alike(free) in self._taken:
            free, number = f"{stem} ({number}){dot}{ending}", number + 1
        self._next[_alike(name)] = number
        self._taken.add(_alike(free))
        return free


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
