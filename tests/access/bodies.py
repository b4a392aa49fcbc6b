"""What a person would post to each address, where something has to be said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from snowdrop.memorials.models import Membership
from snowdrop.words import stamp
from tests.access.town import Town

BODIES: dict[str, dict[str, Any] | Callable[[Town], dict[str, Any]]] = {
    "archive:choose": {"posts": ["0"], "choice": "out"},
    "handover:cards": {"number": "2", "note": "ward 4", "years": "25"},
    "handover:claim": lambda town: {"code": town.args["claim_code"]},
    "handover:envelope": {"do": "open"},
    "handover:envelopes": {"called": "The midwives of ward 4"},
    "handover:giving": {"do": "seal", "giver": "Ada"},
    "house": {"name": "Ward 4", "who_may_begin": "open"},
    "house_way_back": {"who": "nobody of this name"},
    "house_card": {"note": "ward 4"},
    "house_texts": {"safeguarding": "Room 12", "privacy": "Our words."},
    "keepsakes:add_at_home": {"what": "a blanket"},
    "keepsakes:change": {"caption": "new words"},
    "keepsakes:change_album": {"title": "new words"},
    "keepsakes:change_at_home": {"what": "a blanket"},
    "keepsakes:change_document": {"caption": "new words"},
    "keepsakes:change_recording": {"caption": "new words"},
    "keepsakes:make_album": {"do": "make", "title": "new words"},
    "keepsakes:names_in_it": {"do": "nothing"},
    "keepsakes:say_to_these": lambda town: {
        "ids": [str(town.find("canary-photograph-friends").row.pk)],
        "do": "say",
        "people": "new words",
    },
    "keepsakes:take": {"what": "originals"},
    "keepsakes:what_is_seen": lambda town: {
        "id": str(town.find("canary-photograph-friends").row.pk),
        "alt": "new words",
    },
    "memorials:after": {"do": "ask"},
    "memorials:answer": {"do": "yes"},
    "memorials:another": {"name": "Robin"},
    "memorials:ask": {"where": "/m/zzzzzzzzzzzzzz/", "says": "Lena"},
    "memorials:ask_in": {"called": "Lena", "circle": "20"},
    "memorials:begin": {"name": "Robin"},
    "memorials:change_fact": {"text": "new words"},
    "memorials:change_kin": {"name": "Ada"},
    "memorials:change_name": {"text": "Robin"},
    "memorials:close_it": {"words": "What a cover says"},
    "memorials:close_these": lambda town: {
        "ids": [str(town.find("canary-moment-friends").row.pk)],
        "words": "What a cover says",
    },
    "memorials:composition": {"names_people": "on"},
    "memorials:describe": {"gentle": "eyes closed, peaceful"},
    "memorials:fact": {"date": "2024-05-03"},
    "memorials:for_children": lambda town: {"ids": [str(town.find("canary-moment-friends").row.pk)]},
    "memorials:invitation": {"name": "Lena"},
    "memorials:kin": {"name": "Ada"},
    "memorials:leave_all": {"words": "stay"},
    "memorials:let_in": {"circle": "20"},
    "memorials:let_know": lambda town: {"members": [_member(town)]},
    "memorials:make_links": {"names": "Ada\nEve"},
    "memorials:member": {"circle": "30"},
    "memorials:name": {"text": "Robin"},
    "memorials:put_away_many": lambda town: {"ids": [str(town.find("canary-moment-friends").row.pk)]},
    "memorials:pause": {"do": "pause"},
    "memorials:succeed": {"name": "Lena"},
    "memorials:successors": {"called": "Lena", "waits": "30"},
    "memorials:who": {"audience": "40"},
    "memorials:who_many": lambda town: {
        "ids": [str(town.find("canary-moment-friends").row.pk)],
        "audience": "40",
    },
    "people:address": {"email": "new@example.org"},
    "people:come_in": {"email": "new@example.org"},
    "people:come_in_by_device": {"letters": "CDF-HJK-LMN-PQR"},
    "people:come_in_by_sheet": {"line": "CDF-HJK-LMN-PQR-TVW-XY3"},
    "people:language": {"language": "de"},
    "people:passkey": {"label": "new words"},
    "people:quiet": {"language": "de", "time_zone": "Europe/Zurich"},
    "people:you": {"name": "New Name"},
    "story:change": {"text": "new words"},
    "story:draft": {"text": "new words"},
    "story:write": {"text": "new words"},
    "talk:add": {
        "kind": "talk",
        "name": "A line",
        "phone": "+1 555 0100",
        "written_in": "en",
        "source": "us",
        "position": "1",
    },
    "talk:change": {
        "kind": "talk",
        "name": "A line",
        "phone": "+1 555 0100",
        "written_in": "en",
        "source": "us",
        "position": "1",
    },
    "words:answer": lambda town: {"do": "let_in", "ids": [str(town.find("canary-kindword-waits").row.pk)]},
    "words:asked": lambda town: {"do": "yes", "id": str(town.args["asked_word"].pk)},
    "words:book": {"words_from": "", "shown_to": "40", "at_once_from": ""},
    "words:card": {"text": "new words", "day": "2024-03-04"},
    "words:close": {"how": "for_good"},
    "words:ending": lambda town: {"do": "leave", "id": str(town.args["removal"].pk)},
    "words:cover": {"do": "open"},
    "words:first": {"who": "not_now"},
    "words:hand_over": lambda town: {"do": "ask", "person": str(_member(town))},
    "words:leave": lambda town: {
        "text": "new words",
        "signed": "Ada",
        "stamp": stamp.make(town.memorial.pk, timezone.now()),
    },
    "words:change_thanks": {"text": "new words"},
    "words:reply": {"text": "new words"},
    "words:thank": {"text": "new words", "to": "all"},
    "words:yours": lambda town: {"do": "take_back", "id": str(town.find("canary-kindword-sam-waits").row.pk)},
    "words:listed": {"listed": "a word"},
    "words:light": lambda town: {"stamp": stamp.make(town.memorial.pk, timezone.now()), "line": "new words"},
    "words:sign": {"sign": "stone"},
    "words:mine": {"text": "new words", "signed": "Ada"},
    "words:remove_all": {"what": "network"},
    "words:removed": lambda town: {"id": str(town.args["removal"].pk)},
    "words:report": {"line": "new words"},
    "words:reported": lambda town: {"do": "let_stand", "id": str(town.args["report"].pk)},
    "words:rest": {"do": "rest"},
    "words:take_over": {"do": "yes"},
}


def _member(town: Town) -> int:
    return Membership.objects.get(memorial=town.memorial, person=town.people["sam"]).pk


def body(name: str, town: Town) -> dict[str, Any]:
    said = BODIES.get(name, {})
    return said(town) if callable(said) else said
