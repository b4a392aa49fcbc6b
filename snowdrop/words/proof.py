"""A little arithmetic that a device does by itself before its words are taken, when very many come at once.

    challenge = proof.ask(stamp, memorial.pk, now)      # for the form, see `web/parts/proof.html`
    proof.holds(posted, stamp, memorial.pk, now)        # what the browser made of it

The protocol is ALTCHA's (https://altcha.org), version 2, answered by our own `web/proof-of-work.js`. Nobody else's
server is asked, and nothing is kept of a challenge: it is made for one stamp, and what is sent twice under one stamp is
the same words. So a proof that is used again brings in nothing new, and there is nothing to remember of those used.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

import altcha
from django.utils.crypto import constant_time_compare, salted_hmac

from snowdrop.words.stamp import Stamp

FIELD = "proof"
LONGEST = 4_000  # characters; ours have about 900
# Words are thought over and written anew; a proof that was made while they were is still good in the evening.
GOOD_FOR = timedelta(hours=12)

_KIND = "PBKDF2/SHA-256"  # what every browser does in its own machine code, beside the page
# Steps of a try, and the tries until the one that counts: half a second on a computer, two or three on a phone ten
# years old. We do the steps of one try to make a challenge, and none to check it.
STEPS = 2_000
TRIES = range(1_200, 1_800)


def ask(stamp: Stamp, memorial_id: int, now: datetime) -> str:
    """Return a challenge for the form that has this stamp, as JSON."""
    challenge = altcha.create_challenge(
        _KIND,
        STEPS,
        counter=secrets.choice(TRIES),
        data={"for": _for(stamp, memorial_id), "until": int((now + GOOD_FOR).timestamp())},
        hmac_secret=_key("challenge"),
        hmac_key_secret=_key("solution"),
    )
    return json.dumps(challenge.to_dict())


def holds(posted: str, stamp: Stamp, memorial_id: int, now: datetime) -> bool:
    """Whether what was posted answers a challenge of ours, for this form, in time."""
    if not posted or len(posted) > LONGEST:
        return False
    # The library would ask the machine's clock for the end; ours stands in the data, which it signs with the rest.
    if not altcha.verify_solution(posted, _key("challenge"), hmac_key_secret=_key("solution")).verified:
        return False
    data: dict[str, Any] = altcha.Payload.from_base64(posted).challenge.parameters.data or {}
    return constant_time_compare(data["for"], _for(stamp, memorial_id)) and now.timestamp() <= data["until"]


def _for(stamp: Stamp, memorial_id: int) -> str:
    return hashlib.sha256(b"snowdrop.words.proof:%d:" % memorial_id + stamp.once).hexdigest()


def _key(what: str) -> bytes:
    return salted_hmac("snowdrop.words.proof", what, algorithm="sha256").digest()
