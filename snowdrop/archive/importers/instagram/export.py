"""An export as one tree, of whichever parts it came in. Only lists of posts and what they name are ever opened."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers import found
from snowdrop.archive.importers.found import CannotRead, Found, NotAFolder
from snowdrop.archive.importers.instagram import lists, posts
from snowdrop.archive.importers.instagram.lists import NotAList
from snowdrop.archive.importers.instagram.posts import Kind, Media, Post
from snowdrop.archive.importers.instagram.words import said

# Letters and their attachments are in the same export. Nothing below one of these folders is ever opened.
_NEVER = frozenset({"messages", "inbox", "message_requests", "threads", "direct", "ai_conversations"})

_ROOT = r"(?P<root>(?:[^/]+/){0,2}?)"
_LIST = re.compile(
    _ROOT + r"(?:(?:your_instagram_activity/)?(?:content|media)/"
    r"(?P<name>posts|stories|reels|igtv_videos|archived_posts)(?:_[0-9]{1,4})?\.json|(?P<oldest>media\.json))"
)
_PERSON = re.compile(
    _ROOT + r"(?:(?:personal_information/){1,2}personal_information|account_information/personal_information|profile)"
    r"\.json"
)
_MEDIA = re.compile(_ROOT + r"(?P<uri>(?:your_instagram_activity/)?(?:media|photos|stories|videos|reels)/.+)")
_PAGES = re.compile(
    _ROOT + r"(?:your_instagram_activity/)?(?:content|media)/(?:posts|stories|reels)(?:_[0-9]{1,4})?\.html"
)
_PART = re.compile(_ROOT + r"media/(?:posts|stories|reels|other)/[0-9]{6}/[^/]+")
_URI = re.compile(r"(?:your_instagram_activity/)?(?:media|photos|stories|videos|reels)/.+")

_KINDS = {"stories": Kind.STORY, "archived_posts": Kind.ARCHIVED}

LONGEST_ACCOUNT = 100  # characters; Instagram allows thirty

ASK_FOR_JSON = _(
    "This is the export made for reading in a browser (HTML). Its days and pictures cannot be told apart safely. "
    "Please ask Instagram for it once more, and choose JSON as the format: Settings, Accounts Center, Your "
    "information and permissions, Download your information, then Format: JSON."
)
NO_POSTS = _(
    "The pictures are here, and the list that says when and with which words is not. It is in another part of the "
    "same export: please choose all its parts together."
)
NOT_INSTAGRAM = _("This is not an export of Instagram, or posts and stories were not chosen when it was made.")
LIST_TOO_LONG = _("This list is longer than any export that we know, so it was not read.")
LIST_BROKEN = _("This list cannot be read.")
TWICE = _("This name is there twice with different content. The first was taken.")


class WhichAccount(Exception):
    """More than one account's export was given together. `accounts` are their names, in order."""

    def __init__(self, accounts: list[str]) -> None:
        super().__init__(", ".join(accounts))
        self.accounts = accounts


@dataclass
class Export:
    """The posts of one account, oldest first, and the way to what they carry."""

    account: str
    posts: list[Post] = field(default_factory=list)
    not_understood: list[tuple[str, str | Promise]] = field(default_factory=list)  # names, and why
    entries_not_understood: int = 0
    _files: dict[str, Found] = field(default_factory=dict)

    def file_of(self, media: Media) -> Found | None:
        """The file of a picture, or None where it is not in the export: also where the name leads out of it."""
        return self._files.get(_plain(media.uri))


@dataclass
class _Tree:
    """What was found in one part, below one folder."""

    lists: list[tuple[Found, re.Match[str]]] = field(default_factory=list)
    person: Found | None = None
    account: str = ""


@dataclass
class _Given:
    """All that was given."""

    trees: list[_Tree] = field(default_factory=list)
    files: dict[str, list[tuple[int, Found]]] = field(default_factory=lambda: defaultdict(list))  # by uri; which part
    twice: list[str] = field(default_factory=list)
    has_pages: bool = False
    is_part: bool = False


def is_one(paths: Iterable[Path]) -> bool:
    """Whether there is something of an Instagram export in what was given, by the names in it. Raises NotAFolder."""
    with _opened(paths) as given:
        return bool(given.trees or given.has_pages or given.is_part)


@contextmanager
def opened(paths: Iterable[Path], *, account: str = "") -> Iterator[Export]:
    """Read the lists of an export whose parts are ZIPs or folders. Its files stay packed until they are asked for.

    Raises NotAFolder with a sentence, or WhichAccount where several were given and `account` is none of them.
    """
    with _opened(paths) as given:
        _name_accounts(given.trees)
        chosen = _chosen(given, account)
        export = Export(chosen[0].account)
        export._files = {uri: files[0][1] for uri, files in given.files.items()}
        export.not_understood += [(name, TWICE) for name in given.twice]
        read = [post for tree in chosen for part in tree.lists for post in _read(*part, export)]
        export.posts = sorted(_each_once(read, export), key=lambda post: (post.at == 0, post.at))
        yield export


@contextmanager
def _opened(paths: Iterable[Path]) -> Iterator[_Given]:
    given = _Given()
    with ExitStack() as open_parts:
        for number, path in enumerate(_parts(paths)):
            if path.is_dir():
                _look_over(given, number, found.below(path))
            else:
                try:
                    _look_over(given, number, open_parts.enter_context(found.packed(path)))
                except NotAFolder as error:
                    error.path = path
                    raise
        yield given


def _parts(paths: Iterable[Path]) -> Iterator[Path]:
    """ZIPs as they are; of a folder the ZIPs directly in it, and then the folder itself."""
    for path in paths:
        if path.is_dir():
            yield from (inner for inner in sorted(path.iterdir()) if found.is_packed(inner))
        yield path


def _look_over(given: _Given, number: int, files: Iterable[Found]) -> None:
    trees: dict[str, _Tree] = defaultdict(_Tree)
    for file in files:
        name = file.name.replace("\\", "/")
        if not _NEVER.isdisjoint(name.split("/")[:-1]):
            continue
        if match := _LIST.fullmatch(name):
            trees[match["root"]].lists.append((file, match))
        elif match := _PERSON.fullmatch(name):
            trees[match["root"]].person = file
        elif match := _MEDIA.fullmatch(name):
            _lay(given, number, match["uri"], file)
            given.is_part = given.is_part or _PART.fullmatch(name) is not None
        given.has_pages = given.has_pages or _PAGES.fullmatch(name) is not None
    given.trees += [tree for tree in trees.values() if tree.lists or tree.person is not None]


def _lay(given: _Given, number: int, uri: str, file: Found) -> None:
    """Parts may repeat a file. The same name twice in one part, with other bytes, is told."""
    plain = _plain(uri)
    if not plain:
        return
    same_part = [one for where, one in given.files[plain] if where == number]
    if any((one.size, one.crc32) != (file.size, file.crc32) for one in same_part):
        given.twice.append(file.name)
    given.files[plain].append((number, file))


def _plain(uri: str) -> str:
    """Return the name of a picture within an export; "" for what leads out of it or is no picture's."""
    parts = uri.split("/")
    if not _URI.fullmatch(uri) or not {"", ".", ".."}.isdisjoint(parts) or not _NEVER.isdisjoint(parts):
        return ""
    return uri.removeprefix("your_instagram_activity/")


def _name_accounts(trees: list[_Tree]) -> None:
    for tree in trees:
        if tree.person is not None:
            tree.account = _account(tree.person)[:LONGEST_ACCOUNT]
    # Parts of one export: the person stands in one of them, the lists may stand in another.
    names = {tree.account for tree in trees if tree.account}
    if len(names) == 1:
        (only,) = names
        for tree in trees:
            tree.account = only


def _account(file: Found) -> str:
    try:
        person = lists.whole(_text(file))
    except (CannotRead, NotAList):
        return ""
    if isinstance(person, dict) and isinstance(person.get("username"), str):
        return said(person["username"])
    users = person.get("profile_user") if isinstance(person, dict) else None
    for user in users if isinstance(users, list) else []:
        values = user.get("string_map_data") if isinstance(user, dict) else None
        name = _username(values) if isinstance(values, dict) else ""
        if name:
            return name
    return ""


def _username(values: dict[str, Any]) -> str:
    """The label is in the account's language; a user name has a form of its own."""
    said_values = [said(value.get("value")) for value in values.values() if isinstance(value, dict)]
    labelled = values.get("Username")
    first = said(labelled.get("value")) if isinstance(labelled, dict) else ""
    return first or next((one for one in said_values if re.fullmatch(r"[a-z0-9._]{1,30}", one)), "")


def _chosen(given: _Given, account: str) -> list[_Tree]:
    with_lists = [tree for tree in given.trees if tree.lists]
    if not with_lists:
        if given.has_pages:
            raise NotAFolder(ASK_FOR_JSON)
        raise NotAFolder(NO_POSTS if given.is_part else NOT_INSTAGRAM)
    accounts = sorted({tree.account for tree in with_lists})
    if len(accounts) == 1 and account in ("", accounts[0]):
        return with_lists
    if account not in accounts:
        raise WhichAccount([one for one in accounts if one])
    return [tree for tree in with_lists if tree.account == account]


def _read(file: Found, match: re.Match[str], export: Export) -> Iterator[Post]:
    try:
        entries = lists.entries(_text(file))
        if match["oldest"]:
            understood = posts.read_oldest(entries)
        else:
            understood = posts.read(entries, _KINDS.get(match["name"], Kind.POST))
        for post in understood:
            if post is None:
                export.entries_not_understood += 1
            else:
                yield post
    except CannotRead as error:
        export.not_understood.append((file.name, error.sentence))
    except NotAList:
        export.not_understood.append((file.name, LIST_BROKEN))


def _text(file: Found) -> str:
    """Raises CannotRead."""
    pieces, size = [], 0
    for piece in file.chunks():
        size += len(piece)
        if size > lists.MOST_BYTES:
            raise CannotRead(LIST_TOO_LONG)
        pieces.append(piece)
    content = b"".join(pieces)
    pieces.clear()
    return content.decode("utf-8-sig", "replace")


def _each_once(read: list[Post], export: Export) -> Iterator[Post]:
    """One post may stand in two lists, or in two exports of one account whose layouts differ."""
    seen: set[object] = set()
    # What was archived is told as that only where it stands in no other list.
    for post in sorted(read, key=lambda post: post.kind is Kind.ARCHIVED):
        marks: set[object] = set()
        media = []
        for one in post.media:
            file = export.file_of(one)
            marks.add(("uri", _plain(one.uri) or one.uri))
            if file is not None and file.crc32:
                marks.add(("bytes", one.at, file.size, file.crc32))
            if one not in media:
                media.append(one)
        if not marks:
            marks = {("words", post.at, post.words)}
        if marks.isdisjoint(seen):
            yield Post(post.kind, post.at, post.words, tuple(media))
        seen |= marks
