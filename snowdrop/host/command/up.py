"""`snowdrop up`: make the house ready, then serve until told to end."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from snowdrop.host import command
from snowdrop.host.command.options import Data
from snowdrop.host.failure import Failure
from snowdrop.host.folder import make_folder


def run(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    data: Data = None,
    demo: Annotated[bool, typer.Option("--demo", help="Make an invented family's memorial to look around in.")] = False,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    public_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address people use, such as https://pages.example.org.")
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="A certificate, to serve https.")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="The certificate's key.")
    ] = None,
) -> None:
    """Start Snowdrop: server and job worker, until Ctrl-C or SIGTERM."""
    if (tls_cert is None) != (tls_key is None):
        raise Failure("--tls-cert and --tls-key belong together: give both or none.")
    if data is not None:
        os.environ["SNOWDROP_DATA"] = str(data)
    if tls_cert and not public_url and not os.environ.get("SNOWDROP_PUBLIC_URL"):
        public_url = f"https://localhost:{port}"
    if public_url:
        os.environ["SNOWDROP_PUBLIC_URL"] = public_url
    if host not in ("127.0.0.1", "::1", "localhost"):
        os.environ["SNOWDROP_LISTENS_ON"] = host
    folder = Path(os.environ.get("SNOWDROP_DATA", "data")).resolve()
    os.environ["SNOWDROP_DATA"] = str(folder)
    make_folder(folder)
    command.settle([])
    # Models can be imported only now: the settings are made of the options and the key above.
    running = import_module("snowdrop.host.server.running")
    running.run(running.Place(host, port, tls_cert, tls_key), with_demo=demo)
