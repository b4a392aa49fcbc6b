"""What in a letter is its writer's own: without the letter it answers, and without what a machine adds below.

Only what is certain is taken away, and never everything: when in doubt a line is the writer's.
"""

from __future__ import annotations

import re

LONGEST_SIGNATURE = 12  # lines

# On Mon, 4 Mar 2024 at 19:02, Family wrote: – one or two lines, in the languages of the programs that add them.
_WROTE = re.compile(
    r"(?:On\b.{6,300}\bwrote|Am\b.{6,300}\bschrieb(?:\b.{0,200})?|Le\b.{6,300}\ba écrit|El\b.{6,300}\bescribió"
    r"|Em\b.{6,300}\bescreveu|Il\b.{6,300}\bha scritto|Op\b.{6,300}\bschreef(?:\b.{0,200})?"
    r"|Den\b.{6,300}\bskrev(?:\b.{0,200})?"
    r"|.{6,300}\b(?:писал|написал|пише|пишет|napisał|kirjoitti|schrieb|wrote|a scris|napsal|írta)"
    r"(?:\([аa]\)|[аa])?"
    r"|.{6,300}(?:のメール|님이 작성|写道|寫道|:كتب|كتب|כתב|yazdı))\s?[:：]",
    re.DOTALL,
)
_ORIGINAL = re.compile(
    r"-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Original-Nachricht|Originalnachricht|Message d'origine"
    r"|Message original|Mensaje original|Mensagem original|Messaggio originale|Oorspronkelijk bericht"
    r"|Исходное сообщение|Oprindelig meddelelse|Ursprungligt meddelande) ?-{2,}",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(r"_{30,}|-{30,}")


def own(text: str) -> str:
    """Return the writer's own words, or the whole text where nothing else would be left."""
    lines = text.split("\n")
    lines = _without_original(lines)
    lines = _without_answered(lines)
    lines = _without_signature(lines)
    lines = _without_answered(lines)
    kept = "\n".join(lines).strip()
    return kept or text


def _is_quoted(line: str) -> bool:
    return line.startswith(">")


def _without_original(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if _ORIGINAL.fullmatch(line.strip()):
            return lines[:number]
    return lines


def _without_answered(lines: list[str]) -> list[str]:
    """Take a quotation away that stands below or above everything, with the line that says whose it is.

    One in the middle stays: what was written between its lines would mean nothing without it.
    """
    end = len(lines)
    while end and (_is_quoted(lines[end - 1]) or not lines[end - 1].strip()):
        end -= 1
    if any(_is_quoted(line) for line in lines[end:]):
        for size in (1, 2, 3):  # a program breaks a long line of this kind
            if size <= end and _WROTE.fullmatch("\n".join(lines[end - size : end]).strip()):
                end -= size
                break
        lines = lines[:end]
    start = 0
    while start < len(lines) and not lines[start].strip():
        start += 1
    for size in (0, 1, 2):
        said = "\n".join(lines[start : start + size]).strip()
        if (size == 0 or _WROTE.fullmatch(said)) and start + size < len(lines):
            first = start + size
            while first < len(lines) and size and not lines[first].strip():
                first += 1
            if first < len(lines) and _is_quoted(lines[first]):
                while first < len(lines) and (_is_quoted(lines[first]) or not lines[first].strip()):
                    first += 1
                return lines[first:]
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    for number in range(len(lines) - 1, -1, -1):
        below = len(lines) - number - 1
        if lines[number] in ("-- ", "--") and below <= LONGEST_SIGNATURE:
            return lines[:number]
        if _LIST_FOOTER.fullmatch(lines[number].strip()) and _is_of_a_list(lines[number:]):
            return lines[:number]
        if below > LONGEST_SIGNATURE:
            break
    return lines


def _is_of_a_list(lines: list[str]) -> bool:
    return len(lines) <= LONGEST_SIGNATURE and any(
        "unsubscribe" in line.lower() or "mailing list" in line.lower() for line in lines
    )
