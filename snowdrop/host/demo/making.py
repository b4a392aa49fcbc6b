"""Making the demo family's page, by the verbs that a family's own hands set off. It is made once or not at all."""

from __future__ import annotations

import base64
from collections.abc import Callable
from importlib import resources
from importlib.resources.abc import Traversable

from django.db import transaction
from django.utils.crypto import salted_hmac

from snowdrop.config.models import House
from snowdrop.dates.edtf import parse
from snowdrop.handover import giving
from snowdrop.host.demo import story, words
from snowdrop.host.demo.family import ASKED_IN, EVERYBODY, INES, LINK_IS_FOR, MARA, NOOR, NOT_YET, Somebody
from snowdrop.keepsakes import adding, albums, at_home, changing, covers
from snowdrop.keepsakes.models import Document, Order, Photograph
from snowdrop.memorials import about, beginning, children, inviting, keepings, veil
from snowdrop.memorials.access import Viewer, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, GuestLink, Keeping, Membership, Memorial, Name
from snowdrop.people import tokens
from snowdrop.people.models import Person
from snowdrop.storage import ingest, originals
from snowdrop.story import drafts, writing
from snowdrop.story.models import Moment

SAY = Callable[[int, int], None]  # done, of how many


def found() -> Memorial | None:
    """The demo family's page, if it was made here. The address of who began it tells which that is."""
    return Memorial.objects.filter(began_by__email=MARA.address).order_by("pk").first()


def make(told: SAY = lambda _done, _of: None) -> Memorial:
    """Return the demo family's page, made now if it is not there. Raises what taking in a picture raises."""
    if (there := found()) is not None:
        return there
    # Pictures are opened before the transaction, which would hold everybody else's writes for as long.
    for number, one in enumerate(story.PHOTOGRAPHS):
        told(number, len(story.PHOTOGRAPHS))
        with resources.as_file(_file(one.file)) as path:
            ingest.take_in_file(path)
    with resources.as_file(_file(story.DOCUMENT[0])) as path:
        ingest.take_in_document(originals.receive_file(path))
    told(len(story.PHOTOGRAPHS), len(story.PHOTOGRAPHS))
    return _all()


@transaction.atomic
def _all() -> Memorial:
    # `bin/up --demo` and `snowdrop demo` may both be at it: the second waits here, and finds what the first made.
    House.objects.get_or_create(pk=1)
    House.objects.select_for_update().get(pk=1)
    if (there := found()) is not None:
        return there
    people = {one: Person.objects.create(name=one.name, email=one.address) for one in EVERYBODY}
    memorial = beginning.begin(by=people[MARA], name=story.NAME)
    _ask_in(memorial, people)
    # How far the page is open stands in the row now, and every viewer carries the row.
    memorial = Memorial.objects.get(pk=memorial.pk)
    viewers = {one: stand(memorial, person) for one, person in people.items()}
    _say_who_he_is(viewers[MARA])
    photographs = {one.file: _add(one, viewers[one.by]) for one in story.PHOTOGRAPHS}
    covers.choose(photographs[story.COVER], by=viewers[MARA])
    for told in story.MOMENTS:
        _write(told, [photographs[file] for file in told.photographs], viewers[told.by])
    _add_document(viewers)
    for what, text, place, audience, file in story.AT_HOME:
        shown = [photographs[file]] if file in photographs else []
        said = {"what": what, "text": text, "place": place}
        at_home.keep(said, by=viewers[MARA], audience=audience, pictures=shown)
    _lay([photographs[file] for file in story.ALBUM_HOLDS if file in photographs], viewers[MARA])
    if story.CLOSED_PHOTOGRAPH in photographs:
        _close(photographs[story.CLOSED_PHOTOGRAPH], story.CLOSED_PHOTOGRAPH_SAYS, viewers)
    _close(Moment.objects.get(memorial=memorial, title=story.CLOSED_MOMENT), story.CLOSED_MOMENT_SAYS, viewers)
    children.tick([photographs[file] for file in story.FOR_CHILDREN if file in photographs], yes=True, by=viewers[MARA])
    drafts.keep(story.DRAFT, by=viewers[MARA])
    _hand_over(viewers[MARA])
    words.leave(memorial, viewers, mara=MARA, ines=INES)
    _robin(people[NOOR])
    return memorial


def _ask_in(memorial: Memorial, people: dict[Somebody, Person]) -> None:
    mara = stand(memorial, people[MARA])
    for one in ASKED_IN:
        assert one.circle is not None
        _invitation, token = inviting.ask_in(one.name, one.circle, by=mara, duties=one.duties)
        inviting.accept(token, person=people[one])
        if one.is_trusted:
            membership = Membership.objects.get(memorial=memorial, person=people[one])
            inviting.change(membership, one.circle, trusted=True, by=mara)
    inviting.ask_in(NOT_YET, Circle.FRIENDS, by=mara)
    link, _token = inviting.make_link(LINK_IS_FOR, by=mara)
    # A secret that can be said again: who asks for the demo's addresses twice gets the same link twice.
    GuestLink.objects.filter(pk=link.pk).update(token_hash=tokens.digest(token_of_link(memorial)))


def token_of_link(memorial: Memorial) -> str:
    secret = salted_hmac("snowdrop.demo.link", memorial.slug, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def _say_who_he_is(mara: Viewer) -> None:
    wren = Beloved.objects.visible_to(mara).get()
    chief = Name.objects.visible_to(mara).get()
    keepings.write_anew(chief, {"spoken": story.SPOKEN}, by=mara)
    for text, spoken, note in story.OTHER_NAMES:
        about.name(text, of=wren, by=mara, spoken=spoken, note=note, is_chief=False)
    for kind, audience, said in story.FACTS:
        date = parse(said["date"]) if "date" in said else None
        about.say(kind, of=wren, by=mara, audience=audience, **{**said, "date": date})
    for name, relation, circle in story.KIN:
        about.kin(name, by=mara, relation=relation, audience=circle)


def _add(one: story.Taken, by: Viewer) -> Photograph:
    with resources.as_file(_file(one.file)) as path:
        received = originals.receive_file(path)
    photograph = adding.add(received, by=by, came_as=one.file, audience=one.audience).photograph
    said = {**one.said, **({"date": parse(one.date)} if one.date else {})}
    return changing.change(photograph, said, by=by) if said else photograph


def _add_document(viewers: dict[Somebody, Viewer]) -> None:
    file, who, audience, title, date = story.DOCUMENT
    with resources.as_file(_file(file)) as path:
        received = originals.receive_file(path)
    document = adding.add(received, by=viewers[who], came_as=file, audience=audience).kept
    assert isinstance(document, Document)
    changing.change_document(document, {"title": title, "date": parse(date)}, by=viewers[who])


def _write(told: story.Told, photographs: list[Photograph], by: Viewer) -> None:
    moment = writing.write(
        told.text,
        by=by,
        title=told.title,
        date=parse(told.date) if told.date else None,
        is_letter=told.is_letter,
        audience=told.audience,
        photographs=photographs,
    )
    if told.is_put_away:
        keepings.put_away(moment, by=by)


def _lay(photographs: list[Photograph], by: Viewer) -> None:
    title, caption = story.ALBUM
    album = albums.make(by=by, title=title, caption=caption, order=Order.GENTLE, audience=Circle.FAMILY)
    albums.put_into(album, photographs, by=by)


def _close(keeping: Keeping, says: tuple[str, str], viewers: dict[Somebody, Viewer]) -> None:
    """Close a thing; Ines, who looks first, says gently what it shows."""
    cover, gentle = says
    veil.close([keeping], by=viewers[MARA], words=cover)
    veil.describe(keeping, gentle, by=viewers[INES])


def _hand_over(mara: Viewer) -> None:
    """A sealed envelope, in which somebody tells what they saw; nobody has opened it."""
    envelope, _token = giving.make_link(story.ENVELOPE_FROM, by=mara, asks_for_words=True)
    giving.seal(envelope, giver=story.ENVELOPE_FROM, note=story.ENVELOPE_NOTE, telling=story.ENVELOPE_TELLS)


def _robin(noor: Person) -> None:
    memorial = beginning.begin(by=noor, name=story.ROBIN)
    writing.write(story.OF_ROBIN, by=stand(memorial, noor))


def _file(name: str) -> Traversable:
    return resources.files("snowdrop.host.demo") / "pictures" / name
