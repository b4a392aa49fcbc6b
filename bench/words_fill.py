"""What the bench of the words needs inside the house: an open book, filled forms, and a look at what came."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlencode


def do(what: str, *arguments: str) -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "snowdrop.config.settings")
    import django

    import snowdrop  # noqa: F401  a sound SQLite before Django loads one

    django.setup()
    return {"open": _open, "forms": _forms, "commits": _commits, "look": _look}[what](*arguments)


def _here() -> Any:
    from snowdrop.host.demo import making

    return making.found()


def _open() -> dict[str, str]:
    """Let everyone leave words on the demo family's page."""
    from snowdrop.memorials.access import stand
    from snowdrop.memorials.circles import Circle
    from snowdrop.memorials.models import Membership, Memorial
    from snowdrop.words import book
    from snowdrop.words.models import Book

    here = _here()
    Memorial.objects.filter(pk=here.pk).update(audience=Circle.PUBLIC)
    here.refresh_from_db()
    keeper = Membership.objects.live().filter(memorial=here, circle=Circle.KEEPERS).first()
    by = stand(here, keeper.person)
    book.answer(Book.FirstReader.US, by=by)
    book.take_words_from(Circle.PUBLIC, by=by)
    return {"slug": here.slug}


def _forms(number: str, path: str) -> int:
    """Write so many forms as browsers would send them, each with its stamp and its solved proof."""
    import secrets
    from datetime import timedelta

    import altcha
    from django.utils import timezone

    from snowdrop.words import proof, stamp

    # A hundred thousand devices had half a second each; here the first try counts. A check costs the same.
    proof.TRIES, proof.STEPS = range(1, 2), 10
    here, now = _here(), timezone.now()
    shown_at = now - timedelta(minutes=1)
    with Path(path).open("w", encoding="ascii") as file:
        for _number in range(int(number)):
            token = stamp.make(here.pk, shown_at)
            stamped = stamp.read(token, here.pk, now)
            import json

            challenge = altcha.Challenge.from_dict(json.loads(proof.ask(stamped, here.pk, now)))
            solution = altcha.solve_challenge(challenge, counter_start=1)
            own = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz") for _letter in range(12))
            form = {
                "stamp": token,
                "proof": altcha.Payload(challenge, solution).to_base64(),
                "signed": "A neighbour",
                "knew": "from the choir",
                "text": f"She taught me to swim in the cold lake, and she was kind to all of us. {own} "
                + "I remember. " * 12,
                "csrfmiddlewaretoken": "a" * 32,
            }
            file.write(urlencode(form) + "\n")
    return int(number)


def _commits() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM words_kindword")
        return int(cursor.fetchone()[0])


def _look(path: str) -> tuple[int, int]:
    """Of the acknowledged ids in this file: how many are not there; of all words, how many are there twice."""
    from snowdrop.words.models import KindWord

    told = set(Path(path).read_text().split())
    rows = [(str(id), text) for id, text in KindWord.objects.values_list("pk", "text").iterator()]
    there = {id for id, _text in rows}
    texts = [text for _id, text in rows]
    return len(told - there), len(texts) - len(set(texts))
