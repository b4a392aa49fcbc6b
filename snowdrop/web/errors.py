"""Pages for what cannot be answered. None of them tells more than its number."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from snowdrop.web.answers import wants_json


def _page(request: HttpRequest, number: int, sentence: str = "") -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"errors": {"": [sentence]} if sentence else {}}, status=number)
    # Without the request: the page is the same for everybody, byte for byte.
    return HttpResponse(render_to_string(f"{number}.html", {"sentence": sentence}), status=number)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _page(request, 413)
    if isinstance(exception, MultiPartParserError):
        # Mostly a file's name that is longer than the parser takes; it does not tell which part it was.
        return _page(
            request,
            400,
            _("A file with a very long name could not be read. Give it a shorter name, and choose it once more."),
        )
    return _page(request, 400)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is not this browser's. The words typed are still in the browser: going back brings them."""
    return _page(request, 403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def not_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)


def disk_is_full(request: HttpRequest) -> HttpResponse:
    return _page(request, 507)


def too_many(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """Somebody, or a machine, came too often. `seconds` is how long to wait."""
    said = {"minutes": -(-seconds // 60)}
    if wants_json(request):
        sentence = render_to_string("web/parts/wait.html", said).strip()
        answer: HttpResponse = JsonResponse({"errors": {"": [sentence]}}, status=429)
    else:
        answer = HttpResponse(render_to_string("429.html", said), status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def not_that_way(request: HttpRequest) -> HttpResponse:
    """A method that the page does not answer."""
    return _page(request, 405)
