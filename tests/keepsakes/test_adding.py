"""Adding photographs: one at a time, many at once, the same again, and what is not one."""

from __future__ import annotations

import hashlib
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.circles import Circle
from snowdrop.storage import originals
from snowdrop.storage.models import Original

pytestmark = pytest.mark.django_db(transaction=False)


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def address(memorial) -> str:
    return f"/m/{memorial.slug}/photographs/add/"


def test_a_photograph_is_kept_bit_for_bit_and_starts_with_the_keepers(keeper, add, bytes_of):
    content = bytes_of(1, taken="2024:03:24 18:02:11")

    photograph = add(1, taken="2024:03:24 18:02:11", name="IMG_0001.JPG")

    assert originals.path(hashlib.sha256(content).hexdigest()).read_bytes() == content
    assert (photograph.audience, photograph.came_as, str(photograph.date)) == (
        Circle.KEEPERS,
        "IMG_0001.JPG",
        "2024-03-24",
    )
    assert list(Photograph.objects.visible_to(keeper)) == [photograph]


def test_each_of_many_files_is_judged_alone(keeper, memorial, client_for, bytes_of):
    files = [
        sent("a.jpg", bytes_of(1)),
        sent("<b>page.jpg", b"<!doctype html><script>alert(1)</script>"),
        sent("c.jpg", bytes_of(2)),
        sent("empty.jpg", b""),
    ]

    answer = client_for(keeper).post(address(memorial), {"file": files})

    assert answer.status_code == 200
    assert sorted(Photograph.objects.values_list("came_as", flat=True)) == ["a.jpg", "c.jpg"]
    text = answer.content.decode()
    assert "<bdi>&lt;b&gt;page.jpg</bdi>" in text
    assert [(one.name, str(one.sentence)) for one in answer.context["not_taken"]] == [
        ("<b>page.jpg", "This is a web page, not a photograph."),
        ("empty.jpg", "This file is empty."),
    ]


def test_good_files_lead_on_to_where_something_can_be_said_of_them(keeper, memorial, client_for, bytes_of):
    batch = uuid.uuid4()
    form = {"file": [sent("a.jpg", bytes_of(1)), sent("b.jpg", bytes_of(2))], "batch": str(batch), "audience": "20"}

    answer = client_for(keeper).post(address(memorial), form)

    assert (answer.status_code, answer["Location"]) == (302, f"/m/{memorial.slug}/photographs/added/{batch}/")
    assert {p.audience for p in Photograph.objects.filter(batch=batch)} == {Circle.FRIENDS}


def test_a_client_is_answered_with_the_digest(keeper, memorial, client_for, bytes_of):
    content = bytes_of(3)

    answer = client_for(keeper).post(
        address(memorial),
        {"file": sent("a.jpg", content), "audience": "friends"},
        headers={"accept": "application/json"},
    )

    photograph = Photograph.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(photograph.pk),
        "url": f"/m/{memorial.slug}/photographs/{photograph.pk}/",
        "sha": hashlib.sha256(content).hexdigest(),
    }
    assert photograph.audience == Circle.FRIENDS


def test_the_same_picture_again_adds_nothing_and_says_so(keeper, memorial, client_for, bytes_of):
    client, content = client_for(keeper), bytes_of(4)
    first = client.post(address(memorial), {"file": sent("a.jpg", content)}, headers={"accept": "application/json"})

    again = client.post(address(memorial), {"file": sent("b.jpg", content)}, headers={"accept": "application/json"})
    page = client.post(address(memorial), {"file": sent("c.jpg", content)})

    assert (again.status_code, again.json()) == (200, first.json() | {"said": "This one is already here."})
    assert [(str(one.sentence), one.url) for one in page.context["not_taken"]] == [
        ("This one is already here.", first.json()["url"])
    ]
    assert Photograph.objects.count() == 1


def test_the_same_picture_tells_nothing_of_somebody_elses_only_me(
    keeper, second_keeper, memorial, client_for, bytes_of, add
):
    hers = add(5, audience=Circle.SELF)

    answer = client_for(second_keeper).post(
        address(memorial), {"file": sent("a.jpg", bytes_of(5))}, headers={"accept": "application/json"}
    )

    assert answer.status_code == 201
    assert answer.json()["id"] != str(hers.pk)
    assert (Original.objects.count(), Photograph.objects.count()) == (1, 2)


def test_a_friends_picture_waits_for_a_keeper(friend, keeper, memorial, client_for, bytes_of):
    answer = client_for(friend).post(
        address(memorial), {"file": sent("a.jpg", bytes_of(6))}, headers={"accept": "application/json"}
    )

    photograph = Photograph.objects.get(pk=answer.json()["id"])
    assert photograph.is_waiting
    assert not Photograph.objects.visible_to(friend).exists()
    assert list(Photograph.objects.waiting_for(keeper)) == [photograph]
    page = client_for(friend).get(answer.json()["url"])
    assert (page.status_code, "This waits for the family." in page.content.decode()) == (200, True)


def test_a_friend_cannot_choose_a_circle_they_do_not_stand_in(friend, memorial, client_for, bytes_of):
    answer = client_for(friend).post(
        address(memorial),
        {"file": sent("a.jpg", bytes_of(6)), "audience": "keepers"},
        headers={"accept": "application/json"},
    )

    assert (answer.status_code, answer.json()) == (
        422,
        {"errors": {"audience": ["Please choose who will see this."]}},
    )
    assert not Original.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "guest", "elsewhere"])
def test_others_find_no_page_to_add_to(who, request, memorial, client_for, bytes_of):
    client = client_for(request.getfixturevalue(who))

    answers = [client.get(address(memorial)), client.post(address(memorial), {"file": sent("a.jpg", bytes_of(1))})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not Original.objects.exists()


def test_nothing_chosen_is_told_plainly(keeper, memorial, client_for):
    answer = client_for(keeper).post(address(memorial), {}, headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()) == (422, {"errors": {"file": ["No photograph was chosen yet."]}})


def test_a_full_disk_keeps_nothing_and_says_so(keeper, memorial, client_for, bytes_of, settings, data_folder):
    settings.RESERVE = 2**62

    answer = client_for(keeper).post(
        address(memorial), {"file": sent("a.jpg", bytes_of(1))}, headers={"accept": "application/json"}
    )

    sentence = "There is no room left on this server, so this could not be kept. What was kept before is safe."
    assert (answer.status_code, answer.json()) == (507, {"errors": {"file": [sentence]}})
    assert [path for path in data_folder.rglob("*") if path.is_file()] == []


def test_where_the_family_wants_no_pictures_none_can_be_added(keeper, memorial, client_for, add):
    memorial.shows_pictures = False
    memorial.save(update_fields=["shows_pictures"])

    assert client_for(keeper).get(address(memorial)).status_code == 404
    keeper.memorial.refresh_from_db()
    with pytest.raises(NotForYou):
        add(1)
    assert not Original.objects.exists()


def test_words_circle_and_date_can_be_given_to_all_that_came_together(keeper, memorial, client_for, add):
    batch = uuid.uuid4()
    dated = add(1, batch=batch, taken="2024:03:24 18:02:11")
    undated = add(2, batch=batch)
    here = f"/m/{memorial.slug}/photographs/added/{batch}/"

    shown = client_for(keeper).get(here)
    answer = client_for(keeper).post(
        here,
        {
            "audience": "20",
            "date": "2020-05",
            f"caption-{undated.pk.hex}": "In the garden <3",
            f"caption-{dated.pk.hex}": "",
        },
    )

    assert shown.status_code == 200
    assert (answer.status_code, answer["Location"]) == (302, f"/m/{memorial.slug}/open/")
    dated.refresh_from_db()
    undated.refresh_from_db()
    assert [(str(p.date), p.caption, p.audience) for p in (dated, undated)] == [
        ("2024-03-24", "", Circle.FRIENDS),
        ("2020-05", "In the garden <3", Circle.FRIENDS),
    ]


def test_only_whoever_added_them_is_asked_about_them(second_keeper, memorial, client_for, add):
    batch = uuid.uuid4()
    add(1, batch=batch)

    theirs = client_for(second_keeper).get(f"/m/{memorial.slug}/photographs/added/{batch}/")
    nothing = client_for(second_keeper).get(f"/m/{memorial.slug}/photographs/added/{uuid.uuid4()}/")

    room = f"/m/{memorial.slug}/photographs/"
    assert [(answer.status_code, answer["Location"]) for answer in (theirs, nothing)] == [(302, room)] * 2


def test_a_file_that_is_here_already_is_told_by_the_name_it_was_sent_with(keeper, memorial, client_for, bytes_of):
    client = client_for(keeper)
    client.post(address(memorial), {"file": sent("first.jpg", bytes_of(1))})

    again = client.post(address(memorial), {"file": [sent("copy of it.jpg", bytes_of(1)), sent("x.jpg", b"")]})

    assert [(one.name, str(one.sentence)) for one in again.context["not_taken"]] == [
        ("copy of it.jpg", "This one is already here."),
        ("x.jpg", "This file is empty."),
    ]
    assert "<bdi>copy of it.jpg</bdi>" in again.content.decode()
