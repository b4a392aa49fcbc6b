"""The host's own mark on the first page: a small picture, copied in the cage as every stranger's file is."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from snowdrop.config.models import House, Mark
from snowdrop.storage import pictures
from snowdrop.storage.kinds import Kind, NotAPicture
from snowdrop.storage.originals import Received
from snowdrop.storage.sizes import SIZES, fit

KINDS = (Kind.JPEG, Kind.PNG, Kind.WEBP)
MOST_BYTES = 5 * 2**20

ANOTHER_KIND = _("A mark can be a PNG, JPEG or WebP picture.")
TOO_LARGE = _("This file is larger than 5 MB. A mark is shown small, so a smaller one is enough.")


def change(received: Received) -> Mark:
    """Show this picture from now on. Raises NotAPicture, CouldNotOpen or DiskIsFull, and then the old one stays.

    Not to be called inside a transaction, which would hold up everybody else's writes meanwhile.
    """
    try:
        if received.size > MOST_BYTES:
            raise NotAPicture(TOO_LARGE)
        with pictures.opened(received.arrived) as (look, made):
            if look.kind not in KINDS:
                raise NotAPicture(ANOTHER_KIND)
            picture = made[SIZES[0]].read_bytes()
    finally:
        received.discard()
    width, height = fit(look.width, look.height, SIZES[0])
    facts = {
        "picture": picture,
        "sha256": hashlib.sha256(picture).hexdigest(),
        "width": width,
        "height": height,
    }
    with transaction.atomic():
        house, _made = House.objects.get_or_create(pk=1)
        return Mark.objects.update_or_create(house=house, defaults=facts)[0]


def take_off() -> None:
    Mark.objects.all().delete()


def shown() -> Mark | None:
    """The mark as a page names it, without its bytes."""
    return Mark.objects.defer("picture").first()
