"""Answers to a form that was posted: a page for a person, JSON for a client that asks for it."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render


def wants_json(request: HttpRequest) -> bool:
    """Whether the client asked for JSON and not for a page. A browser's `*/*` is not asking."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is to be bound to: what was posted, also where that is nothing at all."""
    return request.POST if request.method == "POST" else None


def kept(request: HttpRequest, to: str, *, id: object = "", sha: str = "") -> HttpResponseBase:
    """Answer a write that is safe on disk: on to the next page, or 201 `{"id","url","sha"}`."""
    if wants_json(request):
        answer = JsonResponse({"id": str(id), "url": to, "sha": sha}, status=201)
        answer["Location"] = to
        return answer
    return HttpResponseRedirect(to)


def not_kept(
    request: HttpRequest, template: str, context: dict[str, Any], form: BaseForm, *, status: int = 422
) -> HttpResponse:
    """Answer a form that cannot be taken: the page again with its sentences, or 422 `{"errors"}`."""
    if wants_json(request):
        return JsonResponse({"errors": errors_of(form)}, status=status)
    return render(request, template, {**context, "form": form}, status=status)


def not_done(sentence: str, *, status: int = 422) -> JsonResponse:
    """Answer a script that what it sent cannot be taken, in one sentence that concerns the whole of it."""
    return JsonResponse({"errors": {"": [sentence]}}, status=status)


def errors_of(form: BaseForm) -> dict[str, list[str]]:
    """Return the form's sentences by field; what concerns the whole form stands under ""."""
    return {("" if name == "__all__" else name): [str(e) for e in errors] for name, errors in form.errors.items()}
