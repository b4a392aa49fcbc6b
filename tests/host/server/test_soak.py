"""Eight people read while a ninth changes who may see what: an answer that starts after a change obeys it.

A minute each time; `bin/test --full` gives it ten.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.host.conftest import Server

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
TOKEN = "a" * 32

PREPARE = """
from snowdrop.memorials import inviting, keepings
from snowdrop.memorials.access import stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Memorial, Membership
from snowdrop.keepsakes.models import Photograph
from snowdrop.people.models import Person
from snowdrop.people.sessions import SessionStore
from snowdrop.story.models import Moment
memorial = Memorial.objects.get(slug=MADE["memorial"])
by = stand(memorial, Person.objects.get(name="Mara"))
moment = Moment.objects.get(pk=MADE["moments"][0])
photograph = Photograph.objects.get(pk=MADE["photographs"][0])
Moment.objects.filter(pk=moment.pk).update(title="canary-moment")
Photograph.objects.filter(pk=photograph.pk).update(caption="canary-photograph")
keepings.open_to([Moment.objects.get(pk=MADE["moments"][1])], Circle.LINK, by=by)  # so that there is a page to read
sessions, members, links = {}, {}, []
def session_of(person):
    store = SessionStore(); store.create()
    if person is not None:
        store.sign_in(person)
    return store
for name, circle in (("friend", Circle.FRIENDS), ("family", Circle.FAMILY), ("goes", Circle.FRIENDS)):
    person = Person.objects.create(name=name)
    _invitation, token = inviting.ask_in(name, circle, by=by)
    inviting.accept(token, person=person)
    sessions[name] = session_of(person).session_key
    members[name] = Membership.objects.get(memorial=memorial, person=person).pk
for number in range(LINKS):
    link, token = inviting.make_link(f"guest {number}", by=by)
    store = session_of(None)
    inviting.enter(token, session=store.row)
    links.append({"id": link.pk, "key": store.session_key})
answer = {"sessions": sessions, "members": members, "links": links}
"""

CIRCLES = {"public": 0, "link": 10, "friends": 20, "family": 30, "keepers": 40}


@dataclass
class State:
    """What is so at one time, as the test itself understands it: who stands where, and what is open to whom."""

    moment: int = CIRCLES["keepers"]
    photograph: int = CIRCLES["keepers"]
    moment_is_away: bool = False
    stands: dict[str, int] = field(default_factory=dict)

    def sees(self, who: str, what: str) -> bool:
        circle = self.stands.get(who, CIRCLES["public"])
        if circle < CIRCLES["link"]:
            return False  # the page itself is open to those with a link
        return circle >= (self.moment if what == "moment" else self.photograph) and not (
            what == "moment" and self.moment_is_away
        )


@dataclass
class Change:
    """A state, and the time from which and at the latest from which it was so."""

    state: State
    asked_at: float
    acknowledged_at: float


class Soak:
    def __init__(self, server: Server, made: dict[str, Any], prepared: dict[str, Any], wide: dict[str, int]) -> None:
        self.server, self.made, self.prepared = server, made, prepared
        here = f"/m/{made['memorial']}"
        moment, photograph = made["moments"][0], made["photographs"][0]
        self.here, self.moment, self.photograph = here, moment, photograph
        # What is read, and which canary a right answer there holds.
        self.pages = {
            f"{here}/story/": "moment",
            f"{here}/story/{moment}/": "moment",
            f"{here}/photographs/": "photograph",
            f"{here}/photographs/{photograph}/": "photograph",
            f"{here}/photographs/{photograph}/480.jpg": "photograph",
        }
        now = time.monotonic()
        first = State(stands=wide)
        self.changes = [Change(first, now, now)]
        self.over = threading.Event()
        self.wrong: list[str] = []
        self.met: dict[bool, int] = {True: 0, False: 0}
        self._guard = threading.Lock()

    # -- reading -------------------------------------------------------------------------------

    def read(self, who: str, key: str, seed: int) -> None:
        chance = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers = {"Accept": "text/html", "Host": f"localhost:{self.server.port}"}
        if key:
            headers["Cookie"] = f"here={key}"
        tag: dict[str, str] = {}
        while not self.over.is_set():
            path, what = chance.choice(list(self.pages.items()))
            asks = {"If-None-Match": tag[path]} if path in tag and chance.random() < 0.3 else {}
            began = time.monotonic()
            connection.request("GET", path, headers={**headers, **asks})
            answer = connection.getresponse()
            body = answer.read()
            ended = time.monotonic()
            if answer.getheader("ETag"):
                tag[path] = str(answer.getheader("ETag"))
            alone = path.endswith(".jpg") or path.count("/") > 4
            if answer.status == 304:
                # What one has already is said to be still so: it counts as seen only where the thing stands alone.
                if not alone:
                    continue
                seen = True
            else:
                seen = answer.status == 200 and (path.endswith(".jpg") or f"canary-{what}".encode() in body)
            self._judge(who, path, what, seen, began, ended, answer.status)

    def _judge(self, who: str, path: str, what: str, seen: bool, began: float, ended: float, status: int) -> None:
        with self._guard:
            changes = list(self.changes)
        last = max(place for place, change in enumerate(changes) if change.acknowledged_at <= began)
        possible = [changes[last], *(change for change in changes[last + 1 :] if change.asked_at <= ended)]
        with self._guard:
            self.met[seen] += 1
            if seen not in {change.state.sees(who, what) for change in possible}:
                self.wrong.append(f"{who} {path}: {status}, {'saw it' if seen else 'did not see it'}")

    # -- changing ------------------------------------------------------------------------------

    def post(self, path: str, **data: str) -> None:
        from urllib.parse import urlencode

        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers = {
            "Cookie": f"here={self.made['cookie']}; form={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Host": f"localhost:{self.server.port}",
        }
        connection.request("POST", path, urlencode(data), headers)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        assert answer.status in (200, 201, 302), (path, answer.status, said[:300])

    def change(self, seed: int) -> None:
        chance = random.Random(seed)
        guests = [who for who in self.changes[0].state.stands if who.startswith("guest")]
        until, turns = time.monotonic() + SECONDS, itertools.count()
        while time.monotonic() < until:
            was = self.changes[-1].state
            new = State(was.moment, was.photograph, was.moment_is_away, dict(was.stands))
            turn = next(turns)
            circle = chance.choice([name for name in CIRCLES if name != "public"])
            if turn % 7 == 3:
                new.moment_is_away = not was.moment_is_away
                verb = "put-away" if new.moment_is_away else "bring-back"
                path, data = f"{self.here}/kept/{self.moment}/{verb}/", {}
            elif turn % 7 == 5:
                closer = was.stands["friend"] == CIRCLES["friends"]
                new.stands["friend"] = CIRCLES["family"] if closer else CIRCLES["friends"]
                path = f"{self.here}/people/{self.prepared['members']['friend']}/"
                data = {"circle": str(new.stands["friend"])}
            elif turn % 20 == 16 and "goes" in was.stands:
                del new.stands["goes"]
                path, data = f"{self.here}/people/{self.prepared['members']['goes']}/remove/", {}
            elif turn % 12 == 8 and any(guest in was.stands for guest in guests[:-1]):
                guest = next(guest for guest in guests[:-1] if guest in was.stands)
                del new.stands[guest]
                number = int(guest.partition(" ")[2])
                path, data = f"{self.here}/links/{self.prepared['links'][number]['id']}/end/", {}
            elif turn % 2:
                new.photograph = CIRCLES[circle]
                path = f"{self.here}/kept/{self.photograph}/who-will-see-this/"
                data = {"audience": str(CIRCLES[circle])}
            elif was.moment_is_away:
                continue
            else:
                new.moment = CIRCLES[circle]
                path = f"{self.here}/kept/{self.moment}/who-will-see-this/"
                data = {"audience": str(CIRCLES[circle])}
            self._tell(new, path, data)
            self.over.wait(chance.uniform(0.05, 0.6))
        self.over.set()

    def _tell(self, new: State, path: str, data: dict[str, str]) -> None:
        change = Change(new, time.monotonic(), float("inf"))
        with self._guard:
            self.changes.append(change)
        self.post(path, **data)
        change.acknowledged_at = time.monotonic()


def test_an_answer_that_starts_after_a_change_obeys_it(lived_in, start):
    house, made = lived_in
    prepared = house.ask(f"MADE = {made!r}\nLINKS = 4\n" + PREPARE)
    server = start(house)
    keys = {"friend": prepared["sessions"]["friend"], "family": prepared["sessions"]["family"]}
    keys["goes"] = prepared["sessions"]["goes"]
    keys |= {f"guest {number}": link["key"] for number, link in enumerate(prepared["links"])}
    keys["stranger"] = ""
    wide = {"friend": CIRCLES["friends"], "goes": CIRCLES["friends"], "family": CIRCLES["family"]}
    wide |= {who: CIRCLES["link"] for who in keys if who.startswith("guest")}
    soak = Soak(server, made, prepared, wide)

    readers = [
        threading.Thread(target=soak.read, args=(who, key, seed), daemon=True)
        for seed, (who, key) in enumerate(keys.items())
    ]
    for reader in readers:
        reader.start()
    soak.change(seed=1)
    for reader in readers:
        reader.join(30)

    assert len(readers) == 8
    assert soak.wrong == []
    assert len(soak.changes) > SECONDS / 2
    assert min(soak.met.values()) > 20 * SECONDS  # both what was there and what was not
    # Whoever was removed and whose link was ended meets the page that says there is nothing.
    gone = [who for who in keys if who not in soak.changes[-1].state.stands]
    assert "goes" in gone or SECONDS < 30
    for who in gone:
        cookie = {"Cookie": f"here={keys[who]}"} if keys[who] else {}
        assert server.get(f"{soak.here}/story/", Host=f"localhost:{server.port}", **cookie)[0] == 404
