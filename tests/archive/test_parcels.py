"""The page on which a keeper brings a packed folder in: sent, looked into, brought in, forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from snowdrop.archive import jobs, unpacking
from snowdrop.archive.models import Parcel
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.models import Membership
from snowdrop.storage import kinds
from tests.conftest import MATERIAL
from tests.keepsakes.test_hostile_files import REFUSED

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}


def address(memorial) -> str:
    return f"/m/{memorial.slug}/photographs/bring/"


@pytest.fixture
def send(memorial, client_for, keeper, zip_of, bytes_of):
    def sent(*members, by=None):
        content = zip_of(*(members or (("a.jpg", bytes_of(1)), ("notes.txt", b"Hello")))).read_bytes()
        client_for(by or keeper).post(address(memorial), {"file": SimpleUploadedFile("../x/album.zip", content)})
        return Parcel.objects.get()

    return sent


def test_a_keeper_sees_what_would_come_before_it_comes(send, memorial, client_for, keeper):
    parcel = send()
    here, client = f"{address(memorial)}{parcel.pk}/", client_for(keeper)
    arrived = client.get(here).content.decode()

    jobs.look_into.call(str(parcel.pk))
    looked = client.get(here)
    nothing = Photograph.objects.count()
    client.post(here, {"do": "bring"})
    jobs.bring_in.call(str(parcel.pk))
    came = client.get(here)

    assert ("Your folder is here" in arrived, nothing, parcel.came_as) == (True, 0, "album.zip")
    reason = "This is not a photograph we can show. JPEG, PNG, WebP, GIF, AVIF and HEIC can be added."
    for page in (looked, came):
        assert (page.context["comes"], page.context["not_taken"]) == (
            ["a.jpg"],
            [{"name": "notes.txt", "sentence": reason}],
        )
    assert ("These would come" in looked.content.decode(), "They are kept" in came.content.decode()) == (True, True)
    photograph = Photograph.objects.visible_to(keeper).get()
    assert client.get(came.context["added_url"]).context["things"][0]["name"] == photograph.came_as == "a.jpg"
    assert not parcel.paths[0].exists()


def test_a_job_run_twice_and_a_button_pressed_twice_do_no_harm(send, memorial, client_for, keeper):
    parcel = send()
    here, client = f"{address(memorial)}{parcel.pk}/", client_for(keeper)

    for _twice in range(2):
        jobs.look_into.call(str(parcel.pk))
        client.post(here, {"do": "bring"})
    for _twice in range(2):
        jobs.bring_in.call(str(parcel.pk))

    assert (Photograph.objects.count(), Parcel.objects.get().state) == (1, Parcel.State.CAME)


def test_what_is_left_is_forgotten_with_its_file(send, memorial, client_for, keeper):
    parcel = send()

    client_for(keeper).post(f"{address(memorial)}{parcel.pk}/", {"do": "leave"})

    assert (Parcel.objects.exists(), parcel.paths[0].exists()) == (False, False)


def test_a_parcel_nobody_came_back_to_is_forgotten_after_two_days(send):
    parcel = send()

    unpacking.forget_old(at=timezone.now() + timedelta(days=1))
    still = parcel.paths[0].exists()
    unpacking.forget_old(at=timezone.now() + timedelta(days=3))

    assert (still, Parcel.objects.exists(), parcel.paths[0].exists()) == (True, False, False)


def test_what_is_no_packed_folder_is_told(memorial, client_for, keeper):
    for content in (b"", b"GIF89a"):
        client_for(keeper).post(address(memorial), {"file": SimpleUploadedFile("a.zip", content)})
    for parcel in Parcel.objects.all():
        jobs.look_into.call(str(parcel.pk))

    assert [(parcel.state, parcel.report["sentence"], parcel.paths[0].exists()) for parcel in Parcel.objects.all()] == [
        (Parcel.State.REFUSED, "This is not a packed folder (ZIP), or it is damaged.", False)
    ] * 2


def test_nothing_chosen_and_a_full_disk_are_told(memorial, client_for, keeper, settings, zip_of, bytes_of):
    content = zip_of(("a.jpg", bytes_of(1))).read_bytes()
    client, json = client_for(keeper), {"accept": "application/json"}

    nothing = client.post(address(memorial), {}, headers=json)
    settings.RESERVE = 2**62
    full = client.post(address(memorial), {"file": SimpleUploadedFile("a.zip", content)}, headers=json)

    sentence = "There is no room left on this server, so this could not be kept. What was kept before is safe."
    assert [(answer.status_code, answer.json()) for answer in (nothing, full)] == [
        (422, {"errors": {"file": ["No packed folder was chosen yet."]}}),
        (507, {"errors": {"file": [sentence]}}),
    ]


def test_whoever_no_longer_looks_after_the_page_brings_nothing_in(send, memorial, keeper):
    parcel = send()
    Parcel.objects.update(state=Parcel.State.COMES)
    Membership.objects.filter(person=keeper.person).update(removed_at=timezone.now())

    jobs.bring_in.call(str(parcel.pk))

    assert (Photograph.objects.exists(), Parcel.objects.get().state) == (False, Parcel.State.REFUSED)


@pytest.mark.parametrize("who", ["second_keeper", "family", "friend", "guest", "stranger", "elsewhere"])
def test_a_parcel_is_its_senders_alone(who, request, send, memorial, client_for):
    parcel = send()
    client = client_for(request.getfixturevalue(who))
    here = f"{address(memorial)}{parcel.pk}/"

    answers = [client.get(here), client.post(here, {"do": "leave"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert parcel.paths[0].exists()


def test_only_keepers_find_the_page(request, memorial, client_for):
    who = ["keeper", "second_keeper", "family", "friend", "guest", "stranger", "elsewhere"]

    got = [client_for(request.getfixturevalue(name)).get(address(memorial)).status_code for name in who]

    assert got == [200, 200, 404, 404, 404, 404, 404]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_file_that_is_not_taken_has_its_sentence_whichever_way_it_came(name, send, memorial, client_for, keeper):
    content = (MATERIAL / "hostile" / name).read_bytes()
    alone = client_for(keeper).post(
        f"/m/{memorial.slug}/photographs/add/", {"file": SimpleUploadedFile(name, content)}, **JSON
    )

    parcel = send((name, content))
    jobs.look_into.call(str(parcel.pk))

    parcel.refresh_from_db()
    # A folder brings in photographs only, so of films and sounds nothing more is asked.
    in_a_folder = {"moov-lies.mp4": str(kinds.FILM), "mp3-html.mp3": str(kinds.SOUND)}.get(name, REFUSED[name])
    assert (parcel.report["not"], alone.json()) == ([[name, in_a_folder]], {"errors": {"file": [REFUSED[name]]}})


@pytest.mark.parametrize("looked_into_before", [False, True])
def test_a_parcel_whose_file_is_in_no_backup_is_asked_for_once_more(
    send, memorial, client_for, keeper, looked_into_before
):
    parcel = send()
    here, client = f"{address(memorial)}{parcel.pk}/", client_for(keeper)
    if looked_into_before:
        jobs.look_into.call(str(parcel.pk))
    parcel.paths[0].unlink()  # as after a restore, which brings the row only

    if looked_into_before:
        client.post(here, {"do": "bring"})
        jobs.bring_in.call(str(parcel.pk))
    else:
        jobs.look_into.call(str(parcel.pk))

    page = client.get(here)
    assert page.context["sentence"] == (
        "It did not come with the copy that this house was brought back from. Please choose the folder once more."
    )
    assert "damaged" not in page.content.decode()
    assert f'href="{address(memorial)}"' in page.content.decode()
