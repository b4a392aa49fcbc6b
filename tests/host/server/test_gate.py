"""The gate, in front of small applications and in front of a real server."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse

from snowdrop.host.server.gate import AT_ONCE, Gate, Limits
from snowdrop.host.server.stalled import NEXT_TO_NOTHING, STALLED_AFTER, Watch
from snowdrop.web.later import KEY
from snowdrop.web.methods import CUT_OFF

KNOWN = "here=alive"


class Asked:
    """A Django of our own: answers with what `respond` makes of the request's variables."""

    def __init__(self, respond: Callable[[dict[str, Any]], HttpResponseBase]) -> None:
        self.respond = respond
        self.seen: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        self.seen.append(dict(environ))
        response = self.respond(environ)
        start_response(f"{response.status_code} OK", list(response.items()))
        return response


def echo(environ: dict[str, Any]) -> HttpResponse:
    return HttpResponse(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)))


def request(body: bytes = b"", **more: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "REMOTE_ADDR": "203.0.113.7",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.input": io.BytesIO(body),
        **more,
    }


def ask(gate: Gate, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    said: list[Any] = []
    answer = gate(environ, lambda status, headers, _exc=None: said.append((int(status[:3]), dict(headers))))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return (*said[0], body)


@pytest.fixture
def gate(db) -> Callable[..., Gate]:
    def make(respond: Callable[[dict[str, Any]], HttpResponseBase] = echo, **limits: Any) -> Gate:
        gate = Gate(Asked(respond), is_known=lambda cookie: cookie == "alive", working=2, limits=Limits(**limits))
        return gate

    return make


def test_a_body_reaches_django_whole(gate):
    status, _headers, body = ask(gate(), request(b"x" * 500_000))

    assert (status, len(body)) == (200, 500_000)


def test_pieces_of_unknown_number_reach_django_with_their_length(gate):
    made = gate()

    answer = ask(made, request(b"pieces", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"))

    assert (answer[0], answer[2]) == (200, b"pieces")
    assert (made._django.seen[0]["CONTENT_LENGTH"], "HTTP_TRANSFER_ENCODING" in made._django.seen[0]) == ("6", False)


def test_strangers_may_send_little_and_those_who_are_known_much(gate):
    made = gate(strangers_send=1_000, known_send=5_000)

    statuses = [
        ask(made, request(b"x" * size, HTTP_COOKIE=cookie))[0]
        for size, cookie in [(1_000, ""), (1_001, ""), (1_001, "here=forged"), (5_000, KNOWN), (5_001, KNOWN)]
    ]

    assert statuses == [200, 413, 413, 200, 413]
    assert len(made._django.seen) == 2  # of what is refused Django hears nothing


def test_a_body_that_is_cut_off_never_reaches_django(gate):
    made = gate()

    status, _headers, _body = ask(made, request(b"half of it", CONTENT_LENGTH="20"))

    assert (status, made._django.seen) == (400, [])


def test_of_a_part_of_a_file_django_is_given_what_came_and_told_that_it_broke_off(gate):
    made = gate()
    part = {"REQUEST_METHOD": "PATCH", "HTTP_SNOWDROP_CUT_OFF": "yes", "HTTP_SNOWDROP.CUT_OFF": "yes"}

    answers = [ask(made, request(b"half of it", CONTENT_LENGTH=length, **part))[2] for length in ("20", "10")]

    assert answers == [b"half of it"] * 2
    assert [seen.get(CUT_OFF) for seen in made._django.seen] == ["yes", None]


def test_a_length_that_is_no_number_is_refused(gate):
    assert ask(gate(), request(b"x", CONTENT_LENGTH="-1"))[0] == 400


def test_a_full_disk_is_said_so(gate, settings):
    made = gate()
    settings.RESERVE = 2**60

    assert ask(made, request(b"x" * 600_000))[0] == 507


def test_too_many_at_once_are_asked_to_come_again(gate):
    never = threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            never.wait(10)
            return super().read(size)

    made = gate(each=1, bodies=2, patience_for_body=0.05)
    slow = threading.Thread(
        target=ask, args=(made, request(b"slow", HTTP_COOKIE=KNOWN, **{"wsgi.input": Slow(b"slow")}))
    )
    slow.start()
    while not made.bodies.taken:
        time.sleep(0.01)

    status, headers, _body = ask(made, request(b"me too", HTTP_COOKIE=KNOWN))
    never.set()
    slow.join()

    assert (status, headers["Retry-After"]) == (429, "10")
    assert made.bodies.taken == 0


def test_a_page_is_made_while_many_wait_for_slow_bodies(gate):
    never = threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            never.wait(10)
            return super().read(size)

    made = gate(lambda _environ: HttpResponse("a page"), each=60, bodies=60)
    slow = [
        threading.Thread(target=ask, args=(made, request(b"slow", HTTP_COOKIE=KNOWN, **{"wsgi.input": Slow(b"slow")})))
        for _ in range(30)
    ]
    for thread in slow:
        thread.start()
    start = time.monotonic()
    answer = ask(made, request())
    took = time.monotonic() - start
    never.set()
    for thread in slow:
        thread.join()

    assert (answer[0], answer[2]) == (200, b"a page")
    assert took < 1


class Film(io.BytesIO):
    """A file that notes in which thread it was read and whether it was closed."""

    def __init__(self, size: int) -> None:
        super().__init__(b"f" * size)
        self.read_in: set[str] = set()

    def read(self, size: int | None = -1, /) -> bytes:
        self.read_in.add(threading.current_thread().name)
        return super().read(size)


def test_a_long_file_is_sent_by_the_thread_that_waits_and_closed(gate):
    film = Film(AT_ONCE * 2)
    made = gate(lambda _environ: FileResponse(film))

    status, _headers, body = ask(made, request())

    assert (status, len(body), film.closed) == (200, AT_ONCE * 2, True)
    assert film.read_in == {threading.current_thread().name}
    assert made.streams.taken == 0


def test_a_short_file_is_handed_over_whole_and_holds_no_place(gate):
    film = Film(1_000)
    made = gate(lambda _environ: FileResponse(film), streams=0)

    status, headers, body = ask(made, request())

    assert (status, headers["Content-Length"], len(body), film.closed) == (200, "1000", 1_000, True)


def test_a_reader_who_hangs_up_gives_the_place_back(gate):
    film = Film(AT_ONCE * 2)
    made = gate(lambda _environ: FileResponse(film))
    answer = made(request(), lambda *_said: None)
    next(iter(answer))
    during = made.streams.taken
    answer.close()

    assert (during, made.streams.taken, film.closed) == (1, 0, True)


def test_a_stream_that_breaks_gives_the_place_back(gate):
    def broken() -> Iterator[bytes]:
        yield b"first"
        raise OSError

    made = gate(lambda _environ: StreamingHttpResponse(broken()))
    answer = iter(made(request(), lambda *_said: None))
    next(answer)
    with pytest.raises(OSError):
        next(answer)

    assert made.streams.taken == 0


def test_too_many_streams_of_one_visitor_wait_and_are_then_refused(gate):
    made = gate(lambda _environ: FileResponse(Film(AT_ONCE * 2)), each=1, patience_for_stream=0.05)
    first = made(request(), lambda *_said: None)
    status = ask(made, request())[0]
    first.close()

    assert (status, ask(made, request())[0]) == (429, 200)


def test_head_asks_for_no_body_and_gets_none(gate):
    film = Film(AT_ONCE * 2)

    status, headers, body = ask(gate(lambda _environ: FileResponse(film)), request(REQUEST_METHOD="HEAD"))

    assert (status, headers["Content-Length"], body, film.closed) == (200, str(AT_ONCE * 2), b"", True)


def test_an_error_of_our_own_is_a_calm_page_and_no_more(gate):
    def fail(_environ: dict[str, Any]) -> HttpResponse:
        raise RuntimeError("what Ines wrote")

    status, headers, body = ask(gate(fail), request())

    assert (status, b"Ines" in body, headers["Cache-Control"]) == (500, False, "no-store")


def test_a_client_that_asks_for_json_is_refused_in_json(gate):
    made = gate(strangers_send=10)

    status, headers, body = ask(made, request(b"x" * 11, HTTP_ACCEPT="application/json"))

    assert (status, headers["Content-Type"], json.loads(body)) == (413, "application/json", {"errors": {}})


def test_a_refusal_is_in_the_language_of_the_browser(gate):
    made = gate(strangers_send=10)

    pages = {
        language: ask(made, request(b"x" * 11, HTTP_ACCEPT_LANGUAGE=language))[2].decode() for language in ("de", "ar")
    }

    assert {language: f'lang="{language}"' in page for language, page in pages.items()} == {"de": True, "ar": True}


def test_the_slowest_work_is_known(gate):
    at_work, done = threading.Event(), threading.Event()

    def work(_environ: dict[str, Any]) -> HttpResponse:
        at_work.set()
        done.wait(10)
        return HttpResponse()

    made = gate(work)
    thread = threading.Thread(target=ask, args=(made, request()))
    thread.start()
    at_work.wait(10)
    time.sleep(0.05)
    during = made.working.longest()
    done.set()
    thread.join()

    assert during > 0.04
    assert made.working.longest() == 0


# -- connections on which nothing moves ---------------------------------------------------------


@pytest.fixture
def connected() -> Iterator[tuple[socket.socket, socket.socket, int]]:
    """A visitor's end, our end, and our port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        visitor = socket.create_connection(("127.0.0.1", port))
        ours, _address = server.accept()
        with visitor, ours:
            yield visitor, ours, port


def test_a_connection_on_which_nothing_moves_is_ended(connected):
    visitor, ours, port = connected
    watch = Watch(port)

    ended = [watch.look(now=0), watch.look(now=STALLED_AFTER - 1), watch.look(now=STALLED_AFTER)]

    assert ended == [0, 0, 1]
    assert (ours.recv(10), visitor.recv(10)) == (b"", b"")


def test_a_slow_connection_lives_as_long_as_something_moves(connected):
    visitor, ours, port = connected
    watch = Watch(port)
    ended = 0
    for number in range(6):
        visitor.sendall(b"x" * NEXT_TO_NOTHING)
        ours.recv(NEXT_TO_NOTHING)
        ended += watch.look(now=number * (STALLED_AFTER - 1))

    assert ended == 0


def test_a_visitor_who_waits_for_us_is_not_ended(connected):
    _visitor, _ours, port = connected
    watch = Watch(port, is_working=lambda: True)

    assert [watch.look(now=0), watch.look(now=10 * STALLED_AFTER)] == [0, 0]


def test_connections_of_other_ports_are_let_be(connected):
    _visitor, _ours, port = connected
    watch = Watch(port + 1)

    assert [watch.look(now=0), watch.look(now=10 * STALLED_AFTER)] == [0, 0]


class Disk:
    """What an answer waits for."""

    def __init__(self, *, comes_well: bool) -> None:
        self.comes_well, self.synced = comes_well, threading.Event()

    def wait(self) -> bool:
        assert self.synced.wait(20)
        return self.comes_well


def test_an_answer_is_sent_once_it_is_true_and_holds_up_no_other_till_then(gate):
    disk = Disk(comes_well=True)

    def respond(environ: dict[str, Any]) -> HttpResponse:
        if environ["PATH_INFO"] == "/words/":
            environ[KEY].asked = disk
        return HttpResponse("kept")

    made, came = gate(respond), []
    threads = [
        threading.Thread(target=lambda: came.append(ask(made, request(b"words", PATH_INFO="/words/"))[2]))
        for _visitor in range(20)
    ]
    for thread in threads:
        thread.start()

    assert ask(made, request())[2] == b"kept"  # two may work, and twenty wait
    assert came == []
    disk.synced.set()
    for thread in threads:
        thread.join(20)
    assert came == [b"kept"] * 20


def test_an_answer_that_is_not_true_is_never_sent(gate):
    disk, asked = Disk(comes_well=False), []
    disk.synced.set()

    def respond(environ: dict[str, Any]) -> HttpResponse:
        asked.append(environ["wsgi.input"].read())
        if environ[KEY].asked is None:
            environ[KEY].asked = disk
            return HttpResponse("kept")
        return HttpResponse("not kept", status=503)

    status, _headers, body = ask(gate(respond), request(b"words"))

    assert (status, body, asked) == (503, b"not kept", [b"words", b"words"])
