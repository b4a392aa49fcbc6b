"""What the rest of the house may know of the page about them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from snowdrop.memorials.models import Fact, Keeping, Kin, Name
from snowdrop.memorials.rooms import Findable, ReadingPage, Room
from snowdrop.memorials.views import about


def _address(row: Keeping) -> str:
    return reverse("memorials:about", args=[row.memorial.slug])


def _address_of_fact(fact: Fact) -> str:
    """The line under the name stands at the head of the page."""
    if fact.kind == Fact.Kind.LINE:
        return reverse("memorials:page", args=[fact.memorial.slug])
    return _address(fact)


def _title_of_fact(fact: Fact) -> str:
    has_own = fact.kind in (Fact.Kind.LINE, Fact.Kind.OTHER_DATE) and fact.text
    return fact.text if has_own else fact.get_kind_display()


ORDER = ("order", "written_at", "pk")

ROOM = Room(
    name="about",
    # Translators: the name of the page with names, dates and family.
    label=pgettext_lazy("room", "About"),
    url_name="memorials:about",
    holds=about.holds,
    parts=("memorials",),
    pages=(ReadingPage("memorials:about", r"about/", parts=("memorials",)),),
    finds=(
        Findable(
            Name,
            texts=lambda name: (name.text, name.note, name.spoken),
            title=lambda name: name.text,
            order=ORDER,
            url=_address,
            # Not on that page either while it rests.
            shows=lambda viewer: not viewer.memorial.name_rests,
        ),
        Findable(
            Fact,
            texts=lambda fact: (fact.text,),
            title=_title_of_fact,
            order=ORDER,
            url=_address_of_fact,
            has_date=True,
        ),
        Findable(
            Kin,
            texts=lambda kin: (kin.name, kin.relation),
            title=lambda kin: kin.name,
            order=ORDER,
            url=_address,
        ),
    ),
    order=90,
)
