"""What `needs` asks before a view runs: who comes, through whose eyes, on whose device."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials.access import Act, MemorialRequest, NotForYou, Viewer, needs, stand
from snowdrop.memorials.circles import Circle
from snowdrop.people.models import SELF_LASTS
from snowdrop.people.sessions import SessionStore


def answer(request: MemorialRequest) -> HttpResponse:
    """The plainest view: it says who stands before it."""
    response = HttpResponse()
    response.viewer = request.viewer
    return response


def nothing_there(request: MemorialRequest) -> HttpResponse:
    raise Http404


read, keep, look_for = needs(Act.READ)(answer), needs(Act.KEEP)(answer), needs(Act.READ)(nothing_there)


@pytest.fixture
def ask(memorial, people):
    """Return a function that asks a view as the stack would, after it found out who is there."""

    def asked(view, who=None, *, store=None, method="get", path="/page/", slug=None, **more):
        request = getattr(RequestFactory(), method)(path)
        request.session, request.person = store or SessionStore(), people[who] if who else None
        for name, value in more.items():
            setattr(request, name, value)
        return view(request, slug or memorial.slug)

    return asked


@pytest.fixture
def device(people):
    """Return a function that gives the device of somebody, or of nobody."""

    def of(who=None, **row) -> SessionStore:
        store = SessionStore()
        store.create()
        if who:
            store.sign_in(people[who])
        for name, value in row.items():
            setattr(store.row, name, value)
        store.row.save()
        return store

    return of


def test_the_view_is_told_how_who_comes_stands(ask, device, memorial, people, guest_session):
    sam, guest = device("sam"), guest_session[0]

    assert ask(read, "sam", store=sam).viewer == stand(memorial, people["sam"], session_id=sam.row.pk)
    assert ask(read, store=guest).viewer == stand(memorial, None, session_id=guest.row.pk)
    assert ask(keep, "mara").viewer == stand(memorial, people["mara"])
    assert (read.__name__, read.needs, keep.needs) == ("answer", Act.READ, Act.KEEP)


@pytest.mark.parametrize("view, who", [(read, None), (read, "noor"), (keep, "ines"), (keep, "sam"), (keep, None)])
def test_to_whoever_may_not_the_page_is_not_there(view, who, ask):
    with pytest.raises(NotForYou):
        ask(view, who)


def test_where_there_is_no_page_there_is_none_for_a_keeper_either(ask):
    with pytest.raises(NotForYou):
        ask(read, "mara", slug="zzzzzzzzzzzzzz")


@pytest.mark.parametrize("name", ["friends", "FRIENDS", "Friends"])
def test_a_keeper_reads_through_others_eyes_and_acts_with_their_own(name, ask, memorial, people):
    assert ask(read, "mara", path=f"/?as={name}").viewer == Viewer(
        memorial, None, Circle.FRIENDS, reads_as=Circle.FRIENDS
    )
    assert ask(keep, "mara", path=f"/?as={name}").viewer == stand(memorial, people["mara"])
    assert ask(read, "mara", path="/?as=").viewer == stand(memorial, people["mara"])


@pytest.mark.parametrize(
    "who, path", [("mara", "/?as=self"), ("mara", "/?as=SELF"), ("mara", "/?as=everyone"), ("ines", "/?as=link")]
)
def test_through_no_other_eyes_and_by_nobody_else(who, path, ask):
    with pytest.raises(NotForYou):
        ask(read, who, path=path)


def test_a_page_that_is_made_for_a_circle_is_nobody_s(ask, device, memorial):
    made = ask(read, "mara", store=device("mara"), for_circle=Circle.FAMILY)

    assert made.viewer == Viewer(memorial, None, Circle.FAMILY)


# -- a device in children's hands ---------------------------------------------------------------------


def test_children_stand_there_as_children_and_as_nobody_they_know(ask, device, memorial, people):
    phone = device("mara", children_at=reverse("memorials:page", args=[memorial.slug]))

    assert ask(read, store=phone).viewer == Viewer(memorial, None, Circle.KEEPERS, with_children=True)
    assert ask(read, "mara", store=phone).viewer == stand(memorial, people["mara"], session_id=phone.row.pk)


@pytest.mark.parametrize(
    "view, holder, at",
    [
        (keep, "mara", "{page}"),  # they may only look
        (read, "ines", "{page}"),
        (read, "mara", "/"),
        (read, "mara", "/zzz/"),
    ],
)
def test_children_find_nothing_but_the_page_they_were_given_by_who_looks_after_it(
    view, holder, at, ask, device, memorial
):
    page = reverse("memorials:page", args=[memorial.slug])

    with pytest.raises(NotForYou):
        ask(view, store=device(holder, children_at=at.format(page=page)))


# -- what only they see, on a device that two people share ---------------------------------------------


@pytest.mark.parametrize("method, is_open", [("get", False), ("head", False), ("post", True)])
def test_after_a_pause_their_own_is_closed_to_looking_and_taken_in_all_the_same(method, is_open, ask, device):
    left = device("mara", self_until=timezone.now() - timedelta(minutes=1))

    assert ask(read, "mara", store=left, method=method).viewer.self_is_open is is_open


def test_a_visit_keeps_their_own_open(ask, device):
    here = device("mara", self_until=timezone.now() + timedelta(hours=1))

    assert ask(read, "mara", store=here).viewer.self_is_open is True
    here.row.refresh_from_db()
    assert here.row.self_until > timezone.now() + SELF_LASTS - timedelta(minutes=1)


def test_nothing_is_closed_where_nobody_is_known_or_no_device_asks(ask, guest_session):
    assert ask(read, store=guest_session[0]).viewer.self_is_open is True
    assert ask(read, "mara").viewer.self_is_open is True


def test_whatever_is_not_there_leads_to_the_question_while_their_own_is_closed(ask, device, guest_session):
    left = device("mara", self_until=timezone.now() - timedelta(minutes=1))

    assert ask(look_for, "mara", store=left, path="/page/?page=2")["Location"] == "/prove/?next=%2Fpage%2F%3Fpage%3D2"
    for who, store in (("mara", device("mara")), (None, guest_session[0])):
        with pytest.raises(Http404):
            ask(look_for, who, store=store)
