"""What is said in a recording: plain words, or words with their times, as WebVTT, SubRip or a hand writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 2_000  # lines with a time
_STAYS = 5.0  # seconds a line stays where nothing says until when, or until the next one

_CLOCK = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_FROM_TO = re.compile(rf"{_CLOCK}\s+-->\s+{_CLOCK}(?:\s.*)?")
_AT = re.compile(rf"[\[(]?{_CLOCK}[\])]?[\s:–-]+(\S.*)")


@dataclass(frozen=True)
class Said:
    """A few words and when they are said."""

    start: float  # seconds
    end: float
    text: str

    @property
    def clock(self) -> str:
        whole = int(self.start)
        return f"{whole // 60}:{whole % 60:02d}"


def read(transcript: str) -> list[Said]:
    """Return what is said, in order of time; empty where the words carry no times."""
    said = _with_arrows(transcript) if "-->" in transcript else _with_clocks(transcript)
    return sorted(said, key=lambda one: one.start)[:MOST]


def as_webvtt(said: list[Said]) -> str:
    """Source: W3C WebVTT, section 4.1. Nothing in the words is taken for a mark of the format."""
    pieces = ["WEBVTT\n"]
    for one in said:
        text = one.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        pieces.append(f"{_stamp(one.start)} --> {_stamp(one.end)}\n{text}\n")
    return "\n".join(pieces)


def _with_arrows(transcript: str) -> list[Said]:
    said = []
    for block in re.split(r"\n\s*\n", transcript.strip()):
        lines = [line.strip() for line in block.splitlines()]
        for place, line in enumerate(lines):
            if times := _FROM_TO.fullmatch(line):
                start, end = _seconds(times.groups()[:4]), _seconds(times.groups()[4:8])
                text = "\n".join(line for line in lines[place + 1 :] if line)
                if text and end > start:
                    said.append(Said(start, end, text))
                break
    return said


def _with_clocks(transcript: str) -> list[Said]:
    lines = [line.strip() for line in transcript.splitlines() if line.strip()]
    found = [_AT.fullmatch(line) for line in lines]
    if not found or not all(found):
        return []  # a time here and there is part of the words
    begun = [(_seconds(one.groups()[:4]), one[5]) for one in found if one is not None]
    ends = [*(start for start, _text in begun[1:]), begun[-1][0] + _STAYS]
    return [
        Said(start, end if end > start else start + _STAYS, text)
        for (start, text), end in zip(begun, ends, strict=True)
    ]


def _seconds(clock: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, parts = clock
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{parts or 0}")


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
