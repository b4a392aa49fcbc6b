"""What people wrote, as HTML."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowdrop.web.markdown import to_html, to_text

SAME = [
    ("two lines of a letter", "Dear Wren,\nit snowed.", "<p>Dear Wren,<br>\nit snowed.</p>"),
    ("emphasis", "**so** *small*", "<p><strong>so</strong> <em>small</em></p>"),
    ("a list", "- a hat\n- a blanket", "<ul>\n<li>a hat</li>\n<li>a blanket</li>\n</ul>"),
    ("a heading stands below the title", "# Winter", "<h3>Winter</h3>"),
    ("a quotation", "> so small", "<blockquote>\n<p>so small</p>\n</blockquote>"),
    ("a list that begins with a day", "24. December", '<ol start="24">\n<li>December</li>\n</ol>'),
    ("indented lines of a poem", "one\n\n    two", "<p>one</p>\n<p>two</p>"),
    ("dashes beneath a sentence", "We waited.\n---\nThen", "<p>We waited.</p>\n<hr>\n<p>Then</p>"),
    ("the star and the cross of a gravestone", "* 3 May 2020\n+ 9 May 2020", "<p>* 3 May 2020<br>\n+ 9 May 2020</p>"),
    ("a word in brackets and a colon", "[Sam]: came at noon", "<p>[Sam]: came at noon</p>"),
    ("HTML", "<b>so</b> &amp; <3", "<p>&lt;b&gt;so&lt;/b&gt; &amp;amp; &lt;3</p>"),
    ("a picture from elsewhere", "So: ![her <*hand*>](https://spy.example/x.gif)", "<p>So: her &lt;hand&gt;</p>"),
    ("a picture without words", "![](https://spy.example/x.gif)", "<p>https://spy.example/x.gif</p>"),
    ("an exclamation", "It snowed![x]", "<p>It snowed![x]</p>"),
    ("right-to-left", "كتبنا **لك**", "<p>كتبنا <strong>لك</strong></p>"),
    ("emoji", "🕯️ for you", "<p>🕯️ for you</p>"),
    ("nothing", "", ""),
]


@pytest.mark.parametrize(("what", "text", "html"), SAME, ids=lambda _: "")
def test_a_letter_stays_a_letter(what, text, html):
    assert to_html(text) == html


def test_a_link_leads_out_and_tells_nobody_where_it_came_from():
    rel = 'rel="nofollow ugc noopener noreferrer"'

    assert to_html("[song](https://song.example/?a=1&b=2)") == (
        f'<p><a href="https://song.example/?a=1&amp;b=2" {rel}>song</a></p>'
    )


def test_a_picture_from_elsewhere_is_neither_a_picture_nor_a_link_here():
    assert to_html("![x](https://spy.example/x.gif)") == "<p>x</p>"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She had **long** fingers.", "She had long fingers."),
        ("# Winter\n\n> *so* small\n\n- a hat\n- [a song](https://song.example)", "Winter\nso small\na hat\na song"),
        ("* 3 May 2020\n+ 9 May 2020", "* 3 May 2020\n+ 9 May 2020"),
        ("2 * 3 * 4 <b> &amp; snow_drop_s", "2 * 3 * 4 <b> &amp; snow_drop_s"),
        ("![her hand](https://spy.example/x.gif)", "her hand"),
        ("---", ""),
        ("", ""),
    ],
)
def test_the_words_alone_stand_without_marks(text, words):
    assert to_text(text) == words


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "/m/x/put-away/", "//x.org"]
)
def test_no_link_leads_into_the_house_or_into_a_script(address):
    assert "href" not in to_html(f"[x]({address}) <{address}>")


TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
ALLOWED = {"a", "blockquote", "br", "em", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul"}
HARMFUL = ["<script>", "<img src=x onerror=y>", "<a href=x>", "javascript:", "<!--", "]]>", "&#60;", "<", ">", '"', "'"]
MARKS = ["[", "![", "](", ")", "https://x.org", "*", "**", "_", "`", "> ", "- ", "# ", "1. ", "\\", "\t", "    "]
PIECES = st.sampled_from([*HARMFUL, *MARKS, "word", " ", "\n", "\n\n"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_is_typed_only_plain_tags_come_out(text):
    html = to_html(text)

    for _end, tag, attributes in TAG.findall(html):
        assert tag in ALLOWED
        assert re.fullmatch(r'( (href="(https?:|mailto:)[^"]*"|rel="[a-z ]+"|start="\d+"))*', attributes)
    assert "<" not in TAG.sub("", html)


@pytest.mark.parametrize("piece", ["*a", "[", "![", "[](", "> ", "- ", "<", "`", "_a ", "a\n", "* 3\n", "\\", "&"])
def test_a_hundred_thousand_characters_made_to_be_slow_are_not(piece):
    text = (piece * 100_000)[:100_000]
    began = time.process_time()

    to_html(text)

    assert time.process_time() - began < 10  # seconds; two on an ordinary machine
