"""Titles from XMP packets."""

from __future__ import annotations

import pytest

from snowdrop.archive.importers import titles

PACKET = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><rdf:Description>{}</rdf:Description></rdf:RDF></x:xmpmeta>"
TITLE = "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>{}</rdf:li></rdf:Alt></dc:title>"
DESCRIPTION = "<dc:description> <rdf:Alt> <rdf:li xml:lang='x-default'>{}</rdf:li></rdf:Alt></dc:description>"


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (TITLE.format("In the garden"), "In the garden"),
        (DESCRIPTION.format("By the lake") + TITLE.format("In the garden"), "In the garden"),
        (DESCRIPTION.format("By the lake"), "By the lake"),
        (TITLE.format("Ünser &amp; Kind &lt;3 🌷"), "Ünser & Kind <3 🌷"),
        (TITLE.format("a&#0;b&#xD800;c"), "a�b�c"),
        (TITLE.format("x" * 5_000), "x" * 2_000),
        (TITLE.format("   "), ""),
        ("", ""),
    ],
)
def test_a_title_is_read_before_a_description(inside, said):
    assert titles.from_xmp(b"\xff\xd8junk" + PACKET.format(inside).encode() + b"rest") == said


def test_nothing_of_a_strangers_xml_is_expanded():
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + PACKET.format(TITLE.format("&a;&a;")).encode()

    assert titles.from_xmp(bomb) == "&a;&a;"


def test_a_packet_without_an_end_costs_no_time():
    assert titles.from_xmp(b"<x:xmpmeta" * 50_000) == ""
