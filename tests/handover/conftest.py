"""An envelope of Mara's, pictures to put in, and a browser that came by its link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from snowdrop.handover import giving
from snowdrop.handover.models import Enclosed, Envelope
from snowdrop.storage import originals
from tests.conftest import MATERIAL
from tests.keepsakes.conftest import jpeg

GIVING = "/giving/"


@pytest.fixture
def made(keeper) -> tuple[Envelope, str]:
    return giving.make_link("The midwives of ward 4", by=keeper)


@pytest.fixture
def envelope(made) -> Envelope:
    return made[0]


@pytest.fixture
def put_in(envelope) -> Callable[..., Enclosed]:
    def put(seed: int = 1, *, into: Envelope | None = None, name: str = "IMG_1.jpg") -> Enclosed:
        return giving.put_in(into or envelope, originals.receive([jpeg(seed)]), came_as=name)[0]

    return put


@pytest.fixture
def seal(envelope) -> Callable[..., Envelope]:
    def sealed(giver: str = "Ada", *, it: Envelope | None = None, **words: str) -> Envelope:
        return giving.seal(it or envelope, giver=giver, **words)

    return sealed


@pytest.fixture
def giver(made) -> Client:
    """A browser that came by the link and pressed the button."""
    client = Client()
    client.post(reverse("handover:give", args=[made[1]]))
    return client


@pytest.fixture
def sends(giver) -> Callable[..., HttpResponse]:
    """Put files in as a form does: bytes made from a number, or a file of tests/material."""

    def send(*files: int | str, **headers: str) -> HttpResponse:
        given = [
            SimpleUploadedFile(f"IMG_{one}.jpg", jpeg(one), "image/jpeg")
            if isinstance(one, int)
            else SimpleUploadedFile(one.rpartition("/")[2], (MATERIAL / one).read_bytes())
            for one in files
        ]
        return giver.post(GIVING, {"file": given}, headers=headers or None)

    return send
