"""Saying something to many at once, describing one after another, series, and the same picture twice."""

from __future__ import annotations

import pytest

from snowdrop.dates.edtf import parse
from snowdrop.keepsakes import changing, series
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import veil
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Version
from snowdrop.storage.models import Original

pytestmark = pytest.mark.django_db


def at(memorial, end: str) -> str:
    return f"/m/{memorial.slug}/photographs/{end}"


# -- many at once ------------------------------------------------------------------------------------


def test_what_is_said_to_many_goes_where_nothing_was_said(keeper, memorial, client_for, add):
    one, other, third = add(1), add(2), add(3)
    changing.change(other, {"caption": "The pond", "date": parse("1993~"), "turned": 270}, by=keeper)
    said = {"do": "say", "ids": [str(one.pk), str(other.pk)], "caption": "Summer", "people": "Emil"}

    asked = client_for(keeper).post(at(memorial, "say-to-these/"), {"ids": said["ids"]})
    done = client_for(keeper).post(at(memorial, "say-to-these/"), {**said, "date": "2021-09", "turned": "90"})

    assert (asked.status_code, done.status_code) == (200, 302)
    for row in (one, other, third):
        row.refresh_from_db()
    assert [(row.caption, row.people, str(row.date or ""), row.turned) for row in (one, other, third)] == [
        ("Summer", "Emil", "2021-09", 90),
        ("The pond", "Emil", "1993~", 0),
        ("", "", "", 0),
    ]


def test_and_everywhere_if_that_is_ticked_with_how_it_stood_kept(keeper, memorial, client_for, add):
    one = changing.change(add(1), {"caption": "The pond"}, by=keeper)

    client_for(keeper).post(
        at(memorial, "say-to-these/"), {"do": "say", "ids": [str(one.pk)], "caption": "Summer", "over": "on"}
    )

    one.refresh_from_db()
    assert (one.caption, one.digest_is_right()) == ("Summer", True)
    assert [v.words["caption"] for v in Version.objects.filter(keeping=one.pk).order_by("until")] == ["", "The pond"]


def test_one_that_is_not_theirs_and_nothing_is_said_to_any(friend, memorial, client_for, add):
    own, ours = add(1, by=friend, audience=Circle.FRIENDS), add(2, audience=Circle.FRIENDS)

    answer = client_for(friend).post(
        at(memorial, "say-to-these/"), {"do": "say", "ids": [str(own.pk), str(ours.pk)], "caption": "Summer"}
    )

    assert answer.status_code == 404
    assert set(Photograph.objects.values_list("caption", flat=True)) == {""}


# -- what is to be seen ------------------------------------------------------------------------------


def test_one_after_another_is_described_or_passed_by(keeper, memorial, client_for, add):
    first, second, third, closed = (add(n, taken=f"2024:03:{10 + n} 08:00:00") for n in range(4))
    changing.change(second, {"alt": "A pond"}, by=keeper)
    veil.close([closed], by=keeper)
    client, here = client_for(keeper), at(memorial, "what-is-to-be-seen/")

    asked = client.get(here)
    passed = client.get(asked.context["next_url"])
    answer = client.post(here, {"id": str(third.pk), "alt": "Two hands"})
    end = client.get(answer["Location"])
    again = client.get(here)

    assert [page.context.get("photograph") for page in (asked, passed, end, again)] == [first, third, None, first]
    third.refresh_from_db()
    assert third.alt == "Two hands"
    assert client.post(here, {"id": str(closed.pk), "alt": "x"}).status_code == 404


# -- series ------------------------------------------------------------------------------------------


@pytest.fixture
def burst(add):
    """So many pictures of one camera, a second apart."""

    def make(number: int, *, camera: str = "Phone", minute: int = 0) -> list[Photograph]:
        rows = [add(minute * 100 + n, taken=f"2024:03:24 08:{minute:02d}:{n:02d}") for n in range(number)]
        Original.objects.filter(photographs__in=rows).update(camera=camera)
        return list(Photograph.objects.filter(pk__in=[row.pk for row in rows]).select_related("original").in_order())

    return make


def test_what_a_camera_took_within_seconds_is_folded_behind_the_first(keeper, memorial, client_for, burst):
    rows = [*burst(4), *burst(2, minute=1)]

    answer = client_for(keeper).get(at(memorial, ""))

    shown = answer.context["photographs"]
    assert [len(one.together) for one in shown] == [3, 0, 0]
    assert [one.url for one in shown[0].together] == [row.get_absolute_url() for row in rows[1:4]]
    assert "3 more of the same moment" in answer.content.decode()


def test_what_somebody_wrote_to_stands_by_itself(keeper, burst):
    rows = burst(7)
    rows[3].caption = "He laughed"

    assert [len(some) for some in series.fold(rows)] == [3, 4]


@pytest.mark.parametrize("what", ["another camera", "no camera", "another day was given", "a time that is none"])
def test_what_does_not_surely_belong_together_is_not_folded(what, burst):
    rows = burst(3)
    for row in rows[1:2] if what == "another camera" else rows:
        if what == "another camera":
            row.original.camera = "Another"
        elif what == "no camera":
            row.original.camera = ""
        elif what == "another day was given":
            row.date = parse("2020")
        else:
            row.original.taken_time = "25:61:00"

    assert [len(some) for some in series.fold(rows)] == [1, 1, 1]


def test_a_closed_one_is_in_no_series_which_would_tell_when_it_was_taken(burst):
    rows = burst(6)
    rows[1].is_closed = True

    assert [len(some) for some in series.fold(rows)] == [1, 1, 4]


# -- the same picture twice --------------------------------------------------------------------------


def test_the_same_picture_twice_is_told_to_whoever_sees_both_and_nothing_is_deleted(
    keeper, second_keeper, client_for, add
):
    hers = add(1, audience=Circle.SELF)
    theirs = add(1, by=second_keeper)

    told = {
        viewer.person.name: [one["url"] for one in client_for(viewer).get(theirs.get_absolute_url()).context["twins"]]
        for viewer in (keeper, second_keeper)
    }

    assert told == {"Mara": [hers.get_absolute_url()], "Theo": []}
    assert Photograph.objects.count() == 2


def test_of_a_closed_one_it_is_not_told(keeper, second_keeper, client_for, add):
    hers = add(1, audience=Circle.SELF)
    theirs = add(1, by=second_keeper)
    veil.close([hers], by=keeper)

    answers = [client_for(keeper).get(row.get_absolute_url()) for row in (theirs, hers)]

    assert [answer.context["twins"] for answer in answers] == [[], []]
