"""Filling a house with very much: rows as the verbs would leave them, written in bulk, outside the server."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.frame import HOUSE, PYTHON, Server, get


def _ask(server: Server, *arguments: str) -> Any:
    env = {**server.env, "SNOWDROP_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    done = subprocess.run(
        [str(PYTHON), "-m", "bench.fill", *arguments], cwd=HOUSE, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def crowd(server: Server, slug: str, size: int) -> dict[str, list[str]]:
    """Add members and return the cookies of `size` who may upload and `size` who read."""
    found: dict[str, list[str]] = _ask(server, "crowd", slug, str(size))
    return found


def memorial(server: Server, moments: int, photographs: int) -> dict[str, str]:
    """Make a memorial with so much in it and return its keeper's cookie and its slug."""
    found: dict[str, str] = _ask(server, "memorial", str(moments), str(photographs))
    return found


def readers(server: Server, members: int, links: int, moments: int) -> dict[str, str]:
    """Make a memorial that so many belong to; return its slug and cookies of a member and of a guest."""
    found: dict[str, str] = _ask(server, "readers", str(members), str(links), str(moments))
    return found


def remove(server: Server, slug: str) -> None:
    """Take the member and the guest of `readers` out, through the verbs."""
    _ask(server, "remove", slug)


def remove_readers(server: Server, slug: str, *cookies: str) -> None:
    """Take everybody out who read here, and see that each of these meets 404 then."""
    remove(server, slug)
    for cookie in cookies:
        status, _body = get(f"{server.url}/m/{slug}/story/", cookie=cookie)
        if status != 404:
            raise SystemExit(f"somebody who was removed met {status}")


def _cookie(person: Any) -> str:
    from django.conf import settings

    from snowdrop.people.sessions import SessionStore

    store = SessionStore()
    store.create()
    store.sign_in(person)
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def _crowd(slug: str, size: int) -> dict[str, list[str]]:
    from snowdrop.memorials.circles import Circle
    from snowdrop.memorials.models import Membership, Memorial
    from snowdrop.people.models import Person

    Memorial.objects.filter(slug=slug, audience__gt=Circle.FAMILY).update(audience=Circle.FAMILY)
    here = Memorial.objects.get(slug=slug)
    cookies: dict[str, list[str]] = {"uploaders": [], "readers": []}
    for kind, circle in (("uploaders", Circle.KEEPERS), ("readers", Circle.FAMILY)):
        for number in range(size):
            person = Person.objects.create(name=f"{kind} {number}")
            Membership.objects.create(memorial=here, person=person, circle=circle)
            cookies[kind].append(_cookie(person))
    return cookies


def _memorial(moments: int, photographs: int) -> dict[str, str]:
    from snowdrop.dates.edtf import parse
    from snowdrop.keepsakes.models import Photograph
    from snowdrop.memorials import beginning
    from snowdrop.memorials.circles import Circle
    from snowdrop.people.models import Person
    from snowdrop.storage.models import Original
    from snowdrop.story.models import Moment
    from snowdrop.web.markdown import to_html

    keeper = Person.objects.create(name="Keeper of much")
    here = beginning.begin(by=keeper, name="Much")
    first = datetime(1990, 1, 1, tzinfo=UTC)
    originals = list(Original.objects.order_by("sha256"))
    rows = []
    for number in range(photographs):
        when = first + timedelta(hours=13 * number)
        row = Photograph(
            memorial=here,
            writer=keeper,
            original=originals[number % len(originals)],
            date=parse(when.date().isoformat()),
            shown_at=when,
            written_at=when,
            audience=Circle.KEEPERS if number % 3 else Circle.FRIENDS,
            caption=f"Picture {number}",
            alt="A picture",
            source=f"bench-{number}",
        )
        row.order_key = row.order_key_now()
        row.digest = row.digest_of_words()
        rows.append(row)
    Photograph.objects.bulk_create(rows, batch_size=500)
    text = "There was a wren in the hedge all that month, and somehow we had begun to say it.\n\n" * 3
    html = to_html(text)
    written = []
    for number in range(moments):
        when = first + timedelta(days=2 * number)
        moment = Moment(
            id=uuid.uuid4(),
            memorial=here,
            writer=keeper,
            title=f"Day {number}",
            text=text,
            html=html,
            date=parse(when.date().isoformat()),
            shown_at=when,
            written_at=when,
            audience=Circle.KEEPERS if number % 3 else Circle.FRIENDS,
        )
        moment.digest = moment.digest_of_words()
        written.append(moment)
    Moment.objects.bulk_create(written, batch_size=500)
    middle = rows[len(rows) // 2].pk
    return {"slug": here.slug, "cookie": _cookie(keeper), "photograph": str(middle), "moment": str(written[-1].pk)}


def _readers(members: int, links: int, moments: int) -> dict[str, str]:
    from django.conf import settings

    from snowdrop.memorials import beginning, inviting
    from snowdrop.memorials.access import stand
    from snowdrop.memorials.circles import Circle
    from snowdrop.memorials.models import GuestLink, Membership
    from snowdrop.people.models import Person
    from snowdrop.people.sessions import SessionStore
    from snowdrop.story import writing

    keeper = Person.objects.create(name="Keeper of many")
    here = beginning.begin(by=keeper, name="Many")
    by = stand(here, keeper)
    chance = random.Random(5)
    for number in range(moments):
        # Letters by chance compress about as well as what people write: to a fifth.
        words = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 8))) for _word in range(140)]
        writing.write(" ".join(words), by=by, title=f"Day {number}", audience=Circle.LINK)
    people = Person.objects.bulk_create([Person(name=f"Member {number}") for number in range(members)])
    Membership.objects.bulk_create(
        [Membership(memorial=here, person=person, circle=Circle.FRIENDS) for person in people], batch_size=500
    )
    GuestLink.objects.bulk_create(
        [GuestLink(memorial=here, called=f"Link {number}", token_hash=f"{here.pk}-{number}") for number in range(links)]
    )
    _link, token = inviting.make_link("the guest who reads", by=by)
    store = SessionStore()
    store.create()
    assert store.row is not None
    inviting.enter(token, session=store.row)
    guest = f"{settings.SESSION_COOKIE_NAME}={store.session_key}"
    return {"slug": here.slug, "member": _cookie(people[members // 2]), "guest": guest}


def _remove(slug: str) -> None:
    from snowdrop.memorials import inviting
    from snowdrop.memorials.access import stand
    from snowdrop.memorials.circles import Circle
    from snowdrop.memorials.models import GuestPass, Membership, Memorial

    here = Memorial.objects.get(slug=slug)
    by = stand(here, here.began_by)
    came = Membership.objects.live().filter(memorial=here, person__sessions__isnull=False)
    for member in came.filter(circle__lt=Circle.KEEPERS).distinct():
        inviting.remove(member, by=by)
    for one in GuestPass.objects.filter(link__memorial=here).select_related("link"):
        inviting.end_link(one.link, by=by)


DO: dict[str, Any] = {"readers": _readers, "memorial": _memorial}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "snowdrop.config.settings")
    import django

    import snowdrop  # noqa: F401  a sound SQLite before Django loads one

    django.setup()
    asked, *rest = sys.argv[1:]
    answer: Any
    if asked == "crowd":
        answer = _crowd(rest[0], int(rest[1]))
    elif asked == "remove":
        answer = _remove(rest[0])
    else:
        answer = DO[asked](*(int(number) for number in rest))
    print(json.dumps(answer))
