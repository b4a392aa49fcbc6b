"""Going separate ways: what one sees comes along, what is one's own moves, and the other learns nothing of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from snowdrop.keepsakes.models import Cover, Photograph
from snowdrop.memorials import inviting, keepings, revision, separating
from snowdrop.memorials.access import NotForYou, Viewer, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.kinds import all_kinds
from snowdrop.memorials.models import Keeping, Memorial, Name, Reader, Version
from snowdrop.story import drafts, writing
from snowdrop.story.models import Draft, Moment, Placed
from tests.access import addresses
from tests.access.kinds import PLAIN
from tests.access.town import Town

# A form's own token, and the id that it makes for what may be written next.
OF_ONE_ANSWER = re.compile(
    rb'name="(?:csrfmiddlewaretoken|stamp)" value="[^"]+"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
)


def what_they_see(town: Town, role: str) -> dict[str, Any]:
    """Every page that this role can open, byte for byte but for a form's own tokens."""
    # Made to be asked about; they must not appear between two looks.
    addresses.moving(town), addresses.covered(town), addresses.film(town), addresses.of_hospital(town)
    found = {}
    for address in addresses.every_address():
        if address.name.startswith("talk:") or address.name == "house_mark":
            continue  # makes rows of its own to be asked about
        answer = town.ask(role, "GET", addresses.path(address, town))
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[address.name] = (answer.status_code, OF_ONE_ANSWER.sub(b"", body))
    return found


def words(kind: type[Keeping], memorial: Memorial, **having: Any) -> list[tuple[Any, ...]]:
    """What keepings of a kind say, without who and where they are."""
    rows = kind._default_manager.filter(memorial=memorial, **having)
    return sorted((row.digest, row.written_at, row.writer_id) for row in rows)


def visible(viewer: Viewer, kind: type[Keeping], **having: Any) -> list[tuple[Any, ...]]:
    rows = kind._default_manager.visible_to(viewer).filter(**having)
    return sorted((row.digest, row.written_at, row.writer_id) for row in rows)


@pytest.mark.parametrize("role", ["second", "family", "link", "host"])
def test_nobody_else_notices_anything(role, town):
    before = what_they_see(town, role)
    revisions = revision.of(town.memorial)

    separating.go_separate_ways(by=town.stands("mara"))

    after = what_they_see(town, role)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == ({"house"} if role == "host" else set())  # a host reads how many pages there are
    assert revision.of(town.memorial) == revisions
    assert 200 in {status for status, _body in before.values()}


@pytest.mark.parametrize("who", ["mara", "theo"])
def test_what_one_sees_as_a_keeper_comes_along_and_nothing_else(who, town):
    by = town.stands(who)
    shared = {kind: visible(by, kind, audience__lte=Circle.KEEPERS) for kind in all_kinds()}
    own = {kind: words(kind, town.memorial, audience=Circle.SELF, writer=town.people[who]) for kind in all_kinds()}

    new = separating.go_separate_ways(by=by)

    for kind in all_kinds():
        assert words(kind, new) == sorted([*shared[kind], *own[kind]]), kind
        assert words(kind, town.memorial, audience=Circle.SELF, writer=town.people[who]) == [], kind
    assert sum(map(len, shared.values())) > 20
    assert [len(own[kind]) > 0 for kind in (Moment, Photograph, Draft, Name)] == [True, True, who == "mara", True]


def test_the_old_memorial_keeps_everything_but_the_pages_that_follow_their_writer(town):
    mara = town.people["mara"]
    stays = {
        kind: set(kind._default_manager.filter(memorial=town.memorial).exclude(audience=Circle.SELF, writer=mara))
        for kind in all_kinds()
    }
    follows = {
        kind: set(kind._default_manager.filter(memorial=town.memorial, audience=Circle.SELF, writer=mara))
        for kind in all_kinds()
    }

    new = separating.go_separate_ways(by=town.stands("mara"))

    assert {kind: set(kind._default_manager.filter(memorial=town.memorial)) for kind in all_kinds()} == stays
    for kind in all_kinds():
        assert follows[kind] <= set(kind._default_manager.filter(memorial=new))


def test_no_id_of_a_copy_is_the_id_of_what_it_was_made_from(town):
    before = {row.pk for kind in all_kinds() for row in kind._default_manager.exclude(audience=Circle.SELF)}

    new = separating.go_separate_ways(by=town.stands("theo"))

    copies = {
        row.pk
        for kind in all_kinds()
        for row in kind._default_manager.filter(memorial=new).exclude(audience=Circle.SELF)
    }
    assert (len(copies) > 20, copies & before) == (True, set())
    assert {row.order_key for row in Photograph.objects.filter(memorial=new)} & {
        row.order_key for row in Photograph.objects.filter(memorial=town.memorial)
    } == set()


def test_moments_carry_their_photographs_and_the_cover_comes_too(town):
    old = town.find("canary-moment-friends").row

    new = separating.go_separate_ways(by=town.stands("theo"))

    copy = Moment.objects.get(memorial=new, title="canary-moment-friends")
    placed = [row.photograph for row in copy.placed.order_by("order", "pk").select_related("photograph")]
    assert [photograph.caption for photograph in placed] == [
        "canary-photograph-link",
        "canary-photograph-family",
        "canary-photograph-keepers",
    ]
    assert {photograph.memorial_id for photograph in placed} == {new.pk}
    assert old.placed.count() == 3
    assert Cover.objects.get(memorial=new).photograph.caption == "canary-photograph-family"
    assert Cover.objects.filter(memorial=town.memorial).count() == 1


def test_a_private_page_keeps_what_is_in_it_and_a_private_picture_leaves_what_stays(town):
    mara = town.stands("mara")
    private = town.find("canary-photograph-mara-own").row
    shared = town.find("canary-photograph-keepers").row
    page = writing.write(
        "alone", by=mara, audience=Circle.SELF, photographs=[private, shared], about=[town.args["beloved"]]
    )
    stays = writing.write("for both", by=mara, photographs=[shared, private])

    new = separating.go_separate_ways(by=mara)

    page.refresh_from_db()
    inside = [row.photograph for row in page.placed.order_by("order").select_related("photograph")]
    assert [photograph.caption for photograph in inside] == ["canary-photograph-mara-own", "canary-photograph-keepers"]
    assert {page.memorial_id, *(photograph.memorial_id for photograph in inside)} == {new.pk}
    assert [one.memorial_id for one in page.about.all()] == [new.pk]
    assert [row.photograph for row in stays.placed.all()] == [shared]
    copy = Moment.objects.get(memorial=new, text="for both")
    assert [row.photograph.caption for row in copy.placed.order_by("order")] == [shared.caption, private.caption]


def test_no_row_leads_from_one_memorial_into_the_other(town):
    mara = town.stands("mara")
    writing.write("alone", by=mara, audience=Circle.SELF, photographs=[town.find("canary-photograph-family").row])
    changed = town.find("canary-moment-friends").row
    drafts.keep({"title": [""], "text": ["canary-draft-mara"]}, by=mara, moment=changed)

    new = separating.go_separate_ways(by=mara)

    for memorial in (town.memorial, new):
        assert set(Placed.objects.filter(moment__memorial=memorial).values_list("photograph__memorial", flat=True)) == {
            memorial.pk
        }
        for kind in (Name, *(k for k in all_kinds() if k.__name__ == "Fact")):
            assert set(kind.objects.filter(memorial=memorial).values_list("beloved__memorial", flat=True)) == {
                memorial.pk
            }
    assert set(Draft.objects.filter(memorial=new, moment__isnull=False).values_list("moment__memorial", flat=True)) == {
        new.pk
    }


def test_earlier_wordings_follow_a_private_page_and_its_readers_do_not(town):
    ines = town.find("canary-moment-theo-and-ines").row
    assert Reader.objects.filter(keeping=ines.pk).exists()
    changed = writing.change(
        ines, by=town.stands("theo"), title=ines.title, text="new", date=None, is_letter=False, about=[]
    )

    new = separating.go_separate_ways(by=town.stands("theo"))

    assert Version.objects.filter(keeping=changed.pk).count() == 1
    assert not Reader.objects.filter(keeping=changed.pk).exists()
    assert not Moment.objects.visible_to(stand(new, town.people["ines"])).exists()


def test_the_new_memorial_is_opened_by_nobody_else_and_the_old_one_still_by_its_keepers(town):
    new = separating.go_separate_ways(by=town.stands("mara"))

    stands = {name: stand(new, person).circle for name, person in town.people.items() if person.pk}
    assert {name for name, circle in stands.items() if circle > Circle.PUBLIC} == {"mara"}
    assert (new.audience, new.keeps_alone) == (Circle.KEEPERS, True)
    assert stand(town.memorial, town.people["mara"]).is_keeper


def test_in_the_new_memorial_its_keeper_opens_what_the_other_wrote_and_the_other_changes_nothing_there(town):
    writing.write("by Theo", by=town.stands("theo"))
    new = separating.go_separate_ways(by=town.stands("mara"))
    copy = Moment.objects.get(memorial=new, text="by Theo")
    mara = stand(new, town.people["mara"])

    keepings.open_to([copy], Circle.FRIENDS, by=mara)

    assert (copy.writer, Moment.objects.get(pk=copy.pk).audience) == (town.people["theo"], Circle.FRIENDS)
    Memorial.objects.filter(pk=new.pk).update(audience=Circle.PUBLIC)
    theo = stand(Memorial.objects.get(pk=new.pk), town.people["theo"])
    assert not Moment.objects.changeable_by(theo).exists()
    assert not Moment.objects.own_of(theo).exists()


@pytest.mark.parametrize("name", ["ines", "sam", "noor"])
def test_nobody_but_a_keeper_takes_the_page_along(name, town):
    with pytest.raises(NotForYou):
        separating.go_separate_ways(by=town.stands(name))


def test_every_kind_says_how_it_is_carried():
    assert {way.kind for way in separating.carried()} == set(PLAIN)


def test_many_rows_cost_statements_by_the_hundred_and_not_each(town):
    mara, counts = town.stands("mara"), []
    separating.go_separate_ways(by=mara)  # takes the private pages along, which then are not there to be counted
    for number in (1, 40):
        for _one in range(number):
            writing.write("words", by=mara)
        with CaptureQueriesContext(connection) as asked:
            separating.go_separate_ways(by=mara)
        counts.append(len(asked))

    assert counts[1] - counts[0] < 3  # a hundred may be full


def test_more_rows_than_are_held_at_once_all_come(town, monkeypatch):
    monkeypatch.setattr(separating, "AT_ONCE", 2)
    before = visible(town.stands("theo"), Moment, audience__lte=Circle.KEEPERS)

    new = separating.go_separate_ways(by=town.stands("theo"))

    assert visible(stand(new, town.people["theo"]), Moment, audience__lte=Circle.KEEPERS) == before
    assert inviting.find("x") is None
