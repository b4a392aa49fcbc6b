from __future__ import annotations

import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_a_house_whose_database_answers_is_well(client):
    answer = client.get("/health")

    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (200, {"status": "ok"}, "no-store")


@pytest.mark.django_db
def test_a_house_whose_database_does_not_answer_says_so_and_no_more(client):
    def fail(execute, sql, params, many, context):
        raise OperationalError("could not connect to 10.0.0.5 as snowdrop")

    with connection.execute_wrapper(fail):
        answer = client.get("/health")

    assert (answer.status_code, answer.json()) == (503, {"status": "the database does not answer"})


@pytest.mark.django_db
def test_nothing_can_be_sent_to_it(client):
    assert client.post("/health").status_code == 405
