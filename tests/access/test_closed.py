"""What is closed reaches nobody before they chose to look: every answer of every address is read, for everyone.

Everything that can be closed in the town is closed. Each answer is searched for its words, its date, its colour and
its file's name, and each picture among the answers is compared with each closed one: byte for byte, and by what it
looks like.
"""

from __future__ import annotations

import hashlib
import io
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError

from snowdrop.dates.edtf import parse
from snowdrop.handover.models import Telling
from snowdrop.keepsakes import adding, pages
from snowdrop.keepsakes.models import Album, Document, Keepsake, KeptAtHome, Photograph, Recording
from snowdrop.memorials import finding, separating, veil
from snowdrop.memorials.access import Act, NotForYou, Viewer, stand
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import Keeping, Look, LooksFirst, OwnChoice
from snowdrop.people.sessions import SessionStore
from snowdrop.storage import documents, making, originals, renditions
from snowdrop.story import writing
from snowdrop.story.models import Moment
from snowdrop.talk import first_list
from snowdrop.talk.models import SupportLine
from tests.access import addresses
from tests.access.bodies import body
from tests.access.town import CIRCLE_OF, ROLES, Thing, Town, build, picture

pytestmark = pytest.mark.django_db  # each test in a savepoint of the one town's transaction

KINDS = (Moment, Photograph, Recording, Document, KeptAtHome, Album, Telling)
STATES = ("link", "friends", "keepers", "sam-waits", "away")
DAY = "1987-06-05"
OUTSIDE = tuple(role for role in ROLES if role not in CIRCLE_OF)
BY_TOKEN = ("memorials:card", "memorials:invitation", "memorials:enter", "memorials:succeed", "people:way_back")
ALIKE = 6  # bits of 64; two pictures of the town differ in some thirty


def looks_like(data: bytes) -> int:
    """A hash of what a picture looks like, eight by eight: whether each place is lighter than the next."""
    with Image.open(io.BytesIO(data)) as picture:
        small = list(picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes())
    bits = [small[row * 9 + column] > small[row * 9 + column + 1] for row in range(8) for column in range(8)]
    return sum(bit << place for place, bit in enumerate(bits))


@dataclass
class Hidden:
    """What no answer may hold."""

    words: re.Pattern[str]
    bytes_of: set[str] = field(default_factory=set)  # SHA-256 of files
    looks: set[int] = field(default_factory=set)

    def in_answer(self, answer: HttpResponseBase) -> set[str]:
        # A stream is read to its end: the test client then closes it without closing the test's own connection.
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        found = set(self.words.findall(data.decode("utf-8", "replace"))) | set(self.words.findall(heads))
        if hashlib.sha256(data).hexdigest() in self.bytes_of:
            found.add("its very file")
        try:
            seen = looks_like(data)
        except (UnidentifiedImageError, OSError):
            return found
        return found | {"its picture" for look in self.looks if (look ^ seen).bit_count() <= ALIKE}


@dataclass
class Closed:
    town: Town
    hidden: Hidden
    things: list[Thing]

    def find(self, canary: str) -> Thing:
        return self.town.find(canary)


@pytest.fixture(scope="module", autouse=True)
def data_folder(tmp_path_factory) -> Iterator[None]:
    """One folder for all of these tests, as they have one town."""
    before, settings.DATA = settings.DATA, tmp_path_factory.mktemp("data")
    (settings.DATA / "incoming").mkdir(mode=0o700)
    yield
    settings.DATA = before


@pytest.fixture(scope="module")
def one_town(django_db_setup, django_db_blocker, data_folder) -> Iterator[Closed]:
    with django_db_blocker.unblock(), transaction.atomic():
        if not SupportLine.objects.exists():
            first_list.bring_in(SupportLine.objects)
        town = build()
        addresses.parcel(town), addresses.export(town), addresses.moving(town)
        for thing in town.of(*KINDS):
            cover = f"cover-of-{thing.canary.removeprefix('canary-')}"
            changes: dict[str, Any] = {"is_closed": True, "cover_words": cover}
            if thing.kind not in (Album, KeptAtHome, Telling):  # which have none
                changes["date"] = parse(DAY)
            type(thing.row)._default_manager.filter(pk=thing.row.pk).update(**changes)
            thing.row.refresh_from_db()
            if isinstance(thing.row, Keepsake):
                thing.row.order_key = thing.row.order_key_now()
                thing.row.save(update_fields=["order_key"])
            finding.write_down(thing.row)
        yield Closed(town, _hidden(town), [one for one in town.of(*KINDS) if _is_tried(one)])
        transaction.set_rollback(True)


@pytest.fixture
def closed(one_town) -> Iterator[Closed]:
    """The town as it was settled: whatever a test changes in it is undone."""
    cookies = {role: client.cookies.copy() for role, client in one_town.town.clients.items()}
    yield one_town
    for role, client in one_town.town.clients.items():
        client.cookies = cookies[role]


def _is_tried(thing: Thing) -> bool:
    return thing.canary.removeprefix(f"canary-{thing.kind.__name__.lower()}-") in STATES


def _hidden(town: Town) -> Hidden:
    words = ["canary-(?:moment|photograph|recording|document|keptathome|album|telling|new-words)[a-z0-9-]*", "1987"]
    hidden = Hidden(re.compile(""))
    for key in ("sha256", "sams_sha256"):
        original = Photograph.objects.filter(original=town.args[key])[0].original
        words += [original.colour, original.sha256[:16]]
        files = [originals.path(original.sha256), renditions.path(original, 0, 480)]
        hidden.bytes_of |= {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        hidden.looks |= {looks_like(path.read_bytes()) for path in files}
    sound = Recording.objects.filter(memorial=town.memorial, is_film=False)[0].original
    words.append(sound.sha256[:16])
    files = [originals.path(sound.sha256), *filter(None, (making.path(sound, part) for part in making.parts_of(sound)))]
    hidden.bytes_of |= {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    drawn = render_to_string("keepsakes/waveform.svg", {"drawn": making.waveform(sound.peaks)})
    hidden.bytes_of.add(hashlib.sha256(drawn.encode()).hexdigest())
    paper = Document.objects.filter(memorial=town.memorial)[0].original
    words += [paper.colour, paper.sha256[:16]]
    files = [originals.path(paper.sha256), documents.path(paper, 1, 480)]
    hidden.bytes_of |= {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    hidden.looks.add(looks_like(files[1].read_bytes()))
    hidden.words = re.compile("|".join(words))
    return hidden


# Where a cover stands in the place of a thing.
COVERS = (
    "story:room",
    "story:moment",
    "story:waiting",
    "keepsakes:room",
    "keepsakes:photograph",
    "keepsakes:rendition",
    "keepsakes:recordings",
    "keepsakes:recording",
    "keepsakes:waveform",
    "keepsakes:documents",
    "keepsakes:document",
    "keepsakes:sheet",
    "keepsakes:at_home_room",
    "keepsakes:at_home",
    "keepsakes:album",
)
COVERS = (*COVERS, "handover:told", "memorials:closed", "memorials:put_away_list", "memorials:looked")
POSTS = ("link", "companion", "keeper")  # roles for which everything is posted too

# Addresses that are tried with one thing elsewhere, and here with each.
OF_ANY = ("memorials:closed", "memorials:looked", "memorials:close_it", "memorials:describe")


def every_answer(
    closed: Closed, role: str, *, extra: str = "", only: tuple[str, ...] = ()
) -> Iterator[tuple[str, HttpResponseBase]]:
    """The answer of every address to this role: about each closed thing, where it names one, and posted once."""
    town = closed.town
    for address in addresses.every_address():
        if only and address.name not in only:
            continue
        if address.name in BY_TOKEN or (extra and getattr(address.view, "needs", None) is not Act.READ):
            continue
        about: list[Thing | None] = [None]
        if (
            (address.name not in addresses.ARGS or address.name in OF_ANY)
            and "id" in address.takes
            and role in CIRCLE_OF
            and not addresses.only_posts(address)
        ):
            kinds = addresses.kind_of_thing(address.name)
            about = [one for one in closed.things if kinds is None or one.kind in kinds]
        for thing in about:
            path = addresses.path(address, town, thing) + extra
            yield f"GET {path}", town.ask(role, "GET", path)
        if not extra and not only and role in POSTS:
            yield f"POST {address.name}", town.ask(role, "POST", path, body(address.name, town))


def leaks(closed: Closed, role: str, **how: Any) -> dict[str, set[str]]:
    found = {what: closed.hidden.in_answer(answer) for what, answer in every_answer(closed, role, **how)}
    return {what: words for what, words in found.items() if words}


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_what_is_closed_reaches_anybody_who_did_not_look(role, closed):
    met = leaks(closed, role)

    assert met == {}


@pytest.mark.parametrize("circle", ["link", "friends", "family"])
def test_nor_a_keeper_who_looks_through_others_eyes_whatever_they_chose_themselves(circle, closed):
    choose(closed, "keeper", "canary-moment-link", "show_all")

    assert leaks(closed, "keeper", extra=f"?as={circle}") == {}


@pytest.mark.parametrize("role", ["link", "keeper"])
def test_there_is_something_to_hide(role, closed):
    """Whoever may know of a closed thing meets its cover, and everything is found once they want it without asking."""
    covers = re.compile(r"cover-of-[a-z-]+")
    met = {
        word for _what, answer in every_answer(closed, role, only=COVERS) for word in covers.findall(text_of(answer))
    }
    theirs = {one.canary.replace("canary-", "cover-of-") for one in closed.things if role in one.seen_by}
    assert theirs <= met

    choose(closed, role, "canary-moment-link", "show_all")
    open_to_them = {word for words in leaks(closed, role, only=COVERS).values() for word in words}
    assert "its picture" in open_to_them
    assert any(word.endswith("-text") for word in open_to_them)


def text_of(answer: HttpResponseBase) -> str:
    return "" if answer.streaming else answer.content.decode("utf-8", "replace")


def choose(closed: Closed, role: str, canary: str, do: str) -> str:
    """Choose on the page of this thing's cover, as this role; return where that led."""
    row = closed.find(canary).row
    path = reverse("memorials:closed", args=[closed.town.memorial.slug, row.pk])
    return closed.town.clients[role].post(path, {"do": do}).headers.get("Location", "")


def own_pages(closed: Closed, canary: str) -> list[str]:
    """Every address that could show this thing."""
    row, slug = closed.find(canary).row, closed.town.memorial.slug
    looked = reverse("memorials:looked", args=[slug, row.pk])
    if isinstance(row, Moment):
        return [looked, reverse("story:change", args=[slug, row.pk])]
    if isinstance(row, Album):
        return [looked, reverse("keepsakes:change_album", args=[slug, row.pk])]
    if isinstance(row, Recording):
        names = ("opus", "aac", "waveform", "change_recording")
        return [looked, *(reverse(f"keepsakes:{name}", args=[slug, row.pk]) for name in names)]
    if isinstance(row, Document):
        sheet = reverse("keepsakes:sheet", args=[slug, row.pk, 1, 480])
        return [looked, sheet, reverse("keepsakes:change_document", args=[slug, row.pk])]
    if isinstance(row, KeptAtHome):
        return [looked, reverse("keepsakes:change_at_home", args=[slug, row.pk])]
    paths = [looked, reverse("keepsakes:rendition", args=[slug, row.pk, 480])]
    return [*paths, reverse("keepsakes:avif", args=[slug, row.pk, 480])]


@pytest.mark.parametrize("kind", ["moment", "photograph", "recording", "document", "keptathome", "album"])
def test_whoever_looks_sees_it_and_nobody_else_does_not_even_they_on_another_device(kind, closed):
    canary, town = f"canary-{kind}-friends", closed.town
    looked, *others = own_pages(closed, canary)
    assert choose(closed, "friend", canary, "look") == looked

    assert closed.hidden.in_answer(town.clients["friend"].get(looked)) != set()
    assert "no-store" in town.clients["friend"].get(looked).headers["Cache-Control"]
    for path in others:
        answer = town.clients["friend"].get(path)
        assert answer.status_code == 404 or "no-store" in answer.headers["Cache-Control"]
    store = SessionStore()
    store.create()
    store.sign_in(town.people["sam"])
    other_device = Client()
    other_device.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    for browser in (other_device, *(town.clients[role] for role in ROLES if role != "friend")):
        for path in (looked, *others):
            answer = browser.get(path)
            assert closed.hidden.in_answer(answer) == set()
            assert answer.status_code in (302, 404)


@pytest.mark.parametrize("ends", ["closed again", "a quarter of an hour", "signed out", "somebody else signs in"])
def test_a_look_ends(ends, closed, time_machine):
    town, client = closed.town, closed.town.clients["friend"]
    choose(closed, "friend", "canary-photograph-friends", "look")
    looked, file, _avif = own_pages(closed, "canary-photograph-friends")
    assert closed.hidden.in_answer(client.get(file)) == {"its very file", "its picture"}

    if ends == "closed again":
        choose(closed, "friend", "canary-photograph-friends", "close_again")
    elif ends == "a quarter of an hour":
        row = Look.objects.get()
        time_machine.move_to(row.until, tick=False)
    elif ends == "signed out":
        client.post(reverse("people:sign_out"))
    else:
        store = SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value)
        store.sign_in(town.people["kim"])
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key

    for path in (looked, file):
        assert closed.hidden.in_answer(client.get(path)) == set()


def test_looking_opens_it_on_its_own_page_and_the_story_keeps_its_cover(closed):
    choose(closed, "friend", "canary-moment-friends", "look")
    story = closed.town.clients["friend"].get(reverse("story:room", args=[closed.town.memorial.slug]))

    assert closed.hidden.in_answer(story) == set()
    assert "cover-of-moment-friends" in text_of(story)


def test_what_somebody_left_open_shows_to_them_alone(closed):
    choose(closed, "friend", "canary-moment-friends", "leave_open")
    room = reverse("story:room", args=[closed.town.memorial.slug])

    assert "canary-new-words" in text_of(closed.town.clients["friend"].get(room))
    for role in ("companion", "family", "keeper", "second", "link"):
        assert closed.hidden.in_answer(closed.town.clients[role].get(room)) == set()


def test_not_again_takes_its_cover_away_too_until_they_ask_for_it(closed):
    room = reverse("story:room", args=[closed.town.memorial.slug])
    client = closed.town.clients["link"]
    assert "cover-of-moment-link" in text_of(client.get(room))

    choose(closed, "link", "canary-moment-link", "not_again")
    assert "cover-of-moment-link" not in text_of(client.get(room))
    assert "cover-of-moment-link" in text_of(closed.town.clients["friend"].get(room))

    things = reverse("memorials:closed_things", args=[closed.town.memorial.slug])
    assert "cover-of-moment-link" in text_of(client.get(things))
    choose(closed, "link", "canary-moment-link", "meet_again")
    assert "cover-of-moment-link" in text_of(client.get(room))


def test_a_guest_s_choice_belongs_to_their_browser_and_ends_with_the_link(closed):
    choose(closed, "link", "canary-moment-link", "show_all")
    room = reverse("story:room", args=[closed.town.memorial.slug])
    assert closed.hidden.in_answer(closed.town.clients["link"].get(room)) != set()

    choice = OwnChoice.objects.get()
    assert (choice.person, choice.link) == (None, closed.town.args["link"])
    OwnChoice.objects.update(link=closed.town.args["expired"])

    assert closed.hidden.in_answer(closed.town.clients["link"].get(room)) == set()


def test_the_words_on_a_cover_are_found_and_what_is_beneath_is_not_by_anybody(closed):
    choose(closed, "keeper", "canary-moment-link", "show_all")
    find = reverse("memorials:find", args=[closed.town.memorial.slug])

    on_the_cover = closed.town.clients["keeper"].get(find, {"q": "cover-of-moment-friends"})
    beneath = closed.town.clients["keeper"].get(find, {"q": "canary-new-words"})

    row = closed.find("canary-moment-friends").row
    assert (str(row.pk) in text_of(on_the_cover), str(row.pk) in text_of(beneath)) == (True, False)


# -- who may -----------------------------------------------------------------------------------------

states = st.fixed_dictionaries(
    {
        "audience": st.sampled_from([Circle.LINK, Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS, Circle.SELF]),
        "writer": st.sampled_from(["mara", "theo", "ines", "sam", None]),
        "is_handed_over": st.booleans(),
        "by": st.sampled_from(["mara", "theo", "ines", "sam", "kim", "gone", "noor", None]),
    }
)


@given(state=states)
@how(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_its_adder_and_any_keeper_who_sees_it_closes_it_and_its_adder_alone_opens_it_for_all(state, closed):
    town = closed.town
    circle_of = {"mara": Circle.KEEPERS, "theo": Circle.KEEPERS, "ines": Circle.FAMILY, "sam": Circle.FRIENDS}
    with transaction.atomic():
        row = town.find("canary-moment-friends").row
        writer = town.people[state["writer"]] if state["writer"] else None
        Moment.objects.filter(pk=row.pk).update(
            audience=state["audience"], writer=writer, is_handed_over=state["is_handed_over"], is_closed=False
        )
        row.refresh_from_db()
        by = town.stands(state["by"]) if state["by"] else stand(town.memorial, None)
        is_keeper = circle_of.get(state["by"] or "") == Circle.KEEPERS
        is_member = state["by"] in circle_of or state["by"] == "kim"
        is_adder = is_member and state["by"] == state["writer"] and not state["is_handed_over"]
        may_close = is_adder or (is_keeper and state["audience"] <= Circle.KEEPERS)
        assert done(lambda: veil.close([row], by=by)) == may_close
        row.refresh_from_db()
        assert row.is_closed == may_close

        Moment.objects.filter(pk=row.pk).update(is_closed=True)
        row.refresh_from_db()
        may_open = is_adder or (is_keeper and state["is_handed_over"] and state["audience"] <= Circle.KEEPERS)
        assert done(lambda: veil.open_for_all(row, by=by)) == may_open
        row.refresh_from_db()
        assert row.is_closed != may_open
        transaction.set_rollback(True)


def done(verb: Any) -> bool:
    try:
        verb()
    except NotForYou:
        return False
    return True


def test_what_has_no_cover_is_not_closed(closed):
    for kind in Keeping.__subclasses__():
        if not kind.has_cover:
            row = kind._default_manager.changeable_by(closed.town.stands("mara")).first()
            assert done(lambda row=row: veil.close([row], by=closed.town.stands("mara"))) is False


def test_a_companion_to_whom_it_was_handed_looks_first_and_says_gently_what_it_shows(closed):
    town = closed.town
    row, keeper, kim = town.find("canary-photograph-keepers").row, town.stands("mara"), town.stands("kim")
    _looked, file, _avif = own_pages(closed, "canary-photograph-keepers")
    cover = reverse("memorials:closed", args=[town.memorial.slug, row.pk])
    assert town.clients["companion"].get(cover).status_code == 404

    veil.hand_to(row, town.people["kim"], by=keeper)

    assert town.clients["companion"].get(cover).status_code == 200
    assert town.clients["companion"].get(file).status_code == 404
    choose(closed, "companion", "canary-photograph-keepers", "look")
    assert closed.hidden.in_answer(town.clients["companion"].get(file)) == {"its very file", "its picture"}
    describe = reverse("memorials:describe", args=[town.memorial.slug, row.pk])
    town.clients["companion"].post(describe, {"gentle": "A white hat, eyes closed, peaceful."})
    for role, status in (("keeper", 200), ("friend", 404), ("family", 404)):
        answer = town.clients[role].get(cover)
        assert (answer.status_code, "A white hat" in text_of(answer)) == (status, status == 200)
    assert Photograph.objects.visible_to(kim).filter(pk=row.pk).exists() is False

    veil.take_from(row, town.people["kim"], by=keeper)
    assert town.clients["companion"].get(file).status_code == 404
    assert (LooksFirst.objects.count(), town.clients["companion"].get(cover).status_code) == (0, 404)


def test_it_is_handed_to_nobody_without_the_duty_and_described_by_none_of_them(closed):
    town = closed.town
    row, keeper = town.find("canary-moment-friends").row, town.stands("mara")

    assert Duty.LOOKS_FIRST not in town.stands("sam").duties
    assert done(lambda: veil.hand_to(row, town.people["sam"], by=keeper)) is False
    assert done(lambda: veil.describe(row, "Words", by=town.stands("sam"))) is False
    assert done(lambda: veil.describe(row, "Words", by=town.stands("kim"))) is True


def test_opening_it_for_all_ends_what_people_chose_about_it(closed):
    row = closed.find("canary-moment-friends").row
    choose(closed, "friend", "canary-moment-friends", "not_again")

    veil.open_for_all(row, by=closed.town.stands("mara"))

    assert OwnChoice.objects.count() == 0
    room = reverse("story:room", args=[closed.town.memorial.slug])
    assert "canary-new-words" in text_of(closed.town.clients["friend"].get(room))


def test_no_address_tells_the_date_of_a_closed_picture_and_the_next_page_is_found_all_the_same(closed):
    seen = Photograph.objects.visible_to(closed.town.stands("mara"))

    first = pages.page(seen, most=1)
    second = pages.page(seen, after=first.after, most=1)

    assert (first.after, "1987" in first.things[0].order_key) == (str(first.things[0].pk), True)
    assert first.things + second.things == list(seen.in_order()[:2])
    assert pages.page(seen, before=second.before, most=1).things == first.things


def test_with_a_text_that_is_closed_when_it_is_written_its_new_pictures_are_closed(closed):
    mara = closed.town.stands("mara")
    id = uuid.uuid4()
    added = adding.add(originals.receive([picture(9)]), by=mara, audience=Circle.SELF, batch=id)

    moment = writing.write("Words", by=mara, photographs=[added.photograph], id=id, cover="A cover")

    added.photograph.refresh_from_db()
    assert (moment.is_closed, moment.title_for_lists, added.photograph.is_closed) == (True, "A cover", True)


def test_whoever_goes_a_way_of_their_own_takes_the_cover_and_their_choice_along(closed):
    choose(closed, "keeper", "canary-moment-friends", "not_again")

    new = separating.go_separate_ways(by=closed.town.stands("mara"))

    copied = Moment.objects.get(memorial=new, cover_words="cover-of-moment-friends")
    assert copied.is_closed
    assert OwnChoice.objects.get(memorial=new).keeping == copied.pk


def test_nobody_sits_before_a_viewer_without_a_browser(closed):
    """Feeds, mails, jobs: whatever its person chose, what is closed is closed to them."""
    choose(closed, "friend", "canary-moment-friends", "show_all")
    row = closed.find("canary-moment-friends").row

    assert closed.town.stands("sam").has_open(row) is False
    assert Viewer(closed.town.memorial, None, Circle.FRIENDS).has_open(row) is False
