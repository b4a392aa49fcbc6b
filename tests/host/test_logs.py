"""What a running house writes down of its visitors: nothing of what they asked for, sent or are called."""

from __future__ import annotations

import http.client
import socket

CANARY = "canary7e1f"

# Somebody whose page cannot be made, in the middle of a request that carries a canary in every place it can.
BREAK = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("DROP TABLE talk_supportline")
"""


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body=body or None, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_no_path_no_word_no_name_no_token_and_no_visitor_stands_in_what_the_house_says(lived_in, start):
    house, made = lived_in
    house.ask(BREAK)
    server = start(house)
    cookie = f"here={made['cookie']}; {CANARY}={CANARY}"
    seen = {
        "Cookie": cookie,
        "User-Agent": CANARY,
        "Referer": f"https://{CANARY}.example/",
        "X-Forwarded-For": "192.0.2.77",
    }
    form = f"email={CANARY}@example.org&name={CANARY}&text={CANARY}".encode()
    typed = {"Content-Type": "application/x-www-form-urlencoded"}

    answers = {
        "not there": ask(server.port, "GET", f"/{CANARY}/{CANARY}/?q={CANARY}", **seen),
        "a token": ask(server.port, "GET", f"/in/{CANARY}/", **seen),
        "a form without its token": ask(server.port, "POST", f"/come-in/?next=/{CANARY}/", form, **seen, **typed),
        "another method": ask(server.port, "OPTIONS", f"/m/{made['memorial']}/story/?q={CANARY}", **seen),
        "another house": ask(server.port, "GET", f"/{CANARY}/", **{**seen, "Host": f"{CANARY}.example"}),
        "an error": ask(server.port, "GET", f"/someone-to-talk-to/?country={CANARY}", **seen),
        "an error in a form": ask(
            server.port, "POST", f"/{CANARY}/", b"x" * 10, **seen, **{"Content-Type": "multipart/form-data"}
        ),
        "nonsense": nonsense(server.port),
        "a page": ask(server.port, "GET", f"/m/{made['memorial']}/story/?q={CANARY}", **seen),
    }
    server.end()

    assert answers == {
        "not there": 404,
        "a token": 410,
        "a form without its token": 403,
        "another method": 405,
        "another house": 400,
        "an error": 500,
        "an error in a form": 404,
        "nonsense": 400,
        "a page": 200,
    }
    said = server.said.read_text()
    # It did say that something broke, and where in the code.
    assert [kind in said for kind in ("Error\n", "talk/views.py", "django.security.DisallowedHost")] == [True] * 3
    private = (
        CANARY,
        made["memorial"],
        made["cookie"],
        "Wren",
        "Mara",
        "mara@example.org",
        "192.0.2.77",
        "127.0.0.1 -",
    )
    assert [word for word in private if word in said] == []


def nonsense(port: int) -> int:
    """What is no HTTP; the status of what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(f"GET /{CANARY} {CANARY}\r\n{CANARY}\r\n\r\n".encode())
        return int(line.recv(4096).split()[1])
