"""A chat as a list of messages: which lines begin one, who wrote it, and what of it WhatsApp wrote itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from snowdrop.archive.importers.elsewhere.came import MOST_TEXT
from snowdrop.archive.importers.elsewhere.texts import MARKS, one_line, safe
from snowdrop.archive.importers.elsewhere.whatsapp import marks, stamps
from snowdrop.archive.importers.elsewhere.whatsapp.stamps import Evidence, Header, Order, Style

LONGEST_AUTHOR = 100  # characters; a name of WhatsApp's own has at most twenty-five
MOST_NAMES = 50_000  # that are counted; who is met only after these has written little
MOST_COMPARED, MOST_COMPARED_OF_ONE = 5_000, 20  # people, and texts of one of them
MOST_HEADERS_HELD = 8  # after which a clock that goes back is believed

# How far a message may stand before the one above it: they are sorted by arrival, and a clock is put back in autumn.
A_DAY = timedelta(days=1)
# What has no writer is written by the telephone of the export itself.
TWO_HOURS = timedelta(hours=2)


class Kind(StrEnum):
    WORDS = "words"  # or a file
    SYSTEM = "system"
    DELETED = "deleted"
    MEDIA = "media"  # left out when the chat was exported
    STICKER = "sticker"
    CALL = "call"
    CONTACT = "contact"
    PLACE = "place"
    POLL = "poll"
    EMPTY = "empty"
    TOO_LONG = "too-long"


@dataclass(slots=True)
class Message:
    """One message. `at` is the clock of the telephone of the export, None where it is not understood."""

    at: datetime | None
    kind: Kind
    author: str = ""
    author_may_be: str = ""
    text: str = ""
    file: str = ""
    is_edited: bool = False


# -- the first time through: how it is written, and who writes -------------------------------------


@dataclass
class Survey:
    """What is known of a chat once it was read."""

    styles: dict[Style, Order] = field(default_factory=dict)
    order_is_a_guess: bool = False
    long_names: list[str] = field(default_factory=list)  # names that hold a colon, the longest first
    times_written: Counter[str] = field(default_factory=Counter)  # by all that a name can be

    def author(self, rest: str) -> tuple[str, str]:
        """Split what follows the stamp into writer and text; "" where there is no writer."""
        for name in self.long_names:
            if not rest.startswith(name):
                continue
            if rest.startswith(": ", len(name)) or rest == f"{name}:":
                return name, _after_colon(rest, len(name))
            if rest.startswith(" ", len(name)):
                return "", rest  # "Uncle Toft: the tall one added Bibi"
        end = _colon(rest, 0)
        return (rest[:end], _after_colon(rest, end)) if end > 0 else ("", rest)


def _colon(rest: str, start: int) -> int:
    """Where a name may end: before the next ": " of the first line, or a colon at its end. -1 where it does not."""
    end = rest.find(": ", start, LONGEST_AUTHOR + 2)
    if end < 0 and rest.endswith(":") and "\n" not in rest and start < len(rest) <= LONGEST_AUTHOR:
        return len(rest) - 1
    return end


def _after_colon(rest: str, end: int) -> str:
    return rest[end + 2 :]


def survey(lines: Iterable[str], *, today: date, order: Order | None = None) -> Survey | None:
    """Read a chat once and say how to read it; None where it is no chat of WhatsApp. `order` is what somebody told."""
    evidence: dict[Style, Evidence] = {}
    names: dict[Style, _Names] = {}
    reading = lru_cache(4096)(stamps.read)
    for line in lines:
        header = stamps.header(line)
        if header is None:
            continue
        stamp = reading(header.stamp, header.brackets)
        if stamp is None or (stamp.style not in evidence and len(evidence) >= stamps.MOST_STYLES):
            continue
        of_style = evidence.setdefault(stamp.style, Evidence())
        of_style.add(stamp, today=today, named=marks.named_day(header.rest))
        names.setdefault(stamp.style, _Names()).add(header.rest)
    if not evidence:
        return None
    return _survey(evidence, names, order)


class _Names:
    """All that may be a name, and how often: up to each of the first colons of a message."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()
        self.sure: set[str] = set()
        self.without_colon: dict[str, list[str]] = defaultdict(list)  # some texts of somebody that hold no colon

    def add(self, rest: str) -> None:
        end = _colon(rest, 0)
        for level in range(3):
            if end <= 0:
                return
            name = rest[:end]
            if name in self.times or len(self.times) < MOST_NAMES:
                self.times[name] += 1
            # Before what WhatsApp writes itself stands a mark, so the name has certainly ended there.
            if rest.startswith("\u200e", end + 2):
                if len(self.sure) < MOST_NAMES:
                    self.sure.add(name)
                return
            after = end + 2
            end = _colon(rest, end + 1)
            if level == 0 and end < 0 and (name in self.without_colon or len(self.without_colon) < MOST_COMPARED):
                texts = self.without_colon[name]
                if len(texts) <= MOST_COMPARED_OF_ONE:
                    texts.append(rest[after : after + LONGEST_AUTHOR])

    def long(self) -> set[str]:
        """The names that hold a colon."""
        found = {name for name in self.sure if ": " in name}
        for name, count in self.times.items():
            short, colon, more = name.partition(": ")
            if not colon or count < 2:
                continue
            # "Uncle Toft: the tall one" is the name when nobody ever is only "Uncle Toft". Lines without a writer, such
            # as "Uncle Toft: the tall one added Bibi", begin with the name too.
            others = self.times[short] - count
            texts = self.without_colon.get(short, [])
            if others <= min(len(texts), MOST_COMPARED_OF_ONE) and all(text.startswith(f"{more} ") for text in texts):
                found.add(name)
        return found


def _survey(evidence: dict[Style, Evidence], names: dict[Style, _Names], told: Order | None) -> Survey:
    total = sum(of_style.count for of_style in evidence.values())
    found = Survey()
    for style, of_style in evidence.items():
        # Somebody may have put two exports into one file. What is seldom only looks like the beginning of a message.
        if of_style.count < total * 0.3:
            continue
        order, is_a_guess = of_style.order(style)
        found.styles[style] = told if told is not None and told in stamps.possible(style) else order
        found.order_is_a_guess = found.order_is_a_guess or (is_a_guess and told is None)
        found.times_written += names[style].times
        found.long_names += names[style].long()
    found.long_names = sorted(set(found.long_names), key=len, reverse=True)
    for name in found.long_names:
        found.times_written[name] = max(found.times_written[name], 2)
    return found


# -- the second time: the messages ------------------------------------------------------------------


@dataclass(slots=True)
class _Entry:
    """The lines of a message, as they come."""

    at: datetime | None
    marked: bool
    author: str
    lines: list[str]
    header: str  # the first line as it stands in the file
    is_certain: bool  # its writer writes elsewhere too
    size: int = 0

    def add(self, line: str) -> None:
        self.size += len(line) + 1
        if self.size <= MOST_TEXT:
            self.lines.append(line)

    def swallow(self, other: _Entry) -> None:
        """Take another as lines of this one: it only looked like a message."""
        self.add(other.header)
        for line in other.lines[1:]:
            self.add(line)


def messages(lines: Iterable[str], found: Survey, *, today: date) -> Iterator[Message]:
    """Yield each message of a chat in the order of the file, one in memory at a time."""
    for entry in _entries(lines, found, today=today):
        yield _told(entry, found)


def _entries(lines: Iterable[str], found: Survey, *, today: date) -> Iterator[_Entry]:
    last: datetime | None = None  # of the last one that certainly is a message
    held: list[_Entry] = []  # the last one, and those below it that may be lines of it
    read = _reader(found, today)
    for line in lines:
        header = stamps.header(line)
        entry = read(line, header) if header is not None else None
        if entry is None:
            if held:
                held[-1].add(line)
            continue
        back = last is not None and entry.at is not None and entry.at < last - A_DAY
        if entry.is_certain and not back:
            yield from _sorted_out(held, last, entry.at)
            held = [entry]
            last = entry.at or last
        else:
            held.append(entry)
            if len(held) > MOST_HEADERS_HELD:
                yield from held[:-1]
                held = [entry]
                last = entry.at or last
    yield from _sorted_out(held, last, None)


def _sorted_out(held: list[_Entry], last: datetime | None, until: datetime | None) -> Iterator[_Entry]:
    """Tell the messages among those held from lines that only look like one.

    Such a line has a time before the message it stands in, or, where its writer writes nowhere else, after the next.
    """
    if not held:
        return
    current = held[0]
    for entry in held[1:]:
        if _is_message(entry, last, until):
            yield current
            current = entry
        else:
            current.swallow(entry)
    yield current


def _is_message(entry: _Entry, last: datetime | None, until: datetime | None) -> bool:
    if entry.at is None:
        return entry.is_certain
    if until is None and entry.is_certain:
        return True  # at the end of a chat nothing tells whether a clock was wrong
    if last is not None and entry.at < last - (A_DAY if entry.author else TWO_HOURS):
        return False
    return until is None or entry.at <= until + TWO_HOURS


def _reader(found: Survey, today: date) -> Callable[[str, Header], _Entry | None]:
    @lru_cache(4096)
    def moment(stamp: str, brackets: bool) -> tuple[bool, datetime | None]:
        read = stamps.read(stamp, brackets)
        if read is None or read.style not in found.styles:
            return False, None
        return True, stamps.moment(read, found.styles[read.style], today=today)

    def read(line: str, header: Header) -> _Entry | None:
        is_one, at = moment(header.stamp, header.brackets)
        if not is_one:
            return None
        author, text = found.author(header.rest)
        if not author and header.brackets and not text.startswith("\u200e"):
            return None  # on an iPhone everything has a writer or a mark
        is_certain = bool(author) and found.times_written[author] >= 2
        return _Entry(at, header.marked, author, [text], line, is_certain, len(text))

    return read


def _told(entry: _Entry, found: Survey) -> Message:
    author = entry.author
    shorter = author.partition(": ")[0] if ": " in author else ""
    message = Message(entry.at, Kind.WORDS, one_line(author.strip(MARKS)), one_line(shorter))
    if entry.size > MOST_TEXT:
        message.kind = Kind.TOO_LONG
        return message
    text = "\n".join(entry.lines)
    if not author or _is_about_somebody(entry, found):
        message.kind, message.author = Kind.CALL if marks.is_call(text) else Kind.SYSTEM, ""
        message.author_may_be = ""
        return message
    _tell_apart(message, text, entry)
    message.text = safe(message.text).strip(MARKS + "\n")
    if message.text.isspace():
        message.text = ""
    if message.kind is Kind.WORDS and not message.text and not message.file:
        message.kind = Kind.EMPTY
    return message


def _is_about_somebody(entry: _Entry, found: Survey) -> bool:
    """Whether a line such as `Lumi changed the name to "Fern: her people"` only seems to have a writer."""
    author = entry.author
    if entry.is_certain or len(author) <= 20 or not any(mark in author for mark in '"“„«「'):
        return False
    return any(found.times_written[author[:end]] >= 2 for end in range(len(author)) if author[end] == " ")


def _tell_apart(message: Message, text: str, entry: _Entry) -> None:
    """Give a message its kind, and the text that its writer wrote."""
    is_marked = text.startswith("\u200e")
    if marks.is_deleted(text):
        message.kind = Kind.DELETED
    elif marks.is_nothing(text):
        message.kind = Kind.EMPTY
    elif (sent := marks.attached(text)) is not None:
        _with_file(message, *sent)
    elif marks.is_poll(text):
        message.kind = Kind.POLL
    elif marks.is_place(text):
        message.kind = Kind.PLACE
    elif marks.is_media_left_out(first := entry.lines[0]) or (is_marked and entry.marked):
        _without_file(message, first, entry.lines[1:])
    elif is_marked and len(entry.lines) == 1:
        # Whatever WhatsApp writes into a chat on an iPhone, and writes under somebody's name.
        message.kind = Kind.CALL if marks.is_call(text) else Kind.SYSTEM
    else:
        message.text, message.is_edited = marks.without_edited(text)


def _with_file(message: Message, name: str, words: str) -> None:
    message.file = name
    message.text, message.is_edited = marks.without_edited(words)
    if marks.is_sticker_file(name) and not words.strip():
        message.kind = Kind.STICKER
    elif name.lower().endswith(".vcf"):
        message.kind = Kind.CONTACT


def _without_file(message: Message, first: str, more: list[str]) -> None:
    message.text, message.is_edited = marks.without_edited("\n".join(more))
    if message.text.strip():
        return
    if marks.is_sticker(first):
        message.kind = Kind.STICKER
    elif marks.is_contact(first):
        message.kind = Kind.CONTACT
    else:
        message.kind = Kind.MEDIA
