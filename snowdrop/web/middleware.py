"""Headers that every answer carries."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def quiet_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep what is private out of caches, search engines and other sites' pages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # A view that may be kept says so itself; nothing else ever stays in a cache or a back button.
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive, noai, noimageai")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), browsing-topics=()"
        )
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response

    return middleware


def own_origin(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give a form that was posted from our own page its origin back. Stands before the check of the form's token.

    `Referrer-Policy: no-referrer`, which keeps a memorial's address from every other site, makes browsers
    send `Origin: null` and no Referer even to ourselves, and the token's check refuses both. What the
    browser says beside it (Sec-Fetch-Site) cannot be set by a page. Browsers from before 2023 do not say
    it: for them the token alone decides, whose cookie no other site and no other host of ours can write.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        from_here = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        if request.headers.get("Origin") == "null" and from_here:
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return get_response(request)

    return middleware


def head_like_get(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer HEAD with what GET would be answered with; the server leaves the body out.

    A part of a file is asked for by GET only (RFC 9110, section 14.2).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return get_response(request)
        request.META.pop("HTTP_RANGE", None)
        request.method = "GET"
        try:
            return get_response(request)
        finally:
            request.method = "HEAD"

    return middleware
