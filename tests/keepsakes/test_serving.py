"""Pictures and originals: who gets them, how they are named, and what never leaves with them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from snowdrop.config import worker
from snowdrop.keepsakes import adding, jobs, names
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import keepings
from snowdrop.memorials.circles import Circle
from snowdrop.storage import originals, renditions
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.models import Original

pytestmark = pytest.mark.django_db


def rendition(memorial, photograph, size=480) -> str:
    return f"/m/{memorial.slug}/photographs/{photograph.pk}/{size}.jpg"


def avif(memorial, photograph, size=480) -> str:
    return f"/m/{memorial.slug}/photographs/{photograph.pk}/{size}.avif"


def moving(memorial, photograph) -> list[str]:
    """The page on which it moves, and the file."""
    return [f"{photograph.get_absolute_url()}moving/", f"{photograph.get_absolute_url()}moving.webp"]


def original(memorial, photograph) -> str:
    return f"/m/{memorial.slug}/originals/{photograph.original_id}/"


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def bring(path, *, by, audience=Circle.FRIENDS) -> Photograph:
    received = originals.receive([path.read_bytes()])
    return adding.add(received, by=by, audience=audience).photograph


WHO = ["keeper", "second_keeper", "family", "friend", "guest", "stranger", "elsewhere"]
SEEN = """
            keeper second_keeper family friend guest stranger elsewhere
SELF        200    404           404    404    404   404      404
KEEPERS     200    200           404    404    404   404      404
FAMILY      200    200           200    404    404   404      404
FRIENDS     200    200           200    200    404   404      404
LINK        200    200           200    200    200   404      404
"""


@pytest.mark.parametrize("line", SEEN.strip().splitlines()[1:])
def test_a_picture_goes_to_its_circle_and_to_nobody_else(line, request, memorial, client_for, add):
    circle, *expected = line.split()
    photograph = add(1, audience=Circle[circle])

    def asked(address: str) -> list[int]:
        return [client_for(request.getfixturevalue(who)).get(address).status_code for who in WHO]

    pictures = asked(rendition(memorial, photograph))
    lighter = asked(avif(memorial, photograph))
    pages = asked(photograph.get_absolute_url())

    assert (pictures, lighter, pages) == ([int(status) for status in expected],) * 3


@pytest.mark.parametrize("line", SEEN.strip().splitlines()[1:])
def test_what_moves_goes_to_its_circle_and_to_nobody_else(line, request, memorial, client_for, keeper, picture):
    circle, *expected = line.split()
    candle = bring(picture("gif/candle-loop.gif"), by=keeper, audience=Circle[circle])

    got = {
        address: [client_for(request.getfixturevalue(who)).get(address).status_code for who in WHO]
        for address in moving(memorial, candle)
    }

    assert list(got.values()) == [[int(status) for status in expected]] * 2


@pytest.mark.parametrize("line", SEEN.strip().splitlines()[1:])
def test_an_original_goes_to_keepers_and_to_whoever_added_it(line, request, memorial, client_for, add):
    circle, _mara, theo, *_rest = line.split()
    photograph = add(1, audience=Circle[circle])

    got = [client_for(request.getfixturevalue(who)).get(original(memorial, photograph)).status_code for who in WHO]

    assert got == [200, int(theo), 404, 404, 404, 404, 404]


def test_a_friend_may_download_what_they_added_themselves(friend, family, memorial, client_for, add, bytes_of):
    photograph = add(1, by=friend, audience=Circle.FRIENDS)

    theirs = client_for(friend).get(original(memorial, photograph))
    others = client_for(family).get(original(memorial, photograph))

    assert (theirs.status_code, body(theirs), others.status_code) == (200, bytes_of(1), 404)


def test_a_keeper_reading_as_friends_gets_only_what_friends_get(keeper, memorial, client_for, add):
    ours, theirs = add(1), add(2, audience=Circle.FRIENDS)

    got = [client_for(keeper).get(rendition(memorial, p) + "?as=friends").status_code for p in (ours, theirs)]

    assert got == [404, 200]


def test_narrowing_works_at_the_next_request_even_for_a_browser_that_has_it(keeper, friend, memorial, client_for, add):
    photograph = add(1, audience=Circle.FRIENDS)
    first = client_for(friend).get(rendition(memorial, photograph))
    unchanged = client_for(friend).get(rendition(memorial, photograph), headers={"if-none-match": first["ETag"]})

    keepings.open_to([photograph], Circle.KEEPERS, by=keeper)
    after = client_for(friend).get(rendition(memorial, photograph), headers={"if-none-match": first["ETag"]})

    assert [first.status_code, unchanged.status_code, after.status_code] == [200, 304, 404]
    assert [answer["Cache-Control"] for answer in (first, unchanged)] == ["private, no-cache"] * 2
    assert (unchanged.content, unchanged["ETag"]) == (b"", first["ETag"])


def test_a_rendition_is_a_jpeg_without_place_or_camera(friend, memorial, client_for, add):
    photograph = add(1, audience=Circle.FRIENDS, gps=True, size=(1600, 1200))

    answers = [client_for(friend).get(rendition(memorial, photograph, size)) for size in (480, 1280, 2400)]
    pages = [
        client_for(friend).get(f"/m/{memorial.slug}/photographs/"),
        client_for(friend).get(photograph.get_absolute_url()),
    ]

    bodies = [body(answer) for answer in answers]
    assert [Image.open(io.BytesIO(b)).size for b in bodies] == [(480, 360), (1280, 960), (1600, 1200)]
    assert [(a["Content-Type"], a["Content-Length"]) for a in answers] == [("image/jpeg", str(len(b))) for b in bodies]
    for served in [*bodies, *(page.content for page in pages)]:
        assert (b"CANARY" in served, b"47." in served, b"Exif" in served) == (False, False, False)
    assert Original.objects.get().place == {"lat": 47.368056, "lon": 8.550278}


def test_a_lighter_picture_comes_once_it_is_made_and_until_then_the_jpeg(friend, memorial, client_for, add):
    photograph = add(1, audience=Circle.FRIENDS, gps=True, size=(640, 480))
    client, address = client_for(friend), avif(memorial, photograph)
    before = client.get(address)
    jpeg = client.get(rendition(memorial, photograph))

    worker.run_waiting()
    after = client.get(address, headers={"if-none-match": before["ETag"]})
    unchanged = client.get(address, headers={"if-none-match": after["ETag"]})

    lighter = body(after)
    assert [a["Content-Type"] for a in (before, after)] == ["image/jpeg", "image/avif"]
    assert (body(before), Image.open(io.BytesIO(lighter)).size) == (body(jpeg), (480, 360))
    assert [a.status_code for a in (before, after, unchanged)] == [200, 200, 304]
    assert {a["Cache-Control"] for a in (before, after, unchanged)} == {"private, no-cache"}
    assert [word for word in (b"CANARY", b"47.", b"Exif") if word in lighter] == []


def test_one_from_before_is_made_lighter_when_somebody_first_asks(
    friend, memorial, client_for, add, django_capture_on_commit_callbacks
):
    photograph = add(1, audience=Circle.FRIENDS)
    worker.run_waiting()
    renditions.forget(photograph.original_id)

    with django_capture_on_commit_callbacks(execute=True) as asked:
        for _time in range(3):
            client_for(friend).get(avif(memorial, photograph))
    done = worker.run_waiting()

    assert (len(asked), done) == (1, 1)
    assert client_for(friend).get(avif(memorial, photograph))["Content-Type"] == "image/avif"


def test_adding_and_turning_have_the_lighter_one_made(keeper, add):
    from snowdrop.keepsakes import changing

    photograph = add(1)
    worker.run_waiting()
    changing.change(photograph, {"turned": 90}, by=keeper)
    worker.run_waiting()

    made = [renditions.avif(photograph.original, turned, 480) is not None for turned in (0, 90, 180)]
    assert made == [True, True, False]


def test_one_that_cannot_be_opened_holds_up_no_other(add):
    first, second = add(1), add(2)
    store = originals.path(first.original_id)
    store.unlink()
    store.write_bytes(b"not a picture any more")

    with pytest.raises(NotAPicture):
        jobs.make_renditions.call([[photograph.original_id, 0] for photograph in (first, second)])

    assert renditions.avif(second.original, 0, 480) is not None


def test_what_moves_has_all_its_frames_and_nothing_else(friend, memorial, client_for, keeper, picture):
    candle = bring(picture("gif/candle-loop.gif"), by=keeper)
    _page, file = moving(memorial, candle)

    answer = client_for(friend).get(file)
    unchanged = client_for(friend).get(file, headers={"if-none-match": answer["ETag"]})

    with Image.open(io.BytesIO(body(answer))) as shown:
        assert (shown.format, shown.n_frames, shown.size) == ("WEBP", 6, (240, 180))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", "private, no-cache")
    assert unchanged.status_code == 304


def test_a_photograph_that_stands_still_has_no_page_to_move_on(friend, memorial, client_for, add):
    photograph = add(1, audience=Circle.FRIENDS)

    got = [client_for(friend).get(address).status_code for address in moving(memorial, photograph)]

    assert got == [404, 404]


def test_a_turned_picture_is_another_file_under_the_same_address(keeper, memorial, client_for, add):
    from snowdrop.keepsakes import changing

    photograph = add(1, size=(640, 480))
    client, address = client_for(keeper), rendition(memorial, photograph)
    upright = client.get(address)

    changing.change(photograph, {"turned": 90}, by=keeper)
    turned = client.get(address, headers={"if-none-match": upright["ETag"]})

    assert [Image.open(io.BytesIO(body(a))).size for a in (upright, turned)] == [(480, 360), (360, 480)]


def test_a_size_that_is_none_of_ours_is_not_there(keeper, memorial, client_for, add):
    photograph = add(1)

    got = [
        client_for(keeper).get(address(memorial, photograph, size)).status_code
        for address in (rendition, avif)
        for size in (0, 481, 99999)
    ]

    assert got == [404] * 6


@pytest.mark.parametrize("flag", ["shows_pictures", "pictures_rest"])
def test_pictures_that_rest_are_not_sent(flag, keeper, memorial, client_for, add, picture):
    photograph = add(1)
    candle = bring(picture("gif/candle-loop.gif"), by=keeper)
    setattr(memorial, flag, flag == "pictures_rest")
    memorial.save(update_fields=[flag])
    room = f"/m/{memorial.slug}/photographs/"

    got = [
        client_for(keeper).get(a).status_code
        for a in (
            rendition(memorial, photograph),
            avif(memorial, photograph),
            *moving(memorial, candle),
            room,
            photograph.get_absolute_url(),
        )
    ]

    assert got == [404] * 6


def test_asking_for_the_head_sends_no_body(keeper, memorial, client_for, add, bytes_of):
    photograph = add(1)

    answer = client_for(keeper).head(original(memorial, photograph))

    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(bytes_of(1))))


RANGES = [
    ("bytes=0-9", 206, slice(0, 10)),
    ("bytes=5-", 206, slice(5, None)),
    ("bytes=-7", 206, slice(-7, None)),
    ("bytes=10-999999", 206, slice(10, None)),
    ("bytes=9-5", 200, slice(None)),
    ("bytes=0-1,4-5", 200, slice(None)),
    ("lines=0-1", 200, slice(None)),
    ("bytes=-", 200, slice(None)),
]


@pytest.mark.parametrize(("wanted", "status", "part"), RANGES)
def test_a_download_can_be_taken_up_where_it_broke_off(
    wanted, status, part, keeper, memorial, client_for, add, bytes_of
):
    content, photograph = bytes_of(1), add(1)

    answer = client_for(keeper).get(original(memorial, photograph), headers={"range": wanted})

    got = body(answer)
    assert (answer.status_code, got, answer["Content-Length"]) == (status, content[part], str(len(content[part])))
    start = range(len(content))[part][0] if status == 206 else None
    expected = None if start is None else f"bytes {start}-{start + len(got) - 1}/{len(content)}"
    assert answer.get("Content-Range") == expected


def test_a_part_beyond_the_end_and_a_part_of_another_file_are_refused(keeper, memorial, client_for, add, bytes_of):
    content, photograph = bytes_of(1), add(1)
    client, address = client_for(keeper), original(memorial, photograph)

    beyond = client.get(address, headers={"range": f"bytes={len(content)}-"})
    other = client.get(address, headers={"range": "bytes=0-9", "if-range": '"another"'})
    same = client.get(address, headers={"range": "bytes=0-9", "if-range": f'"{photograph.original_id}"'})

    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(content)}")
    assert (other.status_code, body(other)) == (200, content)
    assert (same.status_code, body(same)) == (206, content[:10])


def test_a_download_is_an_attachment_under_a_name_every_disk_takes(keeper, memorial, client_for, add):
    photograph = add(1, name='../"Grüße\r\nX-Injected: 1".jpg')

    answer = client_for(keeper).get(original(memorial, photograph))

    assert photograph.came_as == '"Grüße X-Injected: 1".jpg'
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''_Gr%C3%BC%C3%9Fe%20X-Injected_%201_.jpg"
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "image/jpeg")
    assert answer.get("X-Injected") is None


@pytest.mark.parametrize(
    ("came_as", "saved_as"),
    [
        ("IMG_0001.JPG", "IMG_0001.JPG"),
        ("\u202egpj.exe", "gpj.exe.jpg"),
        ("no ending", "no ending.jpg"),
        ("photo.jpg.exe", "photo.jpg.exe.jpg"),
        ("", "photograph.jpg"),
        ("...", "photograph.jpg"),
        ("a" * 300 + ".jpg", "a" * 120 + ".jpg"),
        ("con", "con_.jpg"),
        ("C:\\Users\\x\\صورة.jpeg", "صورة.jpeg"),
    ],
)
def test_the_name_of_a_download_follows_the_content(came_as, saved_as):
    photograph = Photograph(came_as=names.as_it_came(came_as), original=Original(media_type="image/jpeg"))

    assert names.for_download(photograph) == saved_as
