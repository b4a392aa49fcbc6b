"""Views that one may open only so often. The table of limits is in `config.limits`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase

from snowdrop.config import limits
from snowdrop.config.limits import By
from snowdrop.people.standing import PersonRequest

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)


def limited(
    what: str,
) -> Callable[[Callable[Concatenate[R, P], HttpResponseBase]], Callable[Concatenate[R, P], HttpResponseBase]]:
    """Take a token out of the visitor's bucket each time a form is sent; where looking counts, each time at all.

    Stands beneath the mark that says who may open the view: whoever may not takes no token. Raises TooMany.
    """
    limit = limits.LIMITS[what]
    counted = ("GET", "POST") if limit.looking_counts else ("POST",)

    def decorate(view: Callable[Concatenate[R, P], HttpResponseBase]) -> Callable[Concatenate[R, P], HttpResponseBase]:
        @wraps(view)
        def counting(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method in counted:
                limits.take(what, _whose(request, limit.by))
            return view(request, *args, **kwargs)

        return counting

    return decorate


def _whose(request: HttpRequest, by: By) -> object:
    person = cast(PersonRequest, request).person
    if by is By.PERSON and person is not None:
        return person.pk
    return network_here(request)


def network_here(request: HttpRequest) -> str:
    """The network this request came from. The server has put in what the host's proxies say, and nobody else's word."""
    return limits.network_of(request.META.get("REMOTE_ADDR", ""))
