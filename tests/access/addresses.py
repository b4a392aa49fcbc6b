"""Every address of the house, read from the URL table, and how each is filled for the town."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from PIL import Image

from snowdrop.config.models import House, Mark
from snowdrop.keepsakes import adding, taking
from snowdrop.keepsakes.models import Album, Document, KeptAtHome, Photograph, Recording, Upload
from snowdrop.keepsakes.taking import Wish
from snowdrop.memorials import keepings, veil
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Fact, Kin, Membership, Name, Version
from snowdrop.storage import originals
from snowdrop.story import writing
from snowdrop.story.models import Moment
from snowdrop.words.models import Candle, Enclosure, KindWord
from tests.access.town import Thing, Town, recorded, recording


@dataclass(frozen=True)
class Address:
    name: str
    view: Callable[..., Any]
    takes: tuple[str, ...]


def every_address() -> list[Address]:
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda address: address.name)


def _walk(patterns: list[Any], namespace: str, taken: tuple[str, ...] = ()) -> Iterator[Address]:
    for pattern in patterns:
        takes = (*taken, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, takes)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{namespace}{pattern.name}", pattern.callback, takes)


with BytesIO() as _file:
    Image.new("RGB", (1, 1)).save(_file, "JPEG")
    SMALLEST_JPEG = _file.getvalue()

with BytesIO() as _file:
    Image.new("L", (1, 1)).save(_file, "GIF", save_all=True, append_images=[Image.new("L", (1, 1), 255)])
    SMALLEST_GIF = _file.getvalue()

# What stands in an address, where it is not one of the things kept.
ARGS: dict[str, Callable[[Town], dict[str, Any]]] = {
    "feed_by_token": lambda town: {"token": town.args["feed_token"]},
    "house_mark": lambda town: mark(),
    "handover:give": lambda town: {"token": town.args["give_token"]},
    "handover:envelope": lambda town: {"id": town.args["envelope"].pk},
    "memorials:card": lambda town: {"token": town.args["card_token"]},
    "memorials:invitation": lambda town: {"token": town.args["asked_token"]},
    "memorials:enter": lambda town: {"token": town.args["link_token"]},
    "memorials:close_it": lambda town: {"id": covered(town)},
    "memorials:closed": lambda town: {"id": covered(town)},
    "memorials:describe": lambda town: {"id": covered(town)},
    "memorials:looked": lambda town: {"id": covered(town)},
    "memorials:member": lambda town: {"id": _membership(town, "sam")},
    "memorials:remove": lambda town: {"id": _membership(town, "sam")},
    "memorials:let_wait": lambda town: {"id": town.args["set_aside"].pk},
    "memorials:way_back": lambda town: {"id": _membership(town, "sam")},
    "memorials:let_in": lambda town: {"id": town.args["knock"].pk},
    "memorials:not_now": lambda town: {"id": town.args["knock"].pk},
    "memorials:after": lambda town: {"id": town.args["successor"].pk},
    "memorials:answer": lambda town: {"id": town.find("canary-photograph-keepers").row.pk},
    "memorials:refuse_successor": lambda town: {"id": town.args["successor"].pk},
    "memorials:remove_keeper": lambda town: {"id": _membership(town, "theo")},
    "memorials:stop": lambda town: {"id": town.args["announced"].pk},
    "memorials:somebody_else": lambda town: {"token": town.args["asked_token"]},
    "memorials:succeed": lambda town: {"token": town.args["successor_token"]},
    "memorials:take_back_successor": lambda town: {"id": town.args["successor"].pk},
    "memorials:take_back": lambda town: {"id": town.args["invitation"].pk},
    "memorials:end_link": lambda town: {"id": town.args["link"].pk},
    "memorials:name": lambda town: {"beloved": town.args["beloved"].pk},
    "memorials:fact": lambda town: {"beloved": town.args["beloved"].pk, "kind": "born"},
    "people:way_back": lambda town: {"token": town.args["way_back_token"]},
    "keepsakes:added": lambda town: {"batch": town.args["batch"]},
    "keepsakes:moving": lambda town: {"id": moving(town)},
    "keepsakes:moving_file": lambda town: {"id": moving(town)},
    "keepsakes:film": lambda town: {"id": film(town)},
    "keepsakes:poster": lambda town: {"id": film(town)},
    "keepsakes:names_in_it": lambda town: {"id": of_hospital(town)},
    "keepsakes:original": lambda town: {"sha256": town.args["sha256"]},
    "keepsakes:taken": lambda town: {"ticket": taking.ticket(Wish(), by=town.stands("mara"))},
    "keepsakes:one_of_album": lambda town: {
        "id": town.find("canary-album-friends").row.pk,
        "thing": town.find("canary-photograph-friends").row.pk,
    },
    "keepsakes:upload": lambda town: {"id": upload(town)},
    "people:passkey": lambda town: {"id": town.args["passkey"].pk},
    "people:remove_passkey": lambda town: {"id": town.args["passkey"].pk},
    "people:sign_out_device": lambda town: {"id": town.args["other_device"].pk},
    "archive:bundle": lambda town: {"id": bundle(town)},
    "archive:choose": lambda town: {"id": export(town)},
    "archive:parcel": lambda town: {"id": parcel(town)},
    "words:change_thanks": lambda town: {"id": town.args["thanks"].pk},
    "words:my_candle": lambda town: {"token": town.args["candle_token"]},
    "words:cover": lambda town: {"id": town.args["enclosure"].pk},
    "words:picture": lambda town: {"id": town.args["open_picture"].pk},
    "words:voice": lambda town: {"id": town.args["open_voice"].pk},
    "words:voice_aac": lambda town: {"id": town.args["open_voice"].pk},
    "words:mine": lambda town: {"token": town.args["words_token"]},
    "talk:change": lambda town: {"pk": line(shown=True)},
    "talk:check": lambda town: {"pk": line(shown=True)},
    "talk:take_off": lambda town: {"pk": line(shown=True)},
    "talk:bring_back": lambda town: {"pk": line(shown=False)},
}


def mark() -> dict[str, Any]:
    """The host has a mark; its address takes nothing."""
    house, _made = House.objects.get_or_create(pk=1)
    Mark.objects.get_or_create(
        house=house, defaults={"picture": SMALLEST_JPEG, "sha256": "0" * 64, "width": 1, "height": 1}
    )
    return {}


def _membership(town: Town, name: str) -> int:
    return Membership.objects.get(memorial=town.memorial, person=town.people[name]).pk


def line(*, shown: bool) -> int:
    from snowdrop.talk.models import SupportLine

    row = SupportLine.objects.shown().in_order()[0]
    if not shown:
        row.pk, row.key, row.taken_off_at = None, uuid.uuid4().hex, row.checked_on
        row.save()
    return row.pk


def upload(town: Town) -> uuid.UUID:
    """A file that Mara began to send."""
    row, _made = Upload.objects.get_or_create(
        memorial=town.memorial,
        sender=town.people["mara"],
        came_as="canary-upload.jpg",
        length=10,
        defaults={"expires_at": timezone.now() + timedelta(days=1)},
    )
    return row.pk


def parcel(town: Town) -> uuid.UUID:
    from snowdrop.archive.models import Parcel

    row, _made = Parcel.objects.get_or_create(
        memorial=town.memorial, sender=town.people["mara"], came_as="canary-parcel.zip", state=Parcel.State.LOOKED_INTO
    )
    return row.pk


def bundle(town: Town) -> uuid.UUID:
    """A chat that Mara sent and that was looked into."""
    from snowdrop.archive.models import Bundle

    row, _made = Bundle.objects.get_or_create(
        memorial=town.memorial,
        sender=town.people["mara"],
        came_as="canary-bundle.txt",
        state=Bundle.State.LOOKED_INTO,
        defaults={"report": {"place": "WhatsApp", "has_words": True, "names": ["canary-bundle-name"]}},
    )
    return row.pk


def export(town: Town) -> uuid.UUID:
    """An export that was looked into, with a post to be chosen."""
    from snowdrop.archive.models import FoundPost, Parcel

    row, made = Parcel.objects.get_or_create(
        memorial=town.memorial,
        sender=town.people["mara"],
        came_as="canary-export.zip",
        state=Parcel.State.LOOKED_INTO,
        defaults={"report": {"posts": 1, "zone": "Europe/Zurich", "account": "canary-account"}},
    )
    if made:
        FoundPost.objects.create(
            parcel=row, key="0" * 64, number=0, kind="post", day="2024-03-04", begins="canary-found-post", pictures=1
        )
    return row.pk


def moving(town: Town) -> uuid.UUID:
    """A picture that moves, for friends; it says nothing."""
    row = Photograph.objects.filter(memorial=town.memorial, original__media_type="image/gif").first()
    if row is None:
        received = originals.receive([SMALLEST_GIF])
        row = adding.add(received, by=town.stands("mara"), audience=Circle.FRIENDS).photograph
    return row.pk


def of_hospital(town: Town) -> uuid.UUID:
    """A picture of a hospital's, for keepers; it says nothing."""
    rows = Photograph.objects.filter(memorial=town.memorial, is_from_hospital=True)
    row = rows.first()
    if row is None:
        row = adding.add(originals.receive([SMALLEST_JPEG]), by=town.stands("mara")).photograph
        Photograph.objects.filter(pk=row.pk).update(is_from_hospital=True)
    return row.pk


def film(town: Town) -> uuid.UUID:
    """A film, for friends; it says nothing."""
    row = Recording.objects.filter(memorial=town.memorial, is_film=True).first()
    if row is None:
        made = recording(town.memorial, recorded("video/mp4"), "", Circle.FRIENDS)
        made.transcript = made.people = made.came_as = ""
        row = keepings.keep(made, by=town.stands("mara"))
    return row.pk


def covered(town: Town) -> uuid.UUID:
    """Something closed that friends may know of; it says nothing."""
    row = Moment.objects.filter(memorial=town.memorial, text="beneath").first()
    if row is None:
        mara = town.stands("mara")
        row = writing.write("beneath", by=mara, audience=Circle.FRIENDS)
        veil.close([row], by=mara, words="What a cover says")
    return row.pk


OF_RECORDINGS = ("aac", "captions", "change_recording", "opus", "recording", "try_again", "waveform")


OF_DOCUMENTS = ("change_document", "document", "sheet")
OF_ENCLOSURES = ("cover", "picture", "voice", "voice_aac")
AT_HOME = ("at_home", "change_at_home")


def kind_of_thing(name: str) -> tuple[type, ...] | None:
    """Of which kinds the id in this address may be; every kind where it stands for any kept thing."""
    if name in ("memorials:change_kin", "memorials:sooner"):
        return (Kin,)
    if name == "memorials:change_name":
        return (Name,)
    if name == "memorials:change_fact":
        return (Fact,)
    if name.startswith("story:"):
        return (Moment,)
    if name in ("keepsakes:album", "keepsakes:change_album"):
        return (Album,)
    if name.removeprefix("keepsakes:") in OF_RECORDINGS:
        return (Recording,)
    if name.removeprefix("keepsakes:") in OF_DOCUMENTS:
        return (Document,)
    if name.removeprefix("keepsakes:") in AT_HOME:
        return (KeptAtHome,)
    if name.startswith("keepsakes:"):
        return (Photograph,)
    if name == "words:candle":
        return (Candle,)
    if name.removeprefix("words:") in OF_ENCLOSURES:
        return (Enclosure,)
    if name.startswith("words:"):
        return (KindWord,)
    return None


# The plainest thing an address is tried with: what a keeper added and friends see; else what the address is about.
WAITING = ("memorials:let_show", "memorials:set_aside", "story:let_show", "story:waiting")
AWAY = ("memorials:bring_back", "memorials:keep_it", "memorials:let_go")


def plain_thing(name: str, town: Town) -> Thing:
    kinds = kind_of_thing(name) or (Moment,)
    state = "sam-waits" if name in WAITING else "away" if name in AWAY else "friends"
    return town.find(f"canary-{kinds[0].__name__.lower()}-{state}")


def path(address: Address, town: Town, thing: Thing | None = None) -> str:
    """Return the address, filled: about this thing, or about the plainest there is."""
    args: dict[str, Any] = {}
    if "slug" in address.takes:
        args["slug"] = town.memorial.slug
    if address.name in ARGS and thing is None:
        args |= ARGS[address.name](town)
    elif "id" in address.takes:
        args["id"] = (thing or plain_thing(address.name, town)).row.pk
    if "size" in address.takes:
        args["size"] = 480
    if "page" in address.takes:
        args["page"] = 1
    if "version" in address.takes:
        args["version"] = Version.objects.filter(keeping=args["id"]).values_list("pk", flat=True).first() or 0
    return reverse(address.name, kwargs=args)


def only_posts(address: Address) -> bool:
    """Whether nothing is to be seen there: it takes what is posted, and answers 405 to whoever looks."""
    view: Any = address.view
    while view is not None:
        inside = dict(zip(view.__code__.co_freevars, view.__closure__ or (), strict=True))
        if (methods := inside.get("request_method_list")) is not None:  # of Django's `require_http_methods`
            return "GET" not in methods.cell_contents
        view = getattr(view, "__wrapped__", None)
    return False


def about_things(address: Address, town: Town) -> list[Thing | None]:
    """Everything this address can be looked at about; where nothing is to be seen, one thing."""
    if address.name in ARGS or "id" not in address.takes or only_posts(address):
        return [None]
    kinds = kind_of_thing(address.name)
    return [thing for thing in town.things if kinds is None or thing.kind in kinds]
