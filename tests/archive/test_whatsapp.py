"""Words out of chats of WhatsApp: every layout alike, nobody's words lost, nothing of WhatsApp's taken for words."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from babel import Locale
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from snowdrop.archive.importers.elsewhere import given as files
from snowdrop.archive.importers.elsewhere import recognising, texts
from snowdrop.archive.importers.elsewhere.came import Place
from snowdrop.archive.importers.elsewhere.whatsapp import chat, stamps
from snowdrop.archive.importers.elsewhere.whatsapp.stamps import Order
from tests.archive.words import TODAY, WORDS, expected, left_out, packed, read, refusal, sample, told, written

LOCALES = sorted(path.name.removesuffix(".expected.json") for path in WORDS.glob("*-*.expected.json"))
LOCALES = [name for name in LOCALES if not name.startswith("facebook")]


@pytest.fixture
def a_chat(tmp_path):
    """Write the text of a chat."""

    def made(*lines, end="\n"):
        return written(tmp_path / "WhatsApp Chat with Fern.txt", "".join(line + end for line in lines))

    return made


# -- the layouts ---------------------------------------------------------------------------------


def test_there_are_twenty_layouts():
    assert len(LOCALES) == 20


@pytest.mark.parametrize("locale", LOCALES)
def test_the_words_of_every_layout_come_as_they_were_written(locale):
    words, tally = read(sample(locale))

    messages = [one for one in expected(locale)["messages"] if "text" in one]
    wanted = [one for one in messages if one["text"] or (one.get("attachment") and one.get("in_zip", True))]
    assert [
        (word.at.isoformat(), word.signed, word.text, word.signed_perhaps, word.files, word.missing, word.place)
        for word in words
    ] == [
        (
            one["at"],
            one["author"],
            one["text"],
            one.get("author_may_be", ""),
            (one["attachment"],) if "attachment" in one else (),
            (),
            Place.WHATSAPP,
        )
        for one in wanted
    ]
    assert {word.at.tzinfo for word in words} == {None}
    assert len({word.key for word in words}) == len(words)
    assert sum(tally.counts.values()) == len(expected(locale)["messages"]) - len(wanted)
    assert not tally.day_is_a_guess
    absent = [one["attachment"] for one in messages if one.get("in_zip") is False]
    assert tally.missing == absent


@pytest.mark.parametrize("locale", LOCALES)
def test_every_line_of_every_layout_is_what_it_is(locale):
    path = sample(locale)
    if path.suffix == ".zip":
        with files.packed(path) as members:
            (chat_,) = [member for member in members if member.name.endswith(".txt")]
            lines = list(texts.lines(chat_.chunks()))
    else:
        lines = list(texts.lines(files.of_file(path).chunks()))

    found = chat.messages(lines, chat.survey(lines, today=TODAY), today=TODAY)

    assert [as_expected(message) for message in found] == [
        {
            **{name: value for name, value in one.items() if name not in ("note", "in_zip")},
            # No line of Android tells seconds; that of the expected note does.
            "at": one["at"][:17] + "00" if locale.startswith("android") else one["at"],
        }
        for one in expected(locale)["messages"]
    ]


def as_expected(message):
    told = {"at": message.at.isoformat()}
    if message.kind is chat.Kind.SYSTEM:
        return told | {"system": True}
    told["author"] = message.author
    if message.kind is chat.Kind.DELETED:
        told["deleted"] = True
    else:
        told["text"] = message.text
    if message.kind is chat.Kind.MEDIA:
        told["omitted"] = True
    if message.file:
        told["attachment"] = message.file
    if message.is_edited:
        told["edited"] = True
    if message.author_may_be:
        told["author_may_be"] = message.author_may_be
    return told


def digits(text, zero):
    return "".join(chr(zero + int(c)) if c.isdecimal() else c for c in text)


@dataclass(frozen=True)
class Layout:
    """How a telephone writes the stamp of a message."""

    name: str
    stamp: object  # from a moment to text
    ios: bool = False
    seconds: bool = False

    def line(self, at, author, text):
        if self.ios:
            return f"[{self.stamp(at)}] {author}: {text}\r\n"
        return f"{self.stamp(at)} - {author}: {text}\n"


def twelve(at, before, after):
    return f"{at.hour % 12 or 12}:{at:%M}", after if at.hour >= 12 else before


def iran(at):
    """A day in the months of the Solar Hijri calendar, as a telephone set to it writes it."""
    new_year = date(at.year, 3, 20 if at.year in (2012, 2016, 2020, 2024) else 21)
    days = (at.date() - new_year).days
    year = at.year - 621
    if days < 0:
        last = date(at.year - 1, 3, 20 if at.year - 1 in (2012, 2016, 2020, 2024) else 21)
        days, year = (at.date() - last).days, year - 1
    month, day = (days // 31 + 1, days % 31 + 1) if days < 186 else ((days - 186) // 30 + 7, (days - 186) % 30 + 1)
    return f"{year}/{month}/{day}"


LAYOUTS = [
    Layout("Android, British", lambda at: f"{at:%d/%m/%Y, %H:%M}"),
    Layout("Android, German", lambda at: f"{at:%d.%m.%y, %H:%M}"),
    Layout("Android, Australian", lambda at: f"{at.day}/{at.month}/{at:%y}, {' '.join(twelve(at, 'am', 'pm'))}"),
    Layout("Android, American", lambda at: f"{at.month}/{at.day}/{at:%y}, {chr(0x202F).join(twelve(at, 'AM', 'PM'))}"),
    Layout("Android, American in 24 hours", lambda at: f"{at.month}/{at.day}/{at:%y, %H:%M}"),
    Layout("Android, Canadian", lambda at: f"{at:%Y-%m-%d}, {' '.join(twelve(at, 'a.m.', 'p.m.'))}"),
    Layout("Android, French", lambda at: f"{at:%d/%m/%Y à %H:%M}"),
    Layout("Android, Colombian", lambda at: f"{at.day}/{at.month}/{at.year} {' '.join(twelve(at, 'a. m.', 'p. m.'))}"),
    Layout("Android, Finnish", lambda at: f"{at.day}.{at.month}.{at.year} klo {at.hour}.{at:%M}"),
    Layout("Android, Hungarian", lambda at: f"{at:%Y. %m. %d. %H:%M}"),
    Layout("Android, Croatian", lambda at: f"{at:%d. %m. %Y. %H:%M}"),
    Layout("Android, Swedish", lambda at: f"{at:%Y-%m-%d %H:%M}"),
    Layout("Android, Danish", lambda at: f"{at:%d.%m.%Y %H.%M}"),
    Layout("Android, Bulgarian", lambda at: f"{at.day}.{at:%m.%y} г., {at:%H:%M}"),
    Layout(
        "Android, Korean", lambda at: f"{at.year}. {at.month}. {at.day}. {' '.join(twelve(at, '오전', '오후')[::-1])}"
    ),
    Layout("Android, Chinese", lambda at: f"{at.year}/{at.month}/{at.day} {''.join(twelve(at, '上午', '下午')[::-1])}"),
    Layout("Android, Persian", lambda at: digits(f"{iran(at)}، {at:%H:%M}", 0x6F0)),
    Layout("Android, Turkish", lambda at: f"{at.day}.{at:%m.%Y} {' '.join(twelve(at, 'ÖÖ', 'ÖS')[::-1])}"),
    Layout("iPhone, British", lambda at: f"{at:%d/%m/%Y, %H:%M:%S}", ios=True, seconds=True),
    Layout("iPhone, Dutch", lambda at: f"{at:%d-%m-%Y %H:%M:%S}", ios=True, seconds=True),
    Layout("iPhone, Japanese", lambda at: f"{at:%Y/%m/%d %H:%M:%S}", ios=True, seconds=True),
    Layout("iPhone, Thai", lambda at: f"{at.day}/{at.month}/{at.year + 543} {at:%H:%M:%S}", ios=True, seconds=True),
    Layout(
        "iPhone, Thai, short", lambda at: f"{at.day}/{at.month}/{at.year - 1957} {at:%H:%M:%S}", ios=True, seconds=True
    ),
    Layout(
        "iPhone, Arabic",
        lambda at: digits(
            f"{at.day}\u200f/{at.month}\u200f/{at.year}، {at.hour % 12 or 12}:{at:%M:%S} {'صم'[at.hour >= 12]}",
            0x660,
        ),
        ios=True,
        seconds=True,
    ),
]

# Texts that begin no line as a message begins: a digit there is looked at in other tests.
LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40).filter(
    lambda line: not line.strip(texts.MARKS + " ")[:1].isdigit() and "[" not in line
)
TEXTS = (
    st.lists(LINES, min_size=1, max_size=4).map("\n".join).map(str.strip).filter(lambda text: text.strip(texts.MARKS))
)
NAMES = st.text(st.characters(categories=("L", "N", "So")), min_size=1, max_size=20)
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2026, 11, 30))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(data=st.data())
def test_what_a_telephone_wrote_in_any_layout_is_read_back(layout, data):
    moments = sorted(data.draw(st.lists(MOMENTS, min_size=1, max_size=6)))
    moments = [at.replace(microsecond=0, second=at.second if layout.seconds else 0) for at in moments]
    people = data.draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    words = [(at, data.draw(st.sampled_from(people)), data.draw(TEXTS)) for at in moments]
    assume(all(is_words(text) for _at, _name, text in words))
    # A day that has no month of its number tells which is which. Everybody has written before.
    known = [(datetime(2009, 5, 20 + n, 12), name, "good night") for n, name in enumerate(people)]
    again = [(at + timedelta(hours=1), name, "good night, all") for at, name, _text in known]
    whole = sorted([*known, *again], key=lambda one: one[0]) + words
    lines = "".join(layout.line(*one) for one in whole).split("\n")
    lines = [line.removesuffix("\r") for line in lines[:-1]]

    found = chat.survey(lines, today=TODAY)

    assert not found.order_is_a_guess
    read_back = [(one.at, one.author, one.text) for one in chat.messages(lines, found, today=TODAY)]
    assert read_back == [(at, name, text.strip(texts.MARKS + "\n")) for at, name, text in whole]


def is_words(text):
    """Whether WhatsApp itself writes nothing like this: what it does write is looked at in other tests."""
    message = chat.Message(None, chat.Kind.WORDS)
    entry = chat._Entry(None, False, "Lumi", text.split("\n"), "", True)
    chat._tell_apart(message, text, entry)
    return message.kind is chat.Kind.WORDS and message.text == text


# -- days ------------------------------------------------------------------------------------------


def test_which_number_is_the_month_is_told_by_the_whole_file(a_chat):
    americans = a_chat("3/1/24, 18:01 - Lumi: one", "3/2/24, 18:01 - Lumi: two", "3/13/24, 18:01 - Lumi: three")

    words, tally = read(americans)

    assert [str(word.at.date()) for word in words] == ["2024-03-01", "2024-03-02", "2024-03-13"]
    assert not tally.day_is_a_guess


def test_the_name_of_a_photograph_tells_which_number_is_the_month(a_chat):
    words, tally = read(a_chat("3/4/24, 18:01 - Lumi: \u200eIMG-20240304-WA0004.jpg (file attached)", "for Fern"))

    assert ([str(word.at.date()) for word in words], tally.day_is_a_guess) == (["2024-03-04"], False)


def test_days_near_each_other_are_believed_before_days_a_month_apart(a_chat):
    words, tally = read(a_chat(*(f"{day}/3/24, 18:01 - Lumi: one" for day in (1, 2, 4, 5))))

    assert [str(word.at.date()) for word in words] == ["2024-03-01", "2024-03-02", "2024-03-04", "2024-03-05"]
    assert not tally.day_is_a_guess


@pytest.mark.parametrize(
    ("stamp", "guessed", "month_first"),
    [
        ("3/4/24, 18:01", "2024-04-03", "2024-03-04"),
        ("03/04/2024, 18:01", "2024-04-03", "2024-03-04"),
        ("3/4/24, 6:01\u202fPM", "2024-03-04", "2024-03-04"),
    ],
)
def test_where_nothing_tells_the_month_it_is_asked_for(a_chat, stamp, guessed, month_first):
    path = a_chat(f"{stamp} - Lumi: one", f"{stamp} - Lumi: two")

    words, tally = read(path)
    told, sure = read(path, order=Order.MONTH_FIRST)

    assert ({str(word.at.date()) for word in words}, tally.day_is_a_guess) == ({guessed}, True)
    assert ({str(word.at.date()) for word in told}, sure.day_is_a_guess) == ({month_first}, False)


def test_a_day_in_a_calendar_that_is_not_known_is_left_open_and_the_words_come(a_chat):
    words, _tally = read(a_chat("1445/8/20, 18:01 - Lumi: one", "1445/8/21, 18:01 - Lumi: two"))

    assert [(word.text, word.at) for word in words] == [("one", None), ("two", None)]


@pytest.mark.parametrize(
    ("numbers", "civil"),
    [
        ((1387, 12, 30), None),  # before WhatsApp
        ((1391, 1, 1), "2012-03-20"),
        ((1395, 12, 30), "2017-03-20"),
        ((1398, 3, 7), "2019-05-28"),
        ((1402, 8, 25), "2023-11-16"),
        ((1403, 12, 30), "2025-03-20"),
        ((1405, 3, 7), "2026-05-28"),
        ((1402, 13, 1), None),
    ],
)
def test_a_persian_year_is_understood(numbers, civil):
    day = stamps.day(stamps.Numbers(*numbers, None), Order.YEAR_FIRST, today=TODAY)

    assert (str(day) if day else None) == civil


LANGUAGES = """
ar bg bn ca da de el en es es_MX fa fi fil gu he hi hu id ja ko lt lv mk ms nl pa pl pt ro ru sq sv ta th tr uk ur vi zh
zh_Hant
"""


@pytest.mark.parametrize("language", LANGUAGES.split())
def test_a_half_of_the_day_is_known_as_every_language_writes_it(language):
    said = Locale.parse(language).day_periods["format"]["abbreviated"]

    assert (stamps._half_of(said["am"]), stamps._half_of(said["pm"])) == (1, 2)


# -- lines that only look like the beginning ---------------------------------------------------------


def test_a_schedule_inside_a_message_stays_inside(a_chat):
    words, _tally = read(
        a_chat(
            "01/03/2024, 18:00 - Lumi: We meet as follows",
            "02/03/2024, 10:00 - church",
            "09/03/2024, 15:00 - Grave: bring candles",
            "See you",
            "01/03/2024, 18:05 - Oma Hedda: We will come",
            "13/03/2024, 18:05 - Lumi: Thank you",
            "13/03/2024, 18:06 - Oma Hedda: Of course",
        )
    )

    together = "We meet as follows\n02/03/2024, 10:00 - church\n09/03/2024, 15:00 - Grave: bring candles\nSee you"
    assert told(words) == [
        ("Lumi", together),
        ("Oma Hedda", "We will come"),
        ("Lumi", "Thank you"),
        ("Oma Hedda", "Of course"),
    ]


def test_what_was_copied_out_of_an_earlier_day_stays_inside(a_chat):
    words, _tally = read(
        a_chat(
            "13/03/2024, 18:00 - Lumi: hello",
            "13/03/2024, 18:01 - Oma Hedda: hello",
            "20/03/2024, 18:00 - Lumi: Do you remember",
            "13/02/2024, 18:01 - Oma Hedda: hello",
            "20/03/2024, 19:00 - Oma Hedda: I do",
        )
    )

    assert told(words)[2:] == [
        ("Lumi", "Do you remember\n13/02/2024, 18:01 - Oma Hedda: hello"),
        ("Oma Hedda", "I do"),
    ]


def test_one_wrong_clock_hides_nothing_that_comes_after_it(a_chat):
    later = [f"{day}/03/2024, 18:00 - {name}: day {day}" for day in range(13, 29) for name in ("Lumi", "Oma Hedda")]
    words, _tally = read(a_chat("12/03/2024, 18:00 - Lumi: hello", "12/03/2026, 18:00 - Lumi: wrong clock", *later))

    assert [word.text for word in words] == [
        "hello",
        "wrong clock",
        *(f"day {day}" for day in range(13, 29) for _name in range(2)),
    ]


def test_messages_an_hour_apart_the_wrong_way_round_are_two_messages(a_chat):
    words, _tally = read(
        a_chat(
            "27/10/2024, 02:50 - Lumi: awake",
            "27/10/2024, 02:10 - Lumi: still awake",
            "27/10/2024, 02:20 - Oma Hedda: me too",
            "28/10/2024, 02:20 - Oma Hedda: and now",
        )
    )

    assert [word.text for word in words] == ["awake", "still awake", "me too", "and now"]


def test_two_exports_in_one_file_are_both_read(a_chat):
    words, _tally = read(
        a_chat(
            *(f"{day}.03.24, 18:00 - Lumi: android {day}" for day in (13, 14, 15)),
            *(f"[{day}/03/2024, 18:00:00] Lumi: iphone {day}" for day in (16, 17, 18)),
        )
    )

    assert [word.text for word in words] == [
        *(f"android {day}" for day in (13, 14, 15)),
        *(f"iphone {day}" for day in (16, 17, 18)),
    ]


def test_other_ends_of_a_line_end_no_line(a_chat):
    words, _tally = read(a_chat("13/03/2024, 18:00 - Lumi: one\u2028two\u0085three\u2029four\x0bfive"))

    assert told(words) == [("Lumi", "one\u2028twothree\u2029fourfive")]


# -- names ------------------------------------------------------------------------------------------


def test_a_name_with_a_colon_is_whole_and_the_other_reading_is_told(a_chat):
    words, tally = read(
        a_chat(
            "13/03/2024, 18:00 - Uncle Toft: the tall one: hello",
            "13/03/2024, 18:01 - Lumi: the time: 19:00",
            "13/03/2024, 18:02 - Lumi: I am so sorry",
            "13/03/2024, 18:03 - Uncle Toft: the tall one: PS: 19:00",
            "13/03/2024, 18:04 - Uncle Toft: the tall one added Bibi",
        )
    )

    assert [(word.signed, word.signed_perhaps, word.text) for word in words] == [
        ("Uncle Toft: the tall one", "Uncle Toft", "hello"),
        ("Lumi", "", "the time: 19:00"),
        ("Lumi", "", "I am so sorry"),
        ("Uncle Toft: the tall one", "Uncle Toft", "PS: 19:00"),
    ]
    assert left_out(tally) == {"system": 1}


def test_a_new_name_of_the_group_with_a_colon_has_no_writer(a_chat):
    words, tally = read(
        a_chat(
            "13/03/2024, 18:00 - Lumi: hello",
            "13/03/2024, 18:01 - Lumi: hello",
            '13/03/2024, 18:02 - Lumi changed the group name from "Fern" to "Fern: her people"',
        )
    )

    assert (told(words), left_out(tally)) == ([("Lumi", "hello")] * 2, {"system": 1})


@pytest.mark.parametrize("name", ["+49 170 0000000", "Oma 🌻 Hedda", "ليلى", "The A - Team", "a.b/c"])
def test_a_name_is_taken_as_it_is(a_chat, name):
    words, _tally = read(a_chat(f"13/03/2024, 18:00 - {name}: hello"))

    assert told(words) == [(name, "hello")]


@pytest.mark.parametrize("name", ["~ Bibi", "~\u202fBibi", "~Bibi"])
def test_the_mark_of_a_number_that_is_not_known_is_no_part_of_a_name(a_chat, name):
    words, _tally = read(a_chat(f"13/03/2024, 18:00 - {name}: hello"))

    assert told(words) == [("Bibi", "hello")]


def test_the_marks_of_direction_inside_words_stay(a_chat):
    words, _tally = read(a_chat("13/03/2024, 18:00 - Lumi: \u200fשלום \u200eFern\u200f!"))

    assert told(words) == [("Lumi", "שלום \u200eFern\u200f!")]


# -- what WhatsApp writes itself -----------------------------------------------------------------------


def test_what_is_no_words_is_counted_and_said_in_sentences(a_chat):
    words, tally = read(
        a_chat(
            "13/03/2024, 18:00 - Messages and calls are end-to-end encrypted.",
            "13/03/2024, 18:01 - Lumi: Diese Nachricht wurde gelöscht.",
            "13/03/2024, 18:02 - Lumi: <Medien ausgeschlossen>",
            "13/03/2024, 18:03 - Lumi: <Medien ausgeschlossen>",
            "with words below",
            "13/03/2024, 18:04 - Lumi: STK-20240313-WA0001.webp (Datei angehängt)",
            "13/03/2024, 18:05 - Missed voice call",
            "13/03/2024, 18:06 - Lumi: Bibi.vcf (Datei angehängt)",
            "13/03/2024, 18:07 - Lumi: Standort: https://maps.google.com/?q=52.1,13.4",
            "13/03/2024, 18:08 - Lumi: POLL:",
            "Which day?",
            "OPTION: Friday (3 votes)",
            "OPTION: Saturday (1 vote)",
            "13/03/2024, 18:09 - Lumi: null",
            "13/03/2024, 18:10 - Lumi: VID-20240313-WA0002.mp4 (Datei angehängt)",
            "13/03/2024, 18:11 - Lumi: so sorry <Diese Nachricht wurde bearbeitet.>",
            "13/03/2024, 18:12 - Lumi: <3",
            "13/03/2024, 18:13 - Lumi: <hugs>",
        )
    )

    assert told(words) == [("Lumi", "with words below"), ("Lumi", "so sorry"), ("Lumi", "<3"), ("Lumi", "<hugs>")]
    assert tally.missing == ["VID-20240313-WA0002.mp4"]
    assert tally.sentences() == [
        "1 line was written by the service itself, such as who joined.",
        "1 message had been deleted by its writer.",
        "2 pictures, films and recordings are not in the export.",
        "1 sticker was left out.",
        "1 note of a call was left out.",
        "1 card with somebody’s number was left out.",
        "1 place on a map was left out.",
        "1 poll was left out.",
        "1 message holds no words.",
    ]


def test_on_an_iphone_marks_tell_what_is_no_words_in_any_language(a_chat):
    words, tally = read(
        a_chat(
            "[13/03/2024, 18:00:00] Fern: \u200eXyzzy blah.",
            "\u200e[13/03/2024, 18:00:01] Lumi: \u200eplugh xyzzy",
            "[13/03/2024, 18:00:02] Lumi: frotz \u200e<Xyzzy plugh>",
            "\u200e[13/03/2024, 18:00:03] Lumi: Letter.pdf • \u200e2 pages \u200e<xyzzy: 00000012-Letter.pdf>",
            "\u200e[13/03/2024, 18:00:04] Lumi: for Fern \u200e<xyzzy: 00000013-PHOTO-2024-03-13-18-00-04.jpg>",
            "[13/03/2024, 18:00:05] Lumi: \u200eMissed video call",
            end="\r\n",
        )
    )

    assert [(word.text, word.files) for word in words] == [
        ("frotz", ()),
        ("for Fern", ("00000013-PHOTO-2024-03-13-18-00-04.jpg",)),
    ]
    assert left_out(tally) == {"system": 1, "media": 2, "call": 1}


def test_a_sentence_about_a_deleted_message_is_words(a_chat):
    said = "This message was deleted by mistake, I only wanted to say that I am there"

    assert told(read(a_chat(f"13/03/2024, 18:00 - Lumi: {said}"))[0]) == [("Lumi", said)]


# -- packed ---------------------------------------------------------------------------------------------


def test_of_a_packed_chat_the_files_that_are_there_are_told_apart(tmp_path):
    lines = [
        "13/03/2024, 18:00 - Lumi: \u200eIMG-20240313-WA0001.jpg (file attached)",
        "13/03/2024, 18:01 - Lumi: \u200eIMG-20240313-WA0002.jpg (file attached)",
        "for Fern",
        "13/03/2024, 18:02 - Lumi: \u200eletter.txt (file attached)",
    ]
    path = packed(
        tmp_path / "Fern.zip",
        {
            "letter.txt": "13/03/2020, 18:00 - Nobody: an older chat",
            "WhatsApp Chat with Fern.txt": "\n".join(lines),
            "IMG-20240313-WA0001.jpg": b"",
        },
    )

    words, tally = read(path)

    assert [(word.text, word.files, word.missing) for word in words] == [
        ("", ("IMG-20240313-WA0001.jpg",), ()),
        ("for Fern", ("IMG-20240313-WA0002.jpg",), ("IMG-20240313-WA0002.jpg",)),
        ("", ("letter.txt",), ()),
    ]
    assert (tally.missing, left_out(tally)) == (["IMG-20240313-WA0002.jpg"], {})


def test_the_same_export_packed_or_not_gives_the_same_keys(tmp_path, a_chat):
    lines = ["13/03/2024, 18:00 - Lumi: hello", "13/03/2024, 18:01 - Oma Hedda: hello"]
    path = packed(tmp_path / "Fern.zip", {"_chat.txt": "\n".join(lines)})

    keys, again = [word.key for word in read(a_chat(*lines))[0]], [word.key for word in read(path)[0]]
    more = [word.key for word in read(a_chat(*lines, "PS"))[0]]

    assert keys == again
    assert (more[0], len(set(more) | set(keys))) == (keys[0], 3)  # what was written on is not the same


# -- bad input --------------------------------------------------------------------------------------------


def test_a_text_of_a_hundred_thousand_characters_is_handed_over_whole(a_chat):
    words, _tally = read(a_chat("13/03/2024, 18:00 - Lumi: " + "ü" * 100_000, "13/03/2024, 18:01 - Lumi: end"))

    assert [word.text for word in words] == ["ü" * 100_000, "end"]


def test_a_text_longer_than_anybody_types_is_counted(a_chat):
    path = a_chat("13/03/2024, 18:00 - Lumi: " + "x" * 1000, *["y" * 1000] * 1100, "13/03/2024, 18:01 - Lumi: end")

    words, tally = read(path)

    assert (told(words), left_out(tally)) == ([("Lumi", "end")], {"too-long": 1})


def test_a_file_without_lines_is_refused_before_it_is_held(a_chat):
    assert refusal(a_chat("13/03/2024, 18:00 - Lumi: ok", "x" * 6_000_000)) == (
        "This is no text that a person wrote: it has no lines."
    )


def test_nul_halves_and_broken_bytes_become_what_every_text_can_hold(tmp_path):
    path = written(
        tmp_path / "chat.txt",
        b"13/03/2024, 18:00 - Lu\0mi: nul\0 half \xed\xa0\xbd, broken \xff in \xc3\xbc \xe2\x9c\xa8 \xe6\x84\x9b\n"
        + "13/03/2024, 18:01 - Öma: Grüße\n".encode("cp1252"),
    )

    words, _tally = read(path)

    broken = "\N{REPLACEMENT CHARACTER}"
    assert told(words) == [("Lu mi", f"nul half {broken * 3}, broken {broken} in ü ✨ 愛"), ("Öma", "Grüße")]


def test_a_chat_saved_as_utf_16_is_read(tmp_path):
    path = written(tmp_path / "chat.txt", "13/03/2024, 18:00 - Lumi: für Fern 🕯️\r\n".encode("utf-16"))

    assert told(read(path)[0]) == [("Lumi", "für Fern 🕯️")]


def test_a_long_chat_is_read_in_constant_memory(tmp_path):
    path = tmp_path / "chat.txt"
    at, count = datetime(2012, 1, 13), 60_000
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(f"{at + timedelta(minutes=9 * number):%d/%m/%Y, %H:%M} - Lumi: {number} {'love ' * 30}\n")

    tracemalloc.start()
    try:
        with recognising.opened(path, today=TODAY) as reading:
            found = sum(1 for _word in reading.words)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert found == count
    assert path.stat().st_size > 10 * 2**20 > peak
