"""A code by mail: sent, sent again, typed. The only way in that needs nothing but an address."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from snowdrop.config import limits
from snowdrop.people import letters
from snowdrop.people.lifetimes import AHEAD
from snowdrop.people.models import Session, SignInCode, plain_address

LASTS = timedelta(minutes=15)
TRIES = 5
KEPT = timedelta(days=1)  # how long a code that is over stays, for whoever looks for a fault


class WrongCode(Exception):
    """The digits are not those that were sent, or their time is over."""


def _hash(code: str, session: Session) -> str:
    # Bound to the browser that asked: the same digits typed elsewhere are worth nothing.
    return salted_hmac("snowdrop.code", f"{session.pk}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def send(address: str, *, session: Session) -> SignInCode:
    """Mail eight digits to `address`. The answer is the same whether somebody is known under it or not.

    Raises TooMany.
    """
    email = plain_address(address)
    limits.take("codes to an address", email)
    limits.take("codes to a browser", session.pk)
    code = f"{secrets.randbelow(10**8):08d}"
    session.codes.filter(used_at=None).update(tries_left=0)
    sent = SignInCode.objects.create(
        session=session,
        email=email,
        code_hash=_hash(code, session),
        tries_left=TRIES,
        expires_at=timezone.now() + LASTS,
    )
    transaction.on_commit(partial(letters.code, email, code))
    return sent


def forget_old(*, now: datetime) -> int:
    """Forget the codes that nobody can type any more, and the addresses they went to; return how many."""
    return SignInCode.objects.filter(expires_at__lte=now - KEPT).delete()[0]


def proven(digits: str, *, session: Session) -> str:
    """Use the code up and return the address it proves. Raises WrongCode, or TooMany.

    Many wrong digits make this address wait; a passkey, a link or another address still lets the same person in.
    """
    # A keyboard may write ٣ for 3, and the mail has a space between its digits.
    code = "".join(str(unicodedata.digit(character)) for character in digits if character.isdigit())
    # The try is counted before it is judged, and in one statement: ten tabs cannot try more often.
    now = timezone.now()
    open_codes = SignInCode.objects.filter(
        session=session, used_at=None, sent_at__lte=now + AHEAD, expires_at__gt=now, tries_left__gt=0
    )
    if not open_codes.update(tries_left=F("tries_left") - 1):
        raise WrongCode
    sent = SignInCode.objects.filter(session=session, used_at=None).latest("pk")
    limits.take("digits for an address", sent.email)
    if not hmac.compare_digest(sent.code_hash, _hash(code, session)):
        raise WrongCode
    if not SignInCode.objects.filter(pk=sent.pk, used_at=None).update(used_at=timezone.now()):
        raise WrongCode
    return sent.email
