"""`snowdrop health` finds the server of its data folder."""

from __future__ import annotations

import json

from tests.host.conftest import free_port


def test_the_server_of_the_data_folder_is_asked_wherever_it_listens(settled, new_house, start):
    server = start(settled)
    elsewhere = new_house("elsewhere")

    here = settled.run("health", "--json")
    there = elsewhere.run("health", "--data", str(settled.data))
    by_port = elsewhere.run("health", "--port", str(server.port))

    assert (here.returncode, json.loads(here.stdout)) == (0, {"status": "ok", "answered": 200})
    assert [(done.returncode, done.stdout, done.stderr) for done in (there, by_port)] == [(0, "ok\n", "")] * 2


def test_a_server_that_was_ended_is_missed_where_it_was(settled, start):
    server = start(settled)
    server.end()

    done = settled.run("health")

    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"snowdrop: Nothing answers on 127.0.0.1, port {server.port}: ConnectionRefusedError.\n",
    )


def test_a_folder_in_which_nothing_was_ever_started_is_told(house):
    done = house.run("health")

    assert (done.returncode, done.stderr) == (
        1,
        f"snowdrop: No server was ever started with the data in {house.data}. Name the folder: --data DIR\n",
    )


def test_a_port_on_which_nobody_listens_is_told(house):
    port = free_port()

    done = house.run("health", "--port", str(port))

    assert done.stderr == f"snowdrop: Nothing answers on 127.0.0.1, port {port}: ConnectionRefusedError.\n"
