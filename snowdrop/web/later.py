"""An answer that is made now and sent once it is true: for that, a thread waits that need not work.

The server puts a `Later` among the variables of a request. A view that would wait for the disk puts what it waits for
there instead, and answers as though it had come well. If it did not, the answer is thrown away, and the view is asked
again, with the same `Later`. Where no server put one, a view waits itself.
"""

from __future__ import annotations

from typing import Protocol, cast

from django.http import HttpRequest

KEY = "snowdrop.later"  # no header can write this name


class Waits(Protocol):
    def wait(self) -> object:
        """Return something true where all went as hoped. May be asked more than once, and says the same."""


class Later:
    """What the answer to one request waits for, if for anything."""

    asked: Waits | None = None

    def is_true(self) -> bool:
        """Wait, and say whether the answer that was made may be sent."""
        if self.asked is None:
            return True
        try:
            return bool(self.asked.wait())
        except Exception:
            return False  # whoever is asked again says what it was


def of(request: HttpRequest) -> Later | None:
    return cast("Later | None", request.META.get(KEY))
