"""How fast is a page that was made before, with the permission asked by SQL on each request?

One core for the server, one for wrk. Peers in the same run: nginx that serves the very same bytes from disk (brotli
made before, sendfile on, as Debian has it), granian that returns them as a constant, and the same page live. Each
stands on the first core alone; the best of three runs counts, of ours as of theirs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import psutil

from bench import fill
from bench.frame import PYTHON, Figure, Server, free_port, get, report

RUNS, SECONDS, CONNECTIONS = 3, 3, 32
MOMENTS = 21  # so that the page has about 25 KB
FEW, MANY, LINKS = 10, 10_000, 1_000
SERVER, CLIENT = 0, 1  # cores
NEEDS = {"nginx": "nginx-light libnginx-mod-http-brotli-static", "wrk": "wrk"}
LIVE = "text/html, application/json;q=0.1"  # whoever might want JSON is answered by Django

NGINX = """daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
load_module modules/ngx_http_brotli_static_module.so;
events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
default_type text/html;
client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
server {{ listen 127.0.0.1:{port}; root {folder}/pages; location / {{ brotli_static on; }} }} }}
"""

CONSTANT = """
import sys
from granian import Granian
from granian.constants import Interfaces
BODY = open(sys.argv[1], "rb").read()
HEADERS = [("Content-Type", "text/html"), ("Content-Encoding", "br"), ("Content-Length", str(len(BODY)))]
def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]
if __name__ == "__main__":
    server = Granian("x", address="127.0.0.1", port=int(sys.argv[2]), interface=Interfaces.WSGI, log_enabled=False)
    server.serve(target_loader=lambda _target: application)
"""


def install() -> None:
    """What a peer needs and is not there comes from Debian, where this may be done."""
    missing = [packages for program, packages in NEEDS.items() if shutil.which(program) is None]
    if missing and os.geteuid() == 0:
        subprocess.run(["apt-get", "install", "-y", "-q", *" ".join(missing).split()], check=True, stdout=sys.stderr)
    if still := [program for program in NEEDS if shutil.which(program) is None]:
        raise SystemExit(f"These are needed beside Snowdrop: {', '.join(still)}.")


def on_one_core(process: psutil.Process) -> None:
    for one in (process, *process.children(recursive=True)):
        for thread in one.threads():
            os.sched_setaffinity(thread.id, {SERVER})


def requests_a_second(url: str, *headers: str) -> float:
    command = ["taskset", "-c", str(CLIENT), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    for header in ("Accept-Encoding: br", *headers):
        command += ["-H", header]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{url} answered something else than the page")
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found is not None
    return float(found[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[str]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(200):
            try:
                get(f"{url}/page.html", timeout=1)
                break
            except OSError:
                time.sleep(0.05)
        on_one_core(psutil.Process(process.pid))
        yield url
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def peers(page: bytes) -> Iterator[dict[str, str]]:
    """Addresses of nginx and of a bare granian that both answer with this page in brotli."""
    folder = Path(tempfile.mkdtemp(prefix="snowdrop-bench-"))
    folder.chmod(0o755)
    pages = folder / "pages"
    pages.mkdir()
    (pages / "page.html").write_bytes(page)
    (pages / "page.html.br").write_bytes(brotli.compress(page, mode=brotli.MODE_TEXT))
    port, other = free_port(), free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    (folder / "constant.py").write_text(CONSTANT)
    nginx = ["nginx", "-p", "/usr/share/nginx", "-c", str(folder / "nginx.conf")]
    constant = [str(PYTHON), str(folder / "constant.py"), str(pages / "page.html.br"), str(other)]
    try:
        with running(nginx, port) as one, running(constant, other) as two:
            yield {"nginx": f"{one}/page.html", "granian": f"{two}/page.html"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def encoding(url: str, cookie: str) -> tuple[str, bytes]:
    asked = urllib.request.Request(url, headers={"Cookie": cookie, "Accept-Encoding": "br"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return answer.headers.get("Content-Encoding", ""), answer.read()


def main(full: bool = False) -> int:
    install()
    found: dict[str, list[float]] = {"ours": [], "nginx": [], "granian": [], "many": [], "live": []}
    with Server() as server:
        time.sleep(5)
        few = fill.readers(server, FEW, FEW, MOMENTS)
        many = fill.readers(server, MANY, LINKS, MOMENTS)
        url, cookie = f"{server.url}/m/{few['slug']}/story/", f"Cookie: {few['member']}"
        crowded = f"{server.url}/m/{many['slug']}/story/"
        page = get(url, cookie=few["member"])[1]
        if encoding(url, few["member"])[0] != "br" or encoding(crowded, many["member"])[0] != "br":
            raise SystemExit("the page does not come from the front")
        print(f"the page has {len(page):,} bytes, {len(encoding(url, few['member'])[1]):,} in brotli", file=sys.stderr)
        assert server.process is not None
        on_one_core(psutil.Process(server.process.pid))
        with peers(page) as peer:
            for number in range(5 if full else RUNS):
                found["ours"].append(requests_a_second(url, cookie))
                found["nginx"].append(requests_a_second(peer["nginx"]))
                found["granian"].append(requests_a_second(peer["granian"]))
                found["many"].append(requests_a_second(crowded, f"Cookie: {many['member']}"))
                found["live"].append(requests_a_second(url, cookie, f"Accept: {LIVE}"))
                time.sleep(3)  # what wrk asked for and did not wait for is still being made
                print(f"run {number + 1}: " + str({k: round(v[-1]) for k, v in found.items()}), file=sys.stderr)
        for place in (few, many):
            fill.remove_readers(server, place["slug"], place["member"], place["guest"])
    best = {name: max(runs) for name, runs in found.items()}
    ours, a_time = found["ours"], [1e6 / rate for rate in found["many"]]
    return report(
        "reading",
        {
            "nginx": Figure(best["ours"], best["nginx"], must=0.20, aim=0.35, runs=ours, at_most=False),
            "granian": Figure(best["ours"], best["granian"], must=0.35, aim=0.5, runs=ours, at_most=False),
            "live": Figure(best["ours"], best["live"], must=40, aim=40, runs=ours, at_most=False),
            "members_us": Figure(1e6 / best["many"], 1e6 / best["ours"], must=1.3, aim=1.1, runs=a_time),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
