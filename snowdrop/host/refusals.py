"""Calm pages for what the house cannot do now: a full disk, a method that a page does not know, too much at once."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from snowdrop.config.limits import TooMany
from snowdrop.storage.room import DiskIsFull
from snowdrop.web import errors, methods


class Refusals:
    """Turn a full disk into 507, an unknown method into 405 and too much at once into 429, each with its own page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in methods.OF_PAGES and not _is_answered(request):
            # Before a page is looked for and a form's token is asked: the same answer at every address.
            page = errors.not_that_way(request)
            page["Allow"] = ", ".join(methods.OF_PAGES)
            return page
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            page = errors.not_that_way(request)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DiskIsFull) or (isinstance(exception, OperationalError) and _says_full(exception)):
            return errors.disk_is_full(request)
        if isinstance(exception, TooMany):
            return errors.too_many(request, seconds=exception.seconds)
        return None


def _is_answered(request: HttpRequest) -> bool:
    """Whether the view at this address speaks a protocol with methods of its own."""
    try:
        return request.method in methods.answered_by(resolve(request.path_info).func)
    except Resolver404:
        return False


def _says_full(error: OperationalError) -> bool:
    """Whether the database itself has no room: SQLite's own sentence, or PostgreSQL's class 53100."""
    return "disk is full" in str(error) or getattr(error.__cause__, "sqlstate", "") == "53100"
