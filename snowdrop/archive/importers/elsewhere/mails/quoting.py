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
    r"|Den\b.{6,300}\bskrev(?:\b.{0,200})?)\s?:",
    re.DOTALL,
)
# Of these nothing tells where they begin, so they are one line.
_WROTE_IN_ONE_LINE = re.compile(
    r"(?:.{6,300}\b(?:писал|написал|пише|пишет|napisał|kirjoitti|schrieb|schreef|wrote|a scris|napsal|írta)"
    r"(?:\([аa]\)|[аa])?|.{6,300}(?:のメール|님이 작성|写道|寫道|كتب|כתב|yazdı))\s?[:：]"
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
        return lines[: end - _says_whose(lines[:end])]
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    first = next((number for number, line in enumerate(lines) if _is_quoted(line)), len(lines))
    above = [line for line in lines[start:first] if line.strip()]
    if len(above) == _says_whose(above):
        while first < len(lines) and (_is_quoted(lines[first]) or not lines[first].strip()):
            first += 1
        return lines[first:] or lines
    return lines


def _says_whose(lines: list[str]) -> int:
    """How many of the last lines say whose words stand below: a program breaks a long line of this kind."""
    if (
        lines
        and _WROTE_IN_ONE_LINE.fullmatch(lines[-1].strip())
        and not _WROTE.fullmatch("\n".join(lines[-2:]).strip())
    ):
        return 1
    sizes = (size for size in (1, 2, 3) if size <= len(lines))
    return next((size for size in sizes if _WROTE.fullmatch("\n".join(lines[-size:]).strip())), 0)


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
