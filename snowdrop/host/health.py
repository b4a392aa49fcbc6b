"""Whether the house is well enough to answer: for proxies, supervisors and whoever waits for its start."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_http_methods

from snowdrop.memorials.access import anyone, working

log = logging.getLogger(__name__)


@working
@anyone
@require_http_methods(["GET", "HEAD"])
def health(request: HttpRequest) -> JsonResponse:
    """200 `{"status": "ok"}` when the database answers, else 503. It tells nothing else to anybody."""
    try:
        with connection.cursor() as cursor:
            # Something that is read from the file, and is there from the first migration on.
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            cursor.fetchone()
    except DatabaseError as error:
        log.error("The database does not answer: %s", type(error).__name__)
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})
