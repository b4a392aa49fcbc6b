"""Words out of mailboxes: every coding, no machine's letters, and nobody's words lost with the letter they answer."""

from __future__ import annotations

import email.policy
import tracemalloc
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowdrop.archive.importers.elsewhere import recognising
from snowdrop.archive.importers.elsewhere.came import Place
from snowdrop.archive.importers.elsewhere.mails import pages, quoting
from tests.archive.words import TODAY, WORDS, expected, left_out, read, told, written

BEGINS = b"From MAILER-DAEMON Wed Mar 06 08:30:00 2024\n"


@pytest.fixture
def a_box(tmp_path):
    """Write a mailbox of mails, each as bytes or as a message."""

    def made(*mails):
        whole = b""
        for mail in mails:
            content = mail if isinstance(mail, bytes) else mail.as_bytes(policy=email.policy.SMTP.clone(linesep="\n"))
            quoted = b"\n".join(
                b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in content.split(b"\n")
            )
            whole += BEGINS + quoted.rstrip(b"\n") + b"\n\n"
        return written(tmp_path / "box.mbox", whole)

    return made


def mail(text="So sorry.", *, sender="Lumi <lumi@example.net>", **headers):
    message = EmailMessage()
    message["From"] = sender
    message["Date"] = "Wed, 06 Mar 2024 08:30:00 -0500"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def raw(body, *headers):
    return "\n".join(["From: Lumi <lumi@example.net>", *headers, "", ""]).encode() + body


# -- the sample --------------------------------------------------------------------------------------


def test_the_condolences_come_as_they_were_written():
    words, tally = read(WORDS / "condolences.mbox")

    wanted = expected("condolences")
    as_page = wanted.pop()  # where a page breaks a line is told in another test
    assert [(word.signed, word.at.isoformat(), word.text, list(word.files), word.place) for word in words[:-1]] == [
        (one["from"], one["at"], one["text"], one["attachments"], Place.MAIL) for one in wanted
    ]
    last = words[-1]
    assert (last.signed, last.at.isoformat(), " ".join(last.text.split())) == (
        as_page["from"],
        as_page["at"],
        as_page["text"],
    )
    assert left_out(tally) == {}
    assert len({word.key for word in words}) == len(words)


def test_what_a_writer_answers_and_signs_with_can_be_told_from_the_words():
    words, _tally = read(WORDS / "condolences.mbox")

    assert [word.own for word in words if word.own != word.text] == [
        "From the first day we loved her.\nFrom all of us.",
        "We never met Óli, but we love Óli. You are the best parents Óli could have had. Óli was held every minute of "
        "Óli's life.",
    ]


# -- where one ends and the next begins -----------------------------------------------------------------


def test_a_line_that_begins_like_a_mail_is_read_as_it_was_typed(a_box):
    text = "Dear all\n\nFrom the first day we loved her.\n\n>From afar.\n\nFrom Lumi Wed Mar 06 08:30:00 2024\nme\n"

    assert [word.text for word in read(a_box(mail(text), mail("next")))[0]] == [text.strip(), "next"]


def test_a_mailbox_that_quotes_no_such_lines_is_read_too(tmp_path):
    box = (
        BEGINS
        + raw(b"Dear all\n\nFrom the first day on\n\nFrom Lumi Wed Mar 06 08:30:00 2024\nno header here\n\n")
        + b"\n"
    )

    words, _tally = read(written(tmp_path / "box", box + BEGINS + raw(b"next")))

    assert [word.text for word in words] == [
        "Dear all\n\nFrom the first day on\n\nFrom Lumi Wed Mar 06 08:30:00 2024\nno header here",
        "next",
    ]


def test_a_mailbox_of_google_and_lines_of_windows_are_read(tmp_path):
    box = b"From 1793000@xxx Mon Mar 04 19:02:11 +0000 2024\r\n" + raw(b"one\r\ntwo\r\n\r\n").replace(b"\n", b"\r\n")
    box = box.replace(b"\r\r", b"\r")

    assert [word.text for word in read(written(tmp_path / "All mail.mbox", box * 2))[0]] == ["one\ntwo"] * 2


def test_one_mail_alone_is_read(tmp_path):
    words, _tally = read(written(tmp_path / "a.eml", bytes(mail("So sorry.\n"))))

    assert told(words) == [("Lumi", "So sorry.")]


# -- who and when ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "signed"),
    [
        ("=?utf-8?q?T=C3=ADa?= Marisol <m@example.net>", "Tía Marisol"),
        ("=?iso-2022-jp?B?GyRCJCo4bCRfGyhC?= <m@example.net>", "お語み"),
        ('"Vallis, Oma" <m@example.net>', "Vallis, Oma"),
        ("Öma <m@example.net>", "Öma"),
        ("hedda.v@example.net", "hedda.v"),
        ("=?utf-8?q?Oma=0D=0ABcc=3A_all=40example.org?= <m@example.net>", "Oma Bcc: all"),
        ("=?utf-8?b?a?= <m@example.net>", "=?utf-8?b?a?="),
        ("=?x-nobody?q?Oma?= <m@example.net>", "Oma"),
    ],
)
def test_a_name_is_read_as_it_is_packed_and_an_address_is_kept_back(tmp_path, sender, signed):
    path = written(tmp_path / "a.mbox", BEGINS + f"From: {sender}\nSubject: x\n\nSo sorry.\n".encode())

    assert told(read(path)[0]) == [(signed, "So sorry.")]


@pytest.mark.parametrize(
    ("headers", "at"),
    [
        (["Date: Wed, 06 Mar 2024 08:30:00 -0500"], datetime(2024, 3, 6, 13, 30, tzinfo=UTC)),
        (["Date: Wed, 06 Mar 2024 08:30:00 -0000"], datetime(2024, 3, 6, 8, 30, tzinfo=UTC)),
        (
            ["Date: yesterday", "Received: from a by b; Wed, 06 Mar 2024 13:30:00 +0000"],
            datetime(2024, 3, 6, 13, 30, tzinfo=UTC),
        ),
        (
            ["Date: Wed, 06 Mar 2047 08:30:00 +0000", "Received: from a by b;\n Wed, 06 Mar 2024 13:30:00 +0000"],
            datetime(2024, 3, 6, 13, 30, tzinfo=UTC),
        ),
        (["Date: Thu, 01 Jan 1970 00:00:00 +0000"], None),
        (["Date: Wed, 99 Mar 2024 08:30:00 +9999"], None),
        ([], None),
    ],
)
def test_a_day_that_is_wrong_is_told_by_when_a_mail_was_received(tmp_path, headers, at):
    path = written(tmp_path / "a.mbox", BEGINS + raw(b"So sorry.\n", *headers))

    assert [word.at for word in read(path)[0]] == [at]


# -- the words of a mail ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("utf-8", "Grüße ✨".encode()),
        ("us-ascii", "Grüße ✨".encode()),
        ("iso-8859-1", "Grüße ✨".encode()),
        ("windows-1251", "Обнимаю".encode("cp1251")),
        ("iso-8859-1", "“Grüße” …".encode("cp1252")),
        ("gb2312", "请节哀".encode("gb18030")),
        ("x-nobody", "Grüße".encode("cp1252")),
        ("base64", "Grüße".encode()),
        ("utf-7", b"Gr+APwA3w-e"),
    ],
)
def test_every_coding_is_read_also_where_the_wrong_one_is_named(tmp_path, charset, body):
    path = written(tmp_path / "a.mbox", BEGINS + raw(body, f"Content-Type: text/plain; charset={charset}"))

    (word,) = read(path)[0]

    wanted = {"windows-1251": "Обнимаю", "gb2312": "请节哀", "utf-7": "Gr+APwA3w-e"}.get(charset)
    assert word.text == (wanted or ("“Grüße” …" if "…" in word.text else "Grüße ✨" if "✨" in word.text else "Grüße"))


def test_of_two_ways_to_say_it_the_plain_one_is_taken_and_of_a_page_only_its_text(a_box):
    both = mail("plain words\n")
    both.add_alternative("<p>words of the page</p>", subtype="html")
    page = EmailMessage()
    page["From"] = "Lumi <lumi@example.net>"
    page.set_content("<p>Love,<br>Lumi</p><script>alert(1)</script><img src='https://x.invalid/p.gif'>", subtype="html")

    assert [word.text for word in read(a_box(both, page))[0]] == ["plain words", "Love,\nLumi"]


def test_words_above_and_below_a_picture_are_both_kept_and_what_is_attached_is_named(a_box):
    mixed = mail("above\n")
    mixed.add_attachment(
        b"\xff\xd8" * 90_000, maintype="image", subtype="jpeg", filename="Kerze 🕯️.jpg", disposition="inline"
    )
    mixed.add_attachment("below\n", disposition="inline")
    mixed.add_attachment("a letter\n", filename="letter.txt")
    mixed.add_attachment(mail("another mail"))

    ((word),) = read(a_box(mixed))[0]

    assert (word.text, word.files) == ("above\n\nbelow", ("Kerze 🕯️.jpg", "letter.txt", "message/rfc822"))


def test_lines_that_a_program_broke_are_whole_again(tmp_path):
    body = b"We are so \nsorry.\n\nLumi\n-- \nsent from a phone\n"
    path = written(tmp_path / "a.mbox", BEGINS + raw(body, "Content-Type: text/plain; format=flowed"))

    (word,) = read(path)[0]

    assert (word.text, word.own) == ("We are so sorry.\n\nLumi\n-- \nsent from a phone", "We are so sorry.\n\nLumi")


def test_a_letter_cut_off_in_the_middle_gives_what_is_there(tmp_path):
    headers = ["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"']
    part = b"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nU28gc29ycnku\nR3LDvMOf"

    assert [word.text for word in read(written(tmp_path / "a.mbox", BEGINS + raw(part, *headers)))[0]] == [
        "So sorry.Grüß"
    ]


def test_parts_in_parts_without_end_are_left(tmp_path):
    body = b"".join(b'--b%d\nContent-Type: multipart/mixed; boundary="b%d"\n\n' % (n, n + 1) for n in range(500))
    headers = ["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b0"']

    words, tally = read(written(tmp_path / "a.mbox", BEGINS + raw(body, *headers)))

    assert (words, left_out(tally)) == ([], {"empty": 1})


# -- what no person wrote ------------------------------------------------------------------------------------


def test_what_no_person_wrote_is_counted_and_said_in_sentences(a_box):
    report = raw(b"--b\n\nnot delivered\n--b--\n", 'Content-Type: multipart/report; boundary="b"')
    words, tally = read(
        a_box(
            report,
            mail("not delivered", sender="Mail <MAILER-DAEMON@example.net>"),
            mail("I am on holiday", Auto_Submitted="auto-replied"),
            mail("I am on holiday", Auto_Submitted="auto-replied (vacation)", Return_Path="<>"),
            mail("I am on holiday", Precedence="auto_reply"),
            mail("Buy candles", Precedence="bulk", List_Unsubscribe="<https://x.invalid/>"),
            mail("never sent", X_Gmail_Labels="Drafts,Important"),
            mail("deleted", X_Mozilla_Status="0009"),
            mail(""),
            mail("of the choir’s list", List_Id="<choir.example.net>", Precedence="list"),
            mail("by hand", Auto_Submitted="no", X_Mozilla_Status="0001"),
        )
    )

    assert [word.text for word in words] == ["of the choir’s list", "by hand"]
    assert tally.sentences() == [
        "1 message holds no words.",
        "2 notices that a mail could not be delivered were left out.",
        "3 mails were answered by a machine, such as of somebody on holiday.",
        "1 mail was sent to many at once by a company or a list.",
        "2 mails had been deleted, or were never sent.",
    ]


# -- a writer's own words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Love.\n\nOn Mon, 4 Mar 2024 at 19:02, Family wrote:\n> our Fern\n> was born", "Love."),
        ("Love.\n\nOn Mon, 4 Mar 2024 at 19:02,\nFamily <f@example.org> wrote:\n\n> our Fern", "Love."),
        ("Love.\n\nAm 04.03.24 um 19:02 schrieb Familie Vallis:\n> unsere Fern", "Love."),
        ("Love.\n\nLe lun. 4 mars 2024 à 19:02, Famille a écrit :\n> notre Fern", "Love."),
        ("Love.\n\n2024년 3월 4일 (월) 오후 7:02, 가족님이 작성:\n> 우리 Fern", "Love."),
        ("> our Fern was born\n\nWe love her.", "We love her."),
        ("On Mon, 4 Mar 2024, Family wrote:\n> our Fern\n\nWe love her.", "We love her."),
        ("You wrote\n> our Fern was born\nand we cried.\n> and we said goodbye\nNever forgotten.", None),
        ("We love her.\n\n-----Original Message-----\nFrom: Family\nSent: Monday\n\nour Fern", "We love her."),
        ("See below.\n\n---------- Forwarded message ----------\nFrom: Bibi\n\nSo sorry.", None),
        ("Love.\n-- \nLumi\nHarbour 9", "Love."),
        ("Love.\n-- \n" + "\n".join(f"verse {n}" for n in range(20)), None),
        ("-- \nLumi", None),
        ("> only what was quoted", None),
        ("On Sunday I wrote:\nshe is loved", None),
        ("Love.\n____________________________________\nchoir mailing list\nunsubscribe: x", "Love."),
        ("a\n-- \nb\n\nOn Mon, 4 Mar 2024 at 19:02, Family wrote:\n> c", "a"),
    ],
)
def test_only_what_is_certain_is_taken_from_the_words(text, own):
    assert quoting.own(text) == (own or text)


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(["", ">", "> a", "b", "-- ", "--", "On 4 Mar 2024, Family wrote:", "c d"]), max_size=12)
)
def test_of_words_that_hold_something_something_is_left_and_nothing_is_changed(lines):
    text = "\n".join(lines).strip()

    own = quoting.own(text)

    assert own in text
    assert bool(own) == bool(text)


# -- pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div><div><br></div><div>three</div>", "one\ntwo\n\nthree"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("a\n  <b>b</b>c&nbsp;d &amp; &#128156;", "a bc\u00a0d & 💜"),
        ("<ul><li>one</li><li>two</li></ul>", "– one\n– two"),
        ("<style>p{}</style><title>x</title><!-- no --><p>yes</p>", "yes"),
        ("<p>yes</p><div style='display: none'>hidden <b>too</b></div><p hidden>no</p>", "yes"),
        ("Love<div class='gmail_quote'>On 4 Mar wrote:<blockquote>our Fern<br>was born</blockquote></div>", None),
        ("<a href='https://x.invalid/'>a link</a><img src='https://x.invalid/p.gif' alt=''>", "a link"),
        ("<p>not <b>closed <script>alert(1)", "not closed"),
        ("</p></div>stray", "stray"),
        ("<table><tr><td>one</td></tr><tr><td>two</td></tr></table>", "one\ntwo"),
        ("<p title=\"it's > that\" class=x>yes<img src='data:image/png;base64," + "A" * 9000 + "'>.</p>", "yes."),
        ("3 < 4 and a<b", "3 < 4 and a<b"),
        ("<p>a</p><!-- <p>never closed", "a"),
        ("<p STYLE='color:red'>A<BR>B</P>", "A\nB"),
        ("", ""),
    ],
)
def test_the_text_of_a_page(page, text):
    found = pages.text_of(page)

    if text is None:
        assert found.replace("> > ", "> ").split("\n")[0] == "Love"
        assert all(line.startswith(">") for line in found.split("\n")[1:] if line)
    else:
        assert found == text


def test_a_page_of_many_thousand_open_tags_is_read():
    assert pages.text_of("<div><blockquote>" * 20_000 + "love").endswith("love")


@pytest.mark.parametrize("start", ["<!--", "<a ", "<a b='", '<a b="', "<", "</", "<![CDATA[", "<?", "<script", "&"])
def test_what_is_never_closed_is_read_once_and_not_over_and_over(start):
    assert pages.text_of("love" + start * 100_000).startswith("love")


# -- a large mailbox -----------------------------------------------------------------------------------------


def test_a_mailbox_of_large_pictures_is_read_in_constant_memory(tmp_path):
    picture = b"\n".join([b"A" * 76] * 40_000)
    with (tmp_path / "large.mbox").open("wb") as file:
        for number in range(6):
            headers = ["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"']
            file.write(BEGINS + raw(b"--b\n\nlove %d\n--b\nContent-Type: image/jpeg\n" % number, *headers))
            file.write(b"Content-Transfer-Encoding: base64\n\n" + picture + b"\n--b--\n\n")

    tracemalloc.start()
    try:
        with recognising.opened(tmp_path / "large.mbox", today=TODAY) as reading:
            found = [(word.text, word.files) for word in reading.words]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert found == [(f"love {number}", ("image/jpeg",)) for number in range(6)]
    assert peak < 8 * 2**20
