"""A closed account: nothing says who it was, and nobody comes in as them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from snowdrop.people import closing, devices, sheet
from snowdrop.people.models import DeviceCode, Passkey, Person, SheetCode
from tests.people.authenticator import Device, comes_in, keeps


def test_a_closed_account_keeps_nothing_of_who_it_was_and_ends_every_session(people, client_for):
    ines = people["ines"]
    Person.objects.filter(pk=ines.pk).update(language="de", time_zone="Asia/Tokyo", wants_let_know=True, is_host=True)
    devices = [client_for(ines), client_for(ines)]

    closing.close(ines)

    ines.refresh_from_db()
    assert [ines.name, ines.called, ines.email, ines.language, ines.time_zone] == ["", "", None, "", ""]
    assert [ines.wants_let_know, ines.wants_waiting, ines.is_host] == [False, False, False]
    assert ines.closed_at is not None
    assert [device.get("/you/").status_code for device in devices] == [302, 302]


def test_a_session_that_began_in_that_moment_is_nobody_s(people, client_for):
    client: Client = client_for(people["ines"])
    Person.objects.filter(pk=people["ines"].pk).update(closed_at=timezone.now())

    assert client.get("/you/").status_code == 302


def test_every_other_way_in_ends_with_it_and_nobody_else_s(people, client_for):
    own = {}
    for name in ("ines", "sam"):
        own[name] = Device()
        keeps(client_for(people[name]), own[name])
        sheet.make(by=people[name])
        devices.bring_in(by=people[name])

    closing.close(people["ines"])

    left = [set(kind.objects.values_list("person", flat=True)) for kind in (Passkey, SheetCode, DeviceCode)]
    assert left == [{people["sam"].pk}] * 3
    assert [comes_in(Client(), own[name]).status_code for name in ("ines", "sam")] == [422, 201]


def test_a_way_in_that_was_made_in_that_moment_lets_nobody_in(people, client_for):
    ines, device = people["ines"], Device()
    keeps(client_for(ines), device)
    line, shown = sheet.make(by=ines)[0], devices.bring_in(by=ines)
    Person.objects.filter(pk=ines.pk).update(closed_at=timezone.now())

    assert comes_in(Client(), device).status_code == 422
    with pytest.raises(sheet.WrongSheetCode):
        sheet.use(line)
    with pytest.raises(devices.WrongDeviceCode):
        devices.typed(shown)


def test_somebody_with_no_name_is_called_otherwise_than_somebody_who_left():
    assert [Person().called, Person(closed_at=timezone.now()).called] == ["Someone asked in", ""]
