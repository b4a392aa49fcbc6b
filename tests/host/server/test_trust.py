from __future__ import annotations

import pytest

from snowdrop.host.server.trust import believed, network_of

REQUEST = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/",
    "QUERY_STRING": "",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "10.0.0.1",
    "HTTP_HOST": "localhost",
    "wsgi.url_scheme": "http",
}
FORGED = {
    "HTTP_FORWARDED": "for=6.6.6.6",
    "HTTP_X_FORWARDED_FOR": "6.6.6.6",
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_REAL_IP": "6.6.6.6",
    "HTTP_X_ACCEL_REDIRECT": "/private/database",
    "HTTP_X_ACCEL_MAPPING": "/=/",
    "HTTP_X_SENDFILE_TYPE": "X-Accel-Redirect",
    "HTTP_X_ORIGINAL_URL": "/other",
    "HTTP_X_REWRITE_URL": "/other",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
    "HTTP_PROXY": "http://evil.example",
}


def test_nothing_that_only_a_proxy_may_say_is_believed_of_a_visitor():
    assert believed({**REQUEST, **FORGED}, proxies=0) == REQUEST


def test_the_environment_of_the_process_does_not_reach_django():
    # granian merges it into every request.
    found = believed({**REQUEST, "SNOWDROP_SMTP_URL": "smtp://me:secret@mail", "PATH": "/bin"}, proxies=0)

    assert found == REQUEST


def test_a_proxy_of_ours_is_believed_in_what_it_wrote_itself():
    # The visitor wrote the first address; our proxy added the second.
    environ = {**REQUEST, "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.7", "HTTP_X_FORWARDED_PROTO": "http, https"}

    assert believed(environ, proxies=1) == {
        **REQUEST,
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.url_scheme": "https",
    }


@pytest.mark.parametrize(
    ("header", "proxies", "address"),
    [
        ("203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.9", 2, "203.0.113.7"),
        ("203.0.113.7", 2, "10.0.0.1"),  # fewer than the host said: then none is believed
        ("nonsense", 1, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        ("2001:db8::1", 1, "2001:db8::1"),
    ],
)
def test_the_address_is_the_one_that_the_outermost_proxy_saw(header, proxies, address):
    assert believed({**REQUEST, "HTTP_X_FORWARDED_FOR": header}, proxies=proxies)["REMOTE_ADDR"] == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", "unknown"),
    ],
)
def test_a_household_counts_once(address, network):
    assert network_of(address) == network
