"""A family's page with something at every audience and in every state, each with words found nowhere else.

These words are canaries: seen by somebody who should not see them, they tell of a door left open.
"""

from __future__ import annotations

import copy
import hashlib
import io
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestedCredentialData
from PIL import Image

from snowdrop.config.models import House
from snowdrop.handover import claiming, giving
from snowdrop.handover.models import Enclosed, Telling
from snowdrop.keepsakes import albums
from snowdrop.keepsakes.models import Album, Cover, Document, KeptAtHome, Photograph, Recording
from snowdrop.memorials import (
    about,
    agreeing,
    announced,
    beginning,
    feeds,
    inviting,
    keepings,
    knocking,
    offers,
    successors,
)
from snowdrop.memorials.access import Viewer, stand
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import Beloved, Fact, GuestLink, Keeping, Kin, Knock, Membership, Memorial, Name
from snowdrop.people import cards, ways_back
from snowdrop.people.models import Card, Passkey, Person
from snowdrop.people.sessions import SessionStore
from snowdrop.storage import documents, ingest, making, originals, renditions
from snowdrop.storage.models import Made, Original
from snowdrop.story import drafts, writing
from snowdrop.story.models import Moment
from snowdrop.web.markdown import to_html
from snowdrop.words import book, candles, door, enclosing, evidence, leaving, mending, reading_first, replies, reporting
from snowdrop.words.models import Book, Candle, Enclosure, KindWord, Removal, Report
from snowdrop.words.said import Said

ROLES = (
    "stranger",
    "link",
    "ended",  # came by a link that was ended since
    "expired",  # came by a link whose day is over
    "asked",  # is asked in and has not come yet
    "friend",
    "companion",  # a friend with every duty
    "family",
    "keeper",
    "second",
    "removed",  # was a friend; the browser is still signed in
    "elsewhere",  # looks after another memorial
    "host",
)
CIRCLE_OF = {
    "link": Circle.LINK,
    "friend": Circle.FRIENDS,
    "companion": Circle.FRIENDS,
    "family": Circle.FAMILY,
    "keeper": Circle.KEEPERS,
    "second": Circle.KEEPERS,
}
KEEPERS = frozenset({"keeper", "second"})


@dataclass
class Thing:
    """Something kept, its canary, and the roles that may meet it on some page."""

    row: Keeping
    canary: str
    seen_by: frozenset[str]
    is_shown: bool = True

    @property
    def kind(self) -> type[Keeping]:
        return type(self.row)


@dataclass
class Town:
    memorial: Memorial
    other: Memorial
    people: dict[str, Person] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    # Words that are no keeping's: who was asked in, what links are called, addresses, file names.
    more: dict[str, frozenset[str]] = field(default_factory=dict)
    args: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # role, method, path
    cookies: dict[str, Any] = field(default_factory=dict)  # of each client, as they were once the town was settled

    def stands(self, name: str) -> Viewer:
        return stand(self.memorial, self.people[name])

    def again(self) -> Town:
        """The same town for another test, which may change what it likes: the rows are copies, the browsers as new."""
        kept = copy.deepcopy((self.memorial, self.other, self.people, self.things, self.more, self.args))
        for role, client in self.clients.items():
            client.cookies = self.cookies[role].copy()
        memorial, other, people, things, more, args = kept
        return Town(memorial, other, people, self.clients, things, more, args, cookies=self.cookies)

    def of(self, *kinds: type[Keeping]) -> list[Thing]:
        return [thing for thing in self.things if thing.kind in kinds]

    def find(self, canary: str) -> Thing:
        return next(thing for thing in self.things if thing.canary == canary)

    def ask(self, role: str, method: str, path: str, data: dict[str, Any] | None = None) -> HttpResponseBase:
        """Ask as this role and undo whatever came of it, so that every question meets the same town."""
        self.asked.append((role, method, path))
        client = self.clients[role]
        cookies = client.cookies.copy()
        with transaction.atomic():
            answer = client.generic(method, path) if method not in ("GET", "POST") else None
            answer = answer or getattr(client, method.lower())(path, data or {})
            transaction.set_rollback(True)
        client.cookies = cookies
        return answer


def circle_and_closer(circle: Circle) -> frozenset[str]:
    return frozenset(role for role, stands in CIRCLE_OF.items() if stands >= circle)


def build() -> Town:
    """Settle the town: through the verbs, as people would."""
    people = {
        name: Person.objects.create(name=f"{name.title()} Canaryname", email=f"canarymail-{name}@example.org")
        for name in ("mara", "theo", "ines", "sam", "kim", "gone", "lena", "noor", "host")
    }
    memorial = beginning.begin(by=people["mara"], name="canary-name-chief")
    town = Town(memorial, beginning.begin(by=people["noor"], name="canary-elsewhere"), people)
    House.objects.update_or_create(pk=1, defaults={"contact": "how to reach us"})
    Person.objects.filter(pk=people["host"].pk).update(is_host=True)
    people["host"].refresh_from_db()
    _gather(town)
    memorial.refresh_from_db()
    _keep(town)
    _sign_in(town)
    for thing in town.things:
        thing.row.refresh_from_db()
    town.cookies = {role: client.cookies.copy() for role, client in town.clients.items()}
    return town


def _gather(town: Town) -> None:
    keeper = town.stands("mara")
    duties = list(Duty)
    for name, circle, has in (
        ("theo", Circle.KEEPERS, ()),
        ("ines", Circle.FAMILY, ()),
        ("sam", Circle.FRIENDS, ()),
        ("kim", Circle.FRIENDS, duties),
        ("gone", Circle.FRIENDS, ()),
    ):
        _invitation, token = inviting.ask_in(f"{name} canarycalled", circle, by=keeper, duties=has)
        inviting.accept(token, person=town.people[name])
    town.people["guest"] = Person(name="no person at all")
    link, token = inviting.make_link("canary-link-called", by=keeper)
    ended, ended_token = inviting.make_link("canary-ended-called", by=keeper)
    # Its day ends an hour from now, until the guest has come by it.
    expired, expired_token = inviting.make_link("canary-expired-called", by=keeper, lasts=timedelta(hours=1))
    invitation, asked_token = inviting.ask_in("canary-asked-called", Circle.FRIENDS, by=keeper)
    # Made for somebody of whom no page tells, three days ago: a way back signs in as them.
    town.people["back"] = Person.objects.create(name="Back Canaryname")
    with time_machine.travel(timezone.now() - ways_back.WAITS, tick=False):
        _way, way_back_token = ways_back.make(town.people["back"], by=town.people["host"], as_host=True)
    knocking.knock(town.memorial.slug, "canary-knock-says", by=town.people["lena"])
    card = cards.make(Card.For.BEGINNING, note="canary-card-note")
    town.args |= {
        "link": link,
        "link_token": token,
        "ended": ended,
        "ended_token": ended_token,
        "expired": expired,
        "expired_token": expired_token,
        "invitation": invitation,
        "asked_token": asked_token,
        "knock": Knock.objects.get(),
        "card_token": card,
        "way_back_token": way_back_token,
    }
    sam = Membership.objects.get(memorial=town.memorial, person=town.people["sam"])
    _feed, town.args["feed_token"] = feeds.make(by=town.stands("sam"))
    _successor, successor_token = successors.name_by_link("canary-successor-called", by=keeper)
    town.args |= {
        "announced": announced.go_public(by=keeper, address="https://example.org/"),
        "successor": successors.name(sam, by=keeper),
        "successor_token": successor_token,
    }
    town.more |= {
        "canary-successor-called": KEEPERS,
        "canary-link-called": KEEPERS | {"companion"},  # whoever reads first is told by which link words came
        "canary-ended-called": KEEPERS,
        "canary-expired-called": KEEPERS,
        "canary-asked-called": KEEPERS,
        "canary-knock-says": KEEPERS,
        "canary-card-note": frozenset(),
        "canary-elsewhere": frozenset({"elsewhere"}),
        "canarycalled": KEEPERS,
        "Back Canaryname": frozenset(),
    }
    signed_in = {
        "mara": "keeper",
        "theo": "second",
        "ines": "family",
        "sam": "friend",
        "kim": "companion",
        "gone": "removed",
        "lena": "asked",
        "noor": "elsewhere",
        "host": "host",
    }
    for name, role in signed_in.items():
        town.more[f"canarymail-{name}@"] = frozenset({role})
        members = frozenset({"keeper", "second", "family", "friend", "companion"})
        is_member = name in ("mara", "theo", "ines", "sam", "kim")
        town.more[f"{name.title()} Canaryname"] = (members if is_member else frozenset()) | {role}
    # In the log, and asking to come in: keepers read who that is.
    town.more["Gone Canaryname"] |= KEEPERS
    town.more["Lena Canaryname"] |= KEEPERS
    # Words are signed: whoever reads what Mara opened to them reads who wrote it.
    town.more["Mara Canaryname"] |= {"link"}
    # Whom going public would let in again is said by name.
    town.more["Gone Canaryname"] |= KEEPERS
    town.args["signed_in"] = signed_in


def picture(seed: int) -> bytes:
    """A picture with light and dark in it, laid out by `seed`: it is known again also when it was made smaller."""
    small = Image.new("RGB", (9, 8), (seed * 37 % 256, 80, 90))
    for place in range(72):
        if hashlib.sha256(f"{seed} {place}".encode()).digest()[0] % 2:
            small.putpixel((place % 9, place // 9), (230, 220, 210 - seed))
    out = io.BytesIO()
    small.resize((90, 80), Image.Resampling.NEAREST).save(out, "JPEG", quality=90)
    return out.getvalue()


def recorded(media_type: str) -> Original:
    """A film or a sound that plays: of bytes that are none, and so in no time."""
    received = originals.receive([media_type.encode()]).keep()
    size = (64, 48) if media_type.startswith("video/") else (0, 0)
    original = Original.objects.create(
        sha256=received.sha256,
        crc32=received.crc32,
        size=received.size,
        media_type=media_type,
        width=size[0],
        height=size[1],
        made=Made.DONE,
        peaks=[1, 100],
    )
    for part in making.parts_of(original):
        file = originals.arrival()
        file.write_bytes(part.value.encode())
        renditions.place_as(making._file(original.sha256, part), file)
    return original


def written() -> Original:
    """A document of one page, of bytes that are none, and so in no time."""
    received = originals.receive([b"application/pdf"]).keep()
    original = Original.objects.create(
        sha256=received.sha256,
        crc32=received.crc32,
        size=received.size,
        media_type="application/pdf",
        width=90,
        height=80,
        pages=[[90, 80]],
        colour="#a1b2c3",
    )
    file = originals.arrival()
    file.write_bytes(picture(3))
    documents.place(original.sha256, 1, {480: file})
    return original


def recording(memorial: Memorial, original: Original, canary: str, audience: Circle) -> Recording:
    row = Recording(
        original=original,
        is_film=original.is_film,
        caption=canary,
        transcript=f"0:01 {canary}-said",
        people=f"{canary}-people",
        came_as=f"{canary}-file.mp3",
        audience=audience,
    )
    row.memorial = memorial
    row.order_key = row.order_key_now()
    return row


def _keep(town: Town) -> None:
    mara, theo, sam = (town.stands(name) for name in ("mara", "theo", "sam"))
    beloved = Beloved.objects.get(memorial=town.memorial)
    town.args["beloved"] = beloved
    chief = Name.objects.get(memorial=town.memorial)
    town.things.append(Thing(chief, "canary-name-chief", circle_and_closer(Circle.LINK)))
    mine, sams = (ingest.take_in(originals.receive([picture(seed)])) for seed in (1, 2))
    sound, paper = recorded("audio/mpeg"), written()
    town.args |= {"sha256": mine.sha256, "sams_sha256": sams.sha256, "batch": uuid.uuid4()}

    def make(kind: type[Keeping], canary: str, audience: Circle) -> Keeping:
        if kind is Moment:
            text = f"{canary}-text"
            return Moment(title=canary, text=text, html=to_html(text), audience=audience)
        if kind is Photograph:
            row = Photograph(
                original=sams if "sam" in canary else mine,
                caption=canary,
                alt=f"{canary}-alt",
                people=f"{canary}-people",
                came_as=f"{canary}-file.jpg",
                batch=town.args["batch"],
                audience=audience,
            )
            row.memorial = town.memorial
            row.order_key = row.order_key_now()
            return row
        if kind is Recording:
            return recording(town.memorial, sound, canary, audience)
        if kind is Document:
            letter = Document(
                original=paper,
                title=canary,
                caption=f"{canary}-caption",
                people=f"{canary}-people",
                came_as=f"{canary}-file.pdf",
                audience=audience,
            )
            letter.memorial = town.memorial
            letter.order_key = letter.order_key_now()
            return letter
        if kind is KeptAtHome:
            return KeptAtHome(what=canary, text=f"{canary}-text", place=f"{canary}-place", audience=audience)
        if kind is Album:
            return Album(title=canary, caption=f"{canary}-said", audience=audience)
        if kind is Fact:
            return Fact(beloved=beloved, kind=Fact.Kind.OTHER_DATE, text=canary, audience=audience)
        if kind is Name:
            return Name(
                beloved=beloved,
                text=canary,
                note=f"{canary}-note",
                spoken=f"{canary}-spoken",
                is_chief=False,
                audience=audience,
            )
        if kind is Telling:
            return Telling(text=canary, told_by=f"{canary}-by", audience=audience)
        return Kin(name=canary, relation=f"{canary}-relation", audience=audience)

    def keep(
        canary: str, kind: type[Keeping], audience: Circle, by: Viewer, seen_by: Iterable[str], **how: Any
    ) -> Keeping:
        row = keepings.keep(make(kind, canary, audience), by=by, **how)
        town.things.append(Thing(row, canary, frozenset(seen_by), is_shown=row.shown_at is not None))
        return row

    for kind in (Moment, Photograph, Recording, Album, Document, KeptAtHome, Fact, Name, Kin):
        said = kind.__name__.lower()
        for circle in (Circle.LINK, Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS):
            keep(f"canary-{said}-{circle.name.lower()}", kind, circle, mara, circle_and_closer(circle))
        keep(f"canary-{said}-mara-own", kind, Circle.SELF, mara, {"keeper"})
        named = keep(f"canary-{said}-theo-and-ines", kind, Circle.SELF, theo, {"second", "family"})
        keepings.open_to([named], Circle.SELF, by=theo, readers=[town.people["ines"]])
        away = keep(f"canary-{said}-away", kind, Circle.LINK, mara, KEEPERS)
        keepings.put_away(away, by=mara)
        gone = keep(f"canary-{said}-let-go", kind, Circle.LINK, mara, KEEPERS)
        keepings.put_away(gone, by=mara)
        keepings.let_go(gone, by=mara)
        keepings.let_go(gone, by=theo)
        own_away = keep(f"canary-{said}-theo-own-away", kind, Circle.SELF, theo, {"second"})
        keepings.put_away(own_away, by=theo)
    shows_theo = town.find("canary-photograph-keepers").row
    agreeing.mark(shows_theo, town.people["theo"], by=mara)
    keepings.open_to([shows_theo], Circle.FAMILY, by=mara)  # waits for Theo's yes
    for kind in (Moment, Photograph, Recording, Document, KeptAtHome, Album):
        said = kind.__name__.lower()
        keep(f"canary-{said}-sam-waits", kind, Circle.FRIENDS, sam, {*KEEPERS, "friend"})
        keep(f"canary-{said}-sam-own", kind, Circle.SELF, sam, {"friend"})
        if kind in (Moment, Photograph):
            aside = keep(f"canary-{said}-sam-aside", kind, Circle.FRIENDS, sam, {*KEEPERS, "friend"})
            offers.set_aside(aside, by=mara)
            town.args["set_aside"] = aside
            back = keep(f"canary-{said}-sam-took-back", kind, Circle.FRIENDS, sam, {"friend"})
            keepings.put_away(back, by=sam)
        away = keep(f"canary-{said}-sam-away", kind, Circle.FRIENDS, sam, {*KEEPERS, "friend"})
        keepings.put_away(away, by=mara)
    keep("canary-telling-friends", Telling, Circle.FRIENDS, mara, circle_and_closer(Circle.FRIENDS))
    _hand_over(town, mine)
    _leave_words(town, mine)
    for who, role in (("mara", "keeper"), ("sam", "friend")):
        draft = drafts.keep(
            {"title": [f"canary-draft-{who}"], "text": [f"canary-draft-{who}"]},
            by=town.stands(who),
            id=uuid.uuid4(),
            moment=None,
        )
        town.things.append(Thing(draft, f"canary-draft-{who}", frozenset({role}), is_shown=False))

    moment = town.find("canary-moment-friends").row
    assert isinstance(moment, Moment)
    changed = writing.change(
        moment, by=mara, was="", title=moment.title, text="canary-new-words", date=None, is_letter=False, about=[]
    )
    town.find("canary-moment-friends").row = changed
    town.more |= {
        "canary-new-words": circle_and_closer(Circle.FRIENDS),
        "canary-moment-friends-text": frozenset({"keeper"}),
    }
    for circle in ("link", "family", "keepers"):
        placed = town.find(f"canary-photograph-{circle}").row
        changed.placed.create(photograph=placed)
    album = town.find("canary-album-friends").row
    assert isinstance(album, Album)
    names = ("photograph-friends", "photograph-family", "recording-friends")
    held = [town.find(f"canary-{name}").row for name in names]
    albums.put_into(album, held, by=mara)
    Cover.objects.create(memorial=town.memorial, photograph=town.find("canary-photograph-family").row)
    about.say(Fact.Kind.LINE, of=beloved, by=mara, text="canary-line", audience=Circle.FRIENDS)
    town.more["canary-line"] = circle_and_closer(Circle.FRIENDS)


def _leave_words(town: Town, original: Original) -> None:
    """Words that show to each circle; and those at the door, which Kim alone meets, who reads first."""
    mara, kim = town.stands("mara"), Membership.objects.get(memorial=town.memorial, person=town.people["kim"])
    book.answer(Book.FirstReader.PERSON, by=mara, person=kim)
    book.take_words_from(Circle.LINK, by=mara)
    town.memorial.refresh_from_db()
    guest, reads_first = Viewer(town.memorial, None, Circle.LINK), town.stands("kim")

    def leave(canary: str, seen_by: Iterable[str], *, by: Viewer = guest) -> KindWord:
        said = Said(f"{canary}-signed", canary, f"{canary}-knew")
        word, _what = leaving.leave(said, once=f"Once {canary}", by=by)
        town.things.append(Thing(word, canary, frozenset(seen_by), is_shown=False))
        return word

    def enclose(word: KindWord, seen_by: Iterable[str] | None = None) -> Enclosure:
        """A picture with these words, of which the cover alone says anything; seen where they are."""
        of_word = town.find(f"canary-kindword-{word.text.removeprefix('canary-kindword-')}")
        canary = word.text.replace("kindword", "enclosure")
        row = enclosing.enclose(original, word)
        Enclosure.objects.filter(pk=row.pk).update(cover_words=canary)
        row.refresh_from_db()
        seen = of_word.seen_by if seen_by is None else frozenset(seen_by)
        town.things.append(Thing(row, canary, seen, is_shown=of_word.is_shown))
        return row

    for circle in (Circle.LINK, Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS):
        book.show_to(circle, by=mara)
        word = leave(f"canary-kindword-{circle.name.lower()}", circle_and_closer(circle))
        enclose(word)
        door.let_in([word.pk], by=reads_first)
        town.things[-1].is_shown = town.things[-2].is_shown = True
    waits = enclose(leave("canary-kindword-waits", {"companion"}))
    leave("canary-kindword-sam-waits", {"companion", "friend"}, by=town.stands("sam"))
    not_shown = leave("canary-kindword-not-shown", {"companion"})
    enclose(not_shown)
    door.turn_away([not_shown.pk], by=reads_first)
    asked = leave("canary-kindword-asked", KEEPERS | {"companion"})
    enclose(asked, KEEPERS)
    door.ask_family([asked.pk], by=reads_first)
    taken_back = leave("canary-kindword-taken-back", ())
    enclose(taken_back)
    mending.take_back(taken_back)
    away = leave("canary-kindword-away", KEEPERS)
    enclose(away, ())
    door.let_in([away.pk], by=reads_first)
    away.refresh_from_db()
    keepings.put_away(away, by=mara)
    taken_out = leave("canary-kindword-mine", {"companion"})
    enclose(taken_out, ())
    enclosing.take_out(taken_out)
    town.args |= {"asked_word": asked, "words_token": "Once canary-kindword-mine", "enclosure": waits}
    # Files of their own: what is closed elsewhere in the town has others.
    seen, heard = ingest.take_in(originals.receive([picture(11)])), recorded("audio/ogg")
    for part in making.parts_of(heard):
        making._file(heard.sha256, part).write_bytes(b"open " + part.value.encode())
    for name, file in (("open_picture", seen), ("open_voice", heard)):
        book.show_to(Circle.FRIENDS, by=mara)
        word, _what = leaving.leave(Said("Ada", "beneath"), once=name, by=guest)
        town.args[name] = enclosing.enclose(file, word)
        enclosing.show_open(town.args[name], True, by=reads_first)
        door.let_in([word.pk], by=reads_first)
    thanks = replies.reply(cast(KindWord, town.find("canary-kindword-keepers").row), "canary-thanks", by=mara)
    town.more["canary-thanks"] = KEEPERS
    town.args |= {"thanks": thanks}
    _read_first(town, reads_first, guest)
    _light_candles(town)
    # All of it was let in a while ago: what was let in just now, "A few today" leaves for the next time.
    for kind in (KindWord, Candle):
        shown = kind._default_manager.filter(memorial=town.memorial, shown_at__isnull=False)
        shown.update(shown_at=timezone.now() - timedelta(hours=1))


def _read_first(town: Town, reader: Viewer, guest: Viewer) -> None:
    """What hangs on whoever reads first: a question to Sam, a report, evidence, and words removed all at once."""
    sam = Membership.objects.get(memorial=town.memorial, person=town.people["sam"])
    reading_first.ask_to_take_over(sam, by=reader)
    shown = KindWord.objects.get(pk=town.find("canary-kindword-friends").row.pk)
    KindWord.objects.filter(pk=shown.pk).update(network="0" * 32)
    evidence.keep(shown, by=reader)
    reported = KindWord.objects.get(pk=town.find("canary-kindword-link").row.pk)
    reporting.report(reported, by=guest, line="canary-report-line")
    link = GuestLink.objects.open().filter(memorial=town.memorial).order_by("pk").first()
    removal = Removal.objects.create(memorial=town.memorial, link=link, asks_to_end=True)
    town.args |= {"report": Report.objects.get(word=reported), "removal": removal}
    town.more["canary-report-line"] = frozenset({"companion"})


def _light_candles(town: Town) -> None:
    """Candles in the states of words; a bare one says nothing, and so is no thing that anybody could meet."""
    mara, reads_first = town.stands("mara"), town.stands("kim")
    candles.choose(Book.Sign.CANDLE, by=mara, wave_of_light=True)
    guest = Viewer(town.memorial, None, Circle.LINK)

    def light(canary: str, seen_by: Iterable[str], *, by: Viewer = guest) -> Candle:
        candle = candles.light(f"{canary}-signed", canary, secret=f"Once {canary}", by=by)
        town.things.append(Thing(candle, canary, frozenset(seen_by), is_shown=False))
        return candle

    for circle in (Circle.LINK, Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS):
        book.show_to(circle, by=mara)
        candle = light(f"canary-candle-{circle.name.lower()}", circle_and_closer(circle))
        door.let_in([candle.pk], by=reads_first)
        town.things[-1].is_shown = True
    light("canary-candle-waits", {"companion"})
    light("canary-candle-sam-waits", {"companion", "friend"}, by=town.stands("sam"))
    door.turn_away([light("canary-candle-not-shown", {"companion"}).pk], by=reads_first)
    door.ask_family([light("canary-candle-asked", KEEPERS).pk], by=reads_first)
    candles.take_back(light("canary-candle-taken-back", ()))
    away = light("canary-candle-away", KEEPERS)
    door.let_in([away.pk], by=reads_first)
    away.refresh_from_db()
    keepings.put_away(away, by=mara)
    light("canary-candle-mine", {"companion"})
    candles.light("", "", secret="Once a bare one", by=guest)
    town.args |= {"candle_token": "Once canary-candle-mine"}


def _hand_over(town: Town, original: Original) -> None:
    """An envelope that is sealed, one that is being filled, and a card of a family that has no page."""
    mara = town.stands("mara")
    sealed, _token = giving.make_link("canary-envelope-called", by=mara)
    Enclosed.objects.create(envelope=sealed, original=original, came_as="canary-envelope-file")
    words = {"note": "canary-envelope-note", "telling": "canary-envelope-telling"}
    giving.seal(sealed, giver="canary-envelope-giver", **words)
    filled, token = giving.make_link("canary-filled-called", by=mara)
    Enclosed.objects.create(envelope=filled, original=original, came_as="canary-filled-file")
    [card] = claiming.make_cards(1, by=None, note="canary-cards-note")
    town.args |= {"envelope": sealed, "filled": filled, "give_token": token, "claim_code": card.code}
    town.more |= {
        "canary-envelope-called": KEEPERS,
        "canary-envelope-giver": KEEPERS,
        "canary-envelope-note": KEEPERS,
        "canary-envelope-file": frozenset(),
        "canary-envelope-telling": frozenset(),
        "canary-filled-called": KEEPERS | {"host"},
        "canary-filled-file": frozenset({"host"}),
        "canary-cards-note": frozenset(),
    }


def _passkey(person: Person, label: str) -> Passkey:
    key = ec.derive_private_key(1, ec.SECP256R1()).public_key()
    attested = AttestedCredentialData.create(Aaguid(bytes(16)), label.encode(), ES256.from_cryptography_key(key))
    return Passkey.objects.create(person=person, label=label, credential_id=label, attested=bytes(attested))


def _sign_in(town: Town) -> None:
    for role in ROLES:
        town.clients[role] = Client()
    for name, role in town.args["signed_in"].items():
        store = SessionStore()
        store.create()
        store.sign_in(town.people[name])
        if role == "elsewhere":
            claiming.bring(claiming.find(town.args["claim_code"]), session=store.row)
        if role == "host":  # the host fills an envelope of a family in whose page they have no business
            store["giving"] = str(town.args["filled"].pk)
            store.save()
        town.clients[role].cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    # Mara has a telephone beside the browser she reads with, and a passkey on it.
    telephone = SessionStore()
    telephone.create()
    telephone.sign_in(town.people["mara"])
    town.args["other_device"] = telephone.row
    town.args["passkey"] = _passkey(town.people["mara"], "canary-passkey")
    town.more["canary-passkey"] = frozenset({"keeper"})
    for role in ("link", "ended", "expired"):
        store = SessionStore()
        store.create()
        inviting.enter(town.args[f"{role}_token"], session=store.row)
        town.clients[role].cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    keeper = town.stands("mara")
    inviting.end_link(town.args["ended"], by=keeper)
    GuestLink.objects.filter(pk=town.args["expired"].pk).update(expires_at=timezone.now())
    inviting.remove(Membership.objects.get(memorial=town.memorial, person=town.people["gone"]), by=keeper)
