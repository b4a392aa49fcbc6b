"""The files for a host with a domain say the same as the code."""

from __future__ import annotations

import re
from pathlib import Path

from snowdrop.host.server.gate import Limits

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
GIGABYTES = Limits().known_send // 2**30


def directives(name: str) -> str:
    lines = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith("#"))


def test_proxies_let_through_what_the_server_takes_in():
    caddy = re.findall(r"max_size (\d+)GiB", directives("Caddyfile"))
    nginx = re.findall(r"client_max_body_size (\d+)g;", directives("nginx.conf"))

    assert (caddy, nginx) == ([str(GIGABYTES)], [str(GIGABYTES)])


def test_proxies_send_on_what_is_believed_of_one_proxy():
    nginx = dict(re.findall(r"proxy_set_header (\S+) (\S+);", directives("nginx.conf")))

    assert nginx == {
        "Host": "$host",
        "X-Forwarded-For": "$proxy_add_x_forwarded_for",
        "X-Forwarded-Proto": "$scheme",
        "Connection": '""',
    }


def test_no_proxy_lets_a_header_with_an_underscore_pass_for_its_own():
    assert re.findall(r"underscores_in_headers (\w+);", directives("nginx.conf")) == ["off"]
    assert re.findall(r"header_up (\S+)", directives("Caddyfile")) == ["-X_*"]


def test_no_proxy_keeps_private_pages_or_notes_their_addresses():
    nginx = re.findall(r"\b(?:proxy_cache\w*|access_log|error_log)\b[^;]*", directives("nginx.conf"))
    assert nginx == ["access_log off", "error_log /dev/null crit"] * directives("nginx.conf").count("server {")
    caddy = re.findall(r"^\s*((?:log|cache|exclude|output)\b.*)", directives("Caddyfile"), re.MULTILINE)
    assert caddy == ["log default {", "exclude http.log.error http.handlers.reverse_proxy"]


def test_the_journal_of_the_service_forgets_after_seven_days():
    unit = dict(re.findall(r"^(\w+)=(.*)$", directives("snowdrop.service"), re.MULTILINE))
    journal = dict(re.findall(r"^(\w+)=(.*)$", directives(f"journald@{unit['LogNamespace']}.conf"), re.MULTILINE))

    assert journal == {"MaxRetentionSec": "7day", "MaxFileSec": "1day"}


def test_the_service_runs_the_command_and_keeps_its_data_to_itself():
    unit = dict(re.findall(r"^(\w+)=(.*)$", directives("snowdrop.service"), re.MULTILINE))

    assert unit["ExecStart"].endswith("-m snowdrop up --port 8000")
    assert (unit["StateDirectoryMode"], unit["UMask"], unit["User"]) == ("0700", "0077", "snowdrop")
