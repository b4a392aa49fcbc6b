"""Words of others out of an export of Facebook: comments on pictures and films, and what they wrote on the timeline.

What the owner of the account wrote is counted and left out. Messages are in the same export and never opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers.elsewhere.came import MOST_TEXT, Came, CannotBring, Place, Tally, Why, came
from snowdrop.archive.importers.elsewhere.facebook import objects
from snowdrop.archive.importers.elsewhere.given import Given
from snowdrop.archive.importers.elsewhere.texts import cleaned, name_of_file, one_line
from snowdrop.archive.importers.instagram.lists import NotAList
from snowdrop.archive.importers.instagram.words import repaired

MOST_BYTES = 32 * 2**20  # of one list, which is read whole; the longest of an export that was seen has 16 MB
FIRST_YEAR = 2004

_NEVER = frozenset({"messages", "inbox", "message_requests", "filtered_threads", "archived_threads", "e2ee_cutover"})
_WITH_COMMENTS = re.compile(
    r"(?:.*/)?(?:album/\d+|your_posts[^/]*|your_videos|your_uncategorized_photos|your_photos)\.json"
)
_TIMELINE = re.compile(r"(?:.*/)?(?:other_people.{0,8}s_posts_to_your_timeline|wall_posts_sent_to_you)[^/]*\.json")
_OWN_COMMENTS = re.compile(r"(?:.*/)?comments(?:_and_reactions)?/(?:comments|your_comments[^/]*)\.json|comments\.json")
_PERSON = re.compile(r"(?:.*/)?profile_information/profile_information\.json")
_PAGES = re.compile(
    r"(?:.*/)?(?:posts|album|comments|comments_and_reactions)/[^/]*\.html|(?:.*/)?your_facebook_activity/.*\.html"
)

ASK_FOR_JSON = _(
    "This is the export made for reading in a browser (HTML). Its days and people cannot be told apart safely. Please "
    "ask Facebook for it once more, and choose JSON as the format: Settings, Accounts Center, Your information and "
    "permissions, Download your information, then Format: JSON."
)
NO_WORDS = _(
    "There are no posts or comments in this export of Facebook, or only those of another part. Please choose the part "
    "that holds posts, or ask for posts and comments once more."
)
LIST_TOO_LONG = _("This list is longer than any export that we know, so it was not read.")
LIST_BROKEN = _("This list cannot be read.")

# What Facebook writes behind a name. Where several people wrote, what all their lines end with is taken instead.
_WROTE = re.compile(
    r" (?:wrote on|posted (?:on|to|in|something)|shared|added|hat (?:in|an|auf|etwas)|schrieb"
    r"|a (?:publié|écrit|partagé)"
    r"|escribió|publicó|ha (?:scritto|pubblicato|condiviso)|escreveu|publicou|heeft|schreef|skrev|har|kirjoitti|napisał"
    r"|написал|опубликовал|опублікував|כתב|كتب|نشر)\b.*",
    re.DOTALL,
)


def is_list(name: str) -> bool:
    """Whether a file of an export can hold words of others, by its name."""
    return not _is_letter(name) and (_WITH_COMMENTS.fullmatch(name) or _TIMELINE.fullmatch(name)) is not None


def is_page(name: str) -> bool:
    return not _is_letter(name) and _PAGES.fullmatch(name) is not None


def is_about_somebody(name: str) -> bool:
    """Whether a file names the owner of the account."""
    return not _is_letter(name) and (_OWN_COMMENTS.fullmatch(name) or _PERSON.fullmatch(name)) is not None


def _is_letter(name: str) -> bool:
    return not _NEVER.isdisjoint(name.split("/")[:-1])


def read(files: Iterable[Given], tally: Tally, *, today: date) -> Iterator[Came]:
    """Yield what others wrote: comments in the order of the files, then the timeline. One list at a time is in memory.

    `files` are all of an export, by their names in it. Raises CannotBring where it has none that can hold words.
    """
    files = sorted(files, key=lambda file: file.name)
    lists = [file for file in files if is_list(file.name)]
    if not lists:
        raise CannotBring(ASK_FOR_JSON if any(is_page(file.name) for file in files) else NO_WORDS)
    owners = _owners(file for file in files if is_about_somebody(file.name))
    seen: set[bytes] = set()  # an album may be in two lists
    authors: set[str] = set()
    for comments in (True, False):
        for file in lists:
            if bool(_WITH_COMMENTS.fullmatch(file.name)) is not comments:
                continue
            try:
                text = _whole(file)
                found = _comments(text) if comments else _timeline(text, authors)
                for one in found:
                    word = _word(one, owners, tally, today)
                    if word is None:
                        continue
                    authors.add(word.signed)
                    mark = sha256(word.key.encode()).digest()[:16]
                    if mark not in seen:
                        seen.add(mark)
                        yield word
            except NotAList:
                tally.named.append((file.name, LIST_BROKEN))
            except _TooLong:
                tally.named.append((file.name, LIST_TOO_LONG))


class _TooLong(Exception):
    pass


def _whole(file: Given) -> str:
    pieces, size = [], 0
    for piece in file.chunks():
        size += len(piece)
        if size > MOST_BYTES:
            raise _TooLong
        pieces.append(piece)
    content = b"".join(pieces)
    pieces.clear()
    return content.decode("utf-8-sig", "replace")


def said(value: object) -> str:
    """A text as it was typed: Meta writes each byte of UTF-8 as a character of its own."""
    return cleaned(repaired(value)) if isinstance(value, str) else ""


# -- who the owner is -----------------------------------------------------------------------------


def _owners(files: Iterable[Given]) -> set[str]:
    """The names of the owner: whoever wrote the comments that are listed as the owner's."""
    found: set[str] = set()
    for file in files:
        try:
            text = _whole(file)
            if _PERSON.fullmatch(file.name):
                found |= {one_line(repaired(name)) for name in re.findall(r'"full_name":\s*"([^"\\]{1,200})"', text)}
                continue
            for _list, entry in objects.of_lists(text, frozenset({"comments_v2", "comments", ""})):
                for inner in _dicts(entry, "data"):
                    comment = inner.get("comment")
                    if isinstance(comment, dict) and not comment.get("group"):
                        found.add(one_line(said(comment.get("author"))))
        except (NotAList, _TooLong):
            continue
    return found - {""}


def _dicts(entry: object, name: str) -> Iterator[dict[str, Any]]:
    inner = entry.get(name) if isinstance(entry, dict) else None
    for one in inner if isinstance(inner, list) else []:
        if isinstance(one, dict):
            yield one


# -- words -----------------------------------------------------------------------------------------

# author, text, when, files; None for an entry that is not understood
_Found = tuple[str, str, object, tuple[str, ...]] | None


def _comments(text: str) -> Iterator[_Found]:
    for _list, entry in objects.of_lists(text, frozenset({"comments"})):
        if not isinstance(entry, dict):
            yield None
            continue
        inner = entry.get("comment")
        comment = inner if isinstance(inner, dict) else entry
        words, author = said(comment.get("comment")), one_line(said(comment.get("author")))
        yield author, words, comment.get("timestamp", entry.get("timestamp")), _files(entry)


def _timeline(text: str, known: set[str]) -> Iterator[_Found]:
    names = frozenset({"", "activity_log_data", "wall_posts_sent_to_you"})
    ending = _common_ending(
        said(entry.get("title")) for _list, entry in objects.of_lists(text, names) if isinstance(entry, dict)
    )
    for _list, entry in objects.of_lists(text, names):
        if not isinstance(entry, dict):
            yield None
        elif isinstance(entry.get("label_values"), list):
            yield _labelled(entry)
        else:
            words = "\n\n".join(found for one in _dicts(entry, "data") if (found := said(one.get("post"))))
            author = _author(said(entry.get("title")), ending, known)
            yield author, words, entry.get("timestamp"), _files(entry)


def _author(title: str, ending: str, known: set[str]) -> str:
    """Who wrote, out of a sentence such as "Uncle Toft wrote on your timeline.", in whichever language it is."""
    named = max((name for name in known if name and title.startswith(name)), key=len, default="")
    if named:
        return named
    if ending and title.endswith(ending):
        return one_line(title.removesuffix(ending))
    return one_line(_WROTE.sub("", title))


def _common_ending(titles: Iterable[str]) -> str:
    """What all different titles end with, from a space on; "" where there is one title only."""
    different = sorted({title for title in titles if title})[:1000]
    if len(different) < 2:
        return ""
    shortest = min(different, key=len)
    for size in range(len(shortest), 0, -1):
        ending = shortest[-size:]
        if ending[0] == " " and all(title.endswith(ending) and title != ending for title in different):
            return ending
    return ""


_TEXT_LABELS = frozenset(
    {"message", "post", "text", "comment", "nachricht", "beitrag", "publication", "mensaje", "texto"}
)


def _labelled(entry: dict[str, Any]) -> _Found:
    """An entry as exports of 2025 write it. Its labels are in the language of the account."""
    values = [(said(one.get("label")), one.get("value")) for one in _dicts(entry, "label_values")]
    texts = [(label.lower(), said(value)) for label, value in values if isinstance(value, str)]
    words = next((text for label, text in texts if label in _TEXT_LABELS), "")
    if not words:
        words = max((text for _label, text in texts if "://" not in text), key=len, default="")
    author = next((text for _label, text in texts if text != words and "://" not in text and len(text) < 100), "")
    return one_line(author), words, entry.get("timestamp"), _files(entry)


def _files(entry: dict[str, Any]) -> tuple[str, ...]:
    found = []
    for attachment in _dicts(entry, "attachments"):
        for one in _dicts(attachment, "data"):
            media = one.get("media")
            if isinstance(media, dict) and isinstance(media.get("uri"), str):
                found.append(name_of_file(repaired(media["uri"])))
    return tuple(dict.fromkeys(name for name in found if name))


def _word(found: _Found, owners: set[str], tally: Tally, today: date) -> Came | None:
    if found is None:
        tally.leave_out(Why.UNREADABLE)
        return None
    author, words, timestamp, files = found
    if author in owners:
        tally.leave_out(Why.OWN)
    elif len(words) > MOST_TEXT:
        tally.leave_out(Why.TOO_LONG)
    elif not words and not files:
        tally.leave_out(Why.EMPTY)
    else:
        return came(author, words, _at(timestamp, today), Place.FACEBOOK, files=files)
    return None


def _at(timestamp: object, today: date) -> datetime | None:
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float):
        return None
    try:
        at = datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.year >= FIRST_YEAR and at.date() <= today + timedelta(days=2) else None
