"""The title that somebody gave a picture in another program, from the XMP packet in its file."""

from __future__ import annotations

import html
import re
import unicodedata

HEAD = 512 * 1024  # bytes; programs write the packet before the picture
LONGEST = 2_000  # characters

# A packet is searched and not parsed: of a stranger's XML nothing is expanded or followed.
_BEGINS, _ENDS = b"<x:xmpmeta", b"</x:xmpmeta>"
_SAID = tuple(
    re.compile(rf"<dc:{name}>\s*<rdf:Alt>\s*<rdf:li[^>]{{0,80}}>([^<]{{1,20000}})</rdf:li>")
    for name in ("title", "description")
)


def from_xmp(head: bytes) -> str:
    """Return the title, else the description, or ""; without control characters, at most 2,000 characters.

    Source: Adobe XMP Specification, part 1, section 8.4, "Dublin Core namespace".
    """
    # The end first, then the last beginning before it: each is one walk, however many beginnings there are.
    end = head.find(_ENDS)
    begin = head.rfind(_BEGINS, 0, max(end, 0))
    if begin < 0:
        return ""
    packet = head[begin:end].decode("utf-8", "replace")
    for pattern in _SAID:
        match = pattern.search(packet)
        if match is None:
            continue
        text = "".join(
            c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in html.unescape(match[1])
        ).strip()
        if text and text != "�":
            return text[:LONGEST].rstrip()
    return ""
