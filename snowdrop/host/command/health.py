"""`snowdrop health`: whether the running server answers."""

from __future__ import annotations

import http.client
import json
import os
import ssl
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from snowdrop.host import address
from snowdrop.host.command.options import AsJson, Data
from snowdrop.host.failure import Failure


def run(
    data: Data = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="The port to ask. Default: where the server of the data folder listens."),
    ] = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to ask, with --port.")] = "127.0.0.1",
    tls: Annotated[bool, typer.Option("--tls", help="It serves https itself; with --port.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask the running server whether it is well; exit code 1 when it is not."""
    connection = _own(data) if port is None else _given(host, port, tls=tls)
    try:
        connection.request("GET", "/health", headers={"Host": "localhost"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise Failure(
            f"Nothing answers on {connection.host}, port {connection.port}: {type(error).__name__}."
        ) from error
    finally:
        connection.close()
    if as_json:
        print(json.dumps({"status": "ok" if status == 200 else "broken", "answered": status}))
    elif status == 200:
        print("ok")
    if status != 200:
        raise Failure(f"The server answers, but its database does not ({status}).")


def _given(host: str, port: int, *, tls: bool) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
    return kind(host, port, timeout=10)


def _own(data: Path | None) -> http.client.HTTPConnection:
    """The server of this data folder, wherever it listens."""
    folder = (data or Path(os.environ.get("SNOWDROP_DATA", "data"))).resolve()
    noted = urlsplit(address.where_it_listens(folder))
    if not noted.hostname:
        raise Failure(f"No server was ever started with the data in {folder}. Name the folder: --data DIR")
    if noted.scheme == "https":
        unverified = ssl._create_unverified_context()  # noqa: S323  we ask our own, which has the name of its domain
        return http.client.HTTPSConnection(noted.hostname, noted.port, timeout=10, context=unverified)
    return http.client.HTTPConnection(noted.hostname, noted.port, timeout=10)
