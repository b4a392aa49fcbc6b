"""Pictures of children who live: shown beyond the closest people only when that was said once more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import about, keepings
from snowdrop.memorials.circles import Circle
from snowdrop.storage.models import Original

pytestmark = pytest.mark.django_db

ASKED = "It names Ada. If these people may see it all the same, press the button once more."


@pytest.fixture
def photograph(memorial, keeper):
    original = Original.objects.create(
        sha256="1" * 64, crc32=0, size=1, media_type="image/jpeg", width=4, height=3, colour="#000000"
    )

    def made(people: str) -> Photograph:
        row = Photograph(original=original, people=people)
        row.memorial = memorial
        row.order_key = row.order_key_now()
        return keepings.keep(row, by=keeper)

    return made


@pytest.fixture
def opens(memorial, keeper, client_for):
    client = client_for(keeper)

    def opened(row: Photograph, circle: Circle, **more: str):
        address = reverse("memorials:who", args=[memorial.slug, row.pk])
        return client.post(address, {"audience": str(circle.value), **more}, headers={"accept": "application/json"})

    return opened


def test_a_picture_that_names_a_living_child_is_asked_about_once_more(photograph, opens, keeper):
    about.kin("Ada", is_child=True, by=keeper)
    about.kin("Rosa", by=keeper)
    row = photograph("Ada, Rosa")

    asked = opens(row, Circle.FRIENDS)
    row.refresh_from_db()
    stood = row.audience
    again = opens(row, Circle.FRIENDS, names_children="yes")
    row.refresh_from_db()

    assert (asked.status_code, asked.json(), stood) == (422, {"errors": {"audience": [ASKED]}}, Circle.KEEPERS)
    assert (again.status_code, row.audience) == (201, Circle.FRIENDS)


@pytest.mark.parametrize(
    ("named", "circle"),
    [("Ada", Circle.FAMILY), ("Adam and Rosa", Circle.FRIENDS), ("", Circle.FRIENDS)],
)
def test_nobody_is_asked_for_the_closest_people_or_about_somebody_else(photograph, opens, keeper, named, circle):
    about.kin("Ada", is_child=True, by=keeper)
    about.kin("Rosa", by=keeper)

    assert opens(photograph(named), circle).status_code == 201


def test_narrowing_is_never_asked_about(photograph, opens, keeper):
    about.kin("Ada", is_child=True, by=keeper)
    row = photograph("Ada")
    keepings.open_to([row], Circle.LINK, by=keeper)

    assert opens(row, Circle.FRIENDS).status_code == 201
