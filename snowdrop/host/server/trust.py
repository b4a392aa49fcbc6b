"""What of a request is believed.

A visitor can send any header. Those that only a proxy of the host's may set are believed when the host said how
many proxies there are, and only in the place where the outermost of them wrote; all others never reach Django.
"""

from __future__ import annotations

import ipaddress
import os
from typing import Any

Environ = dict[str, Any]

# granian puts the process's own environment (with its secrets) among the request's variables.
_OWN = frozenset(os.environ)
_OF_THE_REQUEST = frozenset(
    {
        "CONTENT_LENGTH",
        "CONTENT_TYPE",
        "PATH_INFO",
        "QUERY_STRING",
        "REMOTE_ADDR",
        "REQUEST_METHOD",
        "SCRIPT_NAME",
        "SERVER_NAME",
        "SERVER_PORT",
        "SERVER_PROTOCOL",
        "SERVER_SOFTWARE",
    }
)
# What proxies, other servers and frameworks act on. HTTP_PROXY is the one that libraries mistake for a setting.
_NEVER = frozenset(
    {
        "HTTP_FORWARDED",
        "HTTP_PROXY",
        "HTTP_X_CLIENT_IP",
        "HTTP_X_CLUSTER_CLIENT_IP",
        "HTTP_X_HTTP_METHOD_OVERRIDE",
        "HTTP_X_ORIGINAL_URL",
        "HTTP_X_REAL_IP",
        "HTTP_X_REWRITE_URL",
        "HTTP_X_SCRIPT_NAME",
        "HTTP_TRUE_CLIENT_IP",
        "HTTP_CF_CONNECTING_IP",
    }
)
_NEVER_BEGINNING = ("HTTP_X_FORWARDED", "HTTP_X_ACCEL", "HTTP_X_SENDFILE", "HTTP_X_PROXY")


def believed(environ: Environ, *, proxies: int) -> Environ:
    """Return the variables of the request that Django may see. `proxies` is how many of the host's stand in front."""
    kept = {name: value for name, value in environ.items() if _is_kept(name)}
    if proxies:
        if address := _address(environ.get("HTTP_X_FORWARDED_FOR", ""), proxies):
            kept["REMOTE_ADDR"] = address
        if (scheme := _nth_from_the_end(environ.get("HTTP_X_FORWARDED_PROTO", ""), 1)) in ("http", "https"):
            kept["wsgi.url_scheme"] = kept["HTTP_X_FORWARDED_PROTO"] = scheme
    return kept


def _is_kept(name: str) -> bool:
    if name in _OF_THE_REQUEST or name.startswith("wsgi."):
        return True
    if not name.startswith("HTTP_") or name in _NEVER or name in _OWN:
        return False
    return not name.startswith(_NEVER_BEGINNING)


def _nth_from_the_end(header: str, number: int) -> str:
    values = [value.strip() for value in header.split(",")]
    return values[-number] if len(values) >= number else ""


def _address(header: str, proxies: int) -> str | None:
    """Each proxy adds, at the end, whom it was called by; what stands before ours anybody may have written."""
    try:
        return str(ipaddress.ip_address(_nth_from_the_end(header, proxies)))
    except ValueError:
        return None


def network_of(address: str) -> str:
    """The address as it counts for limits: one IPv6 household has 2**64 of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
