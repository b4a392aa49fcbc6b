"""The room of photographs: their order, going through it, and what one person's rows tell another."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowdrop.dates.edtf import parse
from snowdrop.keepsakes import adding, changing, covers, pages
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import keepings
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.circles import Circle
from snowdrop.storage import originals
from snowdrop.storage.models import Original

pytestmark = pytest.mark.django_db


def room(memorial) -> str:
    return f"/m/{memorial.slug}/photographs/"


def order(viewer) -> list[str]:
    return list(Photograph.objects.visible_to(viewer).in_order().values_list("came_as", flat=True))


def test_photographs_stand_by_date_then_by_the_cameras_clock_then_as_they_came(keeper, add):
    add(1, name="undated, first")
    add(2, name="noon", taken="2024:03:24 12:00:00")
    add(3, name="earlier day", taken="2024:03:23 23:00:00")
    add(4, name="morning", taken="2024:03:24 08:00:00")
    add(5, name="undated, second")

    assert order(keeper) == ["earlier day", "morning", "noon", "undated, first", "undated, second"]


def test_a_new_date_gives_a_new_place_and_an_empty_one_the_end(keeper, add):
    first = add(1, name="a", taken="2024:03:24 08:00:00")
    second = add(2, name="b", taken="2024:03:25 08:00:00")

    changing.change(second, {"date": parse("1993~")}, by=keeper)
    changing.change(first, {"date": None}, by=keeper)

    assert order(keeper) == ["b", "a"]
    assert str(Photograph.objects.get(pk=second.pk).date) == "1993~"


def test_every_page_follows_the_one_before_and_leads_back(keeper, memorial, client_for, photographs):
    photographs(150)
    client = client_for(keeper)

    seen, address = [], room(memorial)
    for _step in range(3):
        answer = client.get(address)
        seen.append([p.url for p in answer.context["photographs"]])
        address = answer.context["next_url"]
    back = client.get(answer.context["previous_url"])

    assert [len(page) for page in seen] == [60, 60, 30]
    assert [url for page in seen for url in page] == [p.get_absolute_url() for p in Photograph.objects.in_order()]
    assert (address, [p.url for p in back.context["photographs"]]) == ("", seen[1])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(sizes=st.tuples(st.integers(0, 9), st.integers(1, 4)), hidden=st.sets(st.integers(0, 8)))
def test_going_through_pages_shows_each_visible_photograph_once(sizes, hidden, db_rows):
    rows = db_rows(sizes[0], hidden)

    seen, after = [], ""
    while True:
        page = pages.page(rows, after=after, most=sizes[1])
        seen += page.things
        if not page.after:
            break
        after = page.after

    assert seen == list(rows.in_order())


@pytest.mark.parametrize("key", ["x", "'", "9" * 60, "%00", "-1"])
def test_a_key_that_is_none_is_not_there(key, keeper, memorial, client_for, add):
    add(1)

    assert client_for(keeper).get(f"{room(memorial)}?after={key}").status_code == 404


def test_a_room_costs_the_same_number_of_queries_with_one_and_with_many(
    keeper, memorial, client_for, photographs, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_for(keeper)
    photographs(1)
    with django_assert_max_num_queries(11) as one:
        client.get(room(memorial))
    photographs(80)

    with django_assert_num_queries(len(one)):
        client.get(room(memorial))


def test_a_photographs_page_costs_the_same_number_of_queries_with_three_and_with_many(
    keeper, memorial, client_for, photographs, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_for(keeper)
    middle = photographs(3)[1]
    with django_assert_max_num_queries(15) as three:
        client.get(middle.get_absolute_url())
    photographs(80)

    with django_assert_num_queries(len(three)):
        client.get(middle.get_absolute_url())


def test_a_long_caption_stands_whole_on_its_own_page_and_short_among_many(keeper, memorial, client_for, add):
    words = "We walked to the lake. " * 40
    photograph = changing.change(add(1), {"caption": words}, by=keeper)

    room_page = client_for(keeper).get(room(memorial)).context["photographs"][0].caption
    own_page = client_for(keeper).get(photograph.get_absolute_url()).context["picture"].caption

    assert (room_page, own_page) == (words[:139].rstrip() + "…", words)


def test_next_and_previous_pass_over_what_this_reader_may_not_see(keeper, friend, memorial, client_for, add):
    rows = [add(i, taken=f"2024:03:{10 + i} 08:00:00", audience=Circle.FRIENDS) for i in range(3)]
    keepings.open_to([rows[1]], Circle.KEEPERS, by=keeper)

    first = client_for(friend).get(rows[0].get_absolute_url())

    assert (first.context["previous_url"], first.context["next_url"]) == ("", rows[2].get_absolute_url())
    assert re.findall(r'rel="(\w+)"', first.content.decode().partition("<main")[2]) == ["next"]


def test_another_keeper_neither_reads_nor_counts_only_me(keeper, second_keeper, memorial, client_for, add):
    add(1, audience=Circle.SELF)

    answer = client_for(second_keeper).get(room(memorial))

    assert answer.context["photographs"] == []
    assert [r["label"] for r in answer.context["head"]["rooms"] if "photographs" in r["url"]] == []


def test_a_friend_sees_no_way_to_change_and_a_keeper_reading_as_friend_sees_what_a_friend_sees(
    keeper, friend, memorial, client_for, add
):
    photograph = add(1, audience=Circle.FRIENDS)
    address = photograph.get_absolute_url()

    pages_seen = [client_for(friend).get(address), client_for(keeper).get(address + "?as=friends")]

    for page in pages_seen:
        text = page.content.decode()
        assert [word in text for word in ("/change/", "Download the original", "csrfmiddlewaretoken")] == [False] * 3
    assert "/480.jpg?as=friends" in pages_seen[1].content.decode()


def test_the_name_of_a_file_is_shown_as_text(keeper, memorial, client_for, add):
    photograph = add(1, name='"><script>alert(1)</script>\u202egpj.exe')

    text = client_for(keeper).get(photograph.get_absolute_url()).content.decode()

    assert "<script>alert" not in text
    assert '<bdi class="quiet">script&gt;\u202egpj.exe</bdi>' in text


# -- changing --------------------------------------------------------------------------------


def test_changing_keeps_how_the_words_stood_before(keeper, memorial, client_for, add):
    from snowdrop.memorials.models import Version

    photograph = add(1)
    address = f"{photograph.get_absolute_url()}change/"
    client_for(keeper).post(address, {"caption": "The garden", "people": "", "alt": "", "turned": "0"})

    answer = client_for(keeper).post(
        address,
        {"caption": "Our garden\0 🌷", "people": "Mara, שרה", "alt": "Tulips", "date": "2020-05", "turned": "90"},
    )

    photograph.refresh_from_db()
    assert answer.status_code == 302
    assert (photograph.caption, photograph.people, photograph.alt, str(photograph.date), photograph.turned) == (
        "Our garden 🌷",
        "Mara, שרה",
        "Tulips",
        "2020-05",
        90,
    )
    assert photograph.digest_is_right()
    assert [v.words["caption"] for v in Version.objects.filter(keeping=photograph.pk).order_by("until")] == [
        "",
        "The garden",
    ]


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"caption": "x" * 10_000}, {"caption": ["There is room for 2,000 characters here; this has 10,000."]}),
        ({"alt": "x" * 1_001}, {"alt": ["There is room for 1,000 characters here; this has 1,001."]}),
        ({"people": "x" * 1_001}, {"people": ["There is room for 1,000 characters here; this has 1,001."]}),
        (
            {"date_day": "30", "date_month": "2", "date_year": "2021"},
            {"date": ["There is no 30 February. In 2021 this month has 28 days."]},
        ),
        ({"turned": "45"}, {"turned": ["Select a valid choice. 45 is not one of the available choices."]}),
    ],
)
def test_what_cannot_be_kept_is_told_in_a_sentence(said, errors, keeper, memorial, client_for, add):
    photograph = add(1)

    answer = client_for(keeper).post(
        f"{photograph.get_absolute_url()}change/", said, headers={"accept": "application/json"}
    )

    assert (answer.status_code, answer.json()) == (422, {"errors": errors})


def test_a_friend_changes_their_own_and_nobody_elses(friend, keeper, memorial, client_for, add):
    own, ours = add(1, by=friend, audience=Circle.FRIENDS), add(2, audience=Circle.FRIENDS)

    got = [client_for(friend).get(f"{p.get_absolute_url()}change/").status_code for p in (own, ours)]

    assert got == [200, 404]


def test_several_are_taken_off_the_page_at_once_and_come_back(keeper, memorial, client_for, photographs):
    rows = photographs(3)
    client = client_for(keeper)

    client.post(f"/m/{memorial.slug}/kept/put-away-these/", {"ids": [str(rows[0].pk), str(rows[2].pk)]})

    assert list(Photograph.objects.visible_to(keeper)) == [rows[1]]
    assert set(Photograph.objects.put_away_for(keeper)) == {rows[0], rows[2]}


def test_several_are_opened_at_once(keeper, friend, memorial, client_for, photographs):
    rows = photographs(3)
    ids = [str(row.pk) for row in rows[:2]]

    asked = client_for(keeper).post(f"/m/{memorial.slug}/kept/who-will-see-these/", {"ids": ids})
    client_for(keeper).post(f"/m/{memorial.slug}/kept/who-will-see-these/", {"ids": ids, "audience": "20"})

    assert asked.status_code == 200
    assert list(Photograph.objects.visible_to(friend).in_order()) == rows[:2]


def test_all_that_one_added_is_opened_at_once_but_for_what_is_one_s_own(
    keeper, second_keeper, friend, memorial, client_for, photographs, add, monkeypatch
):
    monkeypatch.setattr("snowdrop.memorials.views.kept.AT_ONCE", 2)
    rows, own = photographs(3), add(90, audience=Circle.SELF)
    theirs = add(91, by=second_keeper)
    address, said = f"/m/{memorial.slug}/kept/who-will-see-these/", {"every": "keepsakes.photograph"}

    asked = client_for(keeper).post(address, said)
    client_for(keeper).post(address, said | {"audience": "20"})

    assert "All that you added there, but for what only you see." in asked.content.decode()
    assert str(rows[1].pk) not in asked.content.decode()  # thousands of ids would be too long a form
    assert list(Photograph.objects.visible_to(friend).in_order()) == rows
    assert [Photograph.objects.get(pk=one.pk).audience for one in (own, theirs)] == [Circle.SELF, Circle.KEEPERS]


# -- the cover -------------------------------------------------------------------------------


def test_a_cover_shows_to_whoever_may_see_its_photograph(keeper, friend, memorial, client_for, add):
    ours, open_one = add(1), add(2, audience=Circle.FRIENDS)
    client = client_for(keeper)
    client.post(f"{ours.get_absolute_url()}cover/", {"do": "cover"})
    hidden = client_for(friend).get(room(memorial)).context["head"]["cover"]

    client.post(f"{open_one.get_absolute_url()}cover/", {"do": "cover"})
    shown = client_for(friend).get(room(memorial)).context["head"]["cover"]
    client.post(f"{open_one.get_absolute_url()}cover/", {"do": "none"})

    assert (hidden, shown.url) == (None, open_one.get_absolute_url())
    assert client_for(friend).get(room(memorial)).context["head"]["cover"] is None


def test_nobody_makes_a_cover_of_what_they_do_not_see(second_keeper, memorial, client_for, add):
    hers = add(1, audience=Circle.SELF)

    assert client_for(second_keeper).post(f"{hers.get_absolute_url()}cover/", {"do": "cover"}).status_code == 404
    with pytest.raises(NotForYou):
        covers.choose(hers, by=second_keeper)


@pytest.fixture
def photographs(memorial, people):
    """Make rows quickly: this many photographs of one picture, which needs no file."""

    def make(number: int) -> list[Photograph]:
        from django.utils import timezone

        original, _new = Original.objects.get_or_create(
            sha256="0" * 64,
            defaults={
                "crc32": 0,
                "size": 1,
                "media_type": "image/jpeg",
                "width": 640,
                "height": 480,
                "colour": "#000000",
            },
        )
        rows = [
            Photograph(memorial=memorial, writer=people["mara"], original=original, shown_at=timezone.now())
            for _n in range(number)
        ]
        for row in rows:
            row.order_key = row.order_key_now()
        return Photograph.objects.bulk_create(rows)

    return make


@pytest.fixture
def db_rows(photographs, keeper):
    def make(number: int, hidden: set[int]):
        Photograph.objects.all().delete()
        for at, row in enumerate(photographs(number)):
            if at in hidden:
                Photograph.objects.filter(pk=row.pk).update(audience=Circle.SELF, writer=None)
        return Photograph.objects.visible_to(keeper)

    return make


def test_a_page_names_the_lighter_pictures_whether_they_are_there_or_not(keeper, memorial, client_for, add):
    photograph = add(1, size=(1600, 1200), audience=Circle.FRIENDS)
    page = f"{photograph.get_absolute_url()}?as=friends"

    picture = client_for(keeper).get(page).context["picture"]

    base = photograph.get_absolute_url()
    for srcset, ending in ((picture.srcset, "jpg"), (picture.avif, "avif")):
        named = [
            f"{base}{size}.{ending}?as=friends {width}w" for size, width in ((480, 480), (1280, 1280), (2400, 1600))
        ]
        assert srcset.split(", ") == named
    assert picture.colour == photograph.original.colour == "#26655a"


def test_what_moves_says_so_on_its_own_page_and_stands_still_there(friend, keeper, client_for, picture):
    received = originals.receive([picture("gif/candle-loop.gif").read_bytes()])
    candle = adding.add(received, by=keeper, audience=Circle.FRIENDS).photograph
    client = client_for(friend)

    still = client.get(candle.get_absolute_url())
    moving = client.get(still.context["moving_url"])

    assert "Let it move" in still.content.decode()
    assert "moving.webp" not in still.content.decode()
    assert (moving.context["picture"].src, moving.context["still_url"]) == (
        f"{candle.get_absolute_url()}moving.webp",
        candle.get_absolute_url(),
    )
    assert "Keep it still" in moving.content.decode()


def test_a_photograph_that_stands_still_offers_nothing_to_move(keeper, client_for, add):
    page = client_for(keeper).get(add(1).get_absolute_url())

    assert (page.context["moving_url"], "Let it move" in page.content.decode()) == ("", False)
