"""People, the devices they are signed in on, and what lets them in."""

from snowdrop.people.models.card import Card
from snowdrop.people.models.code import SignInCode
from snowdrop.people.models.device_code import DeviceCode
from snowdrop.people.models.passkey import Passkey
from snowdrop.people.models.person import Person, WordsMail, plain_address
from snowdrop.people.models.session import SELF_LASTS, Session, session_of
from snowdrop.people.models.sheet import SheetCode
from snowdrop.people.models.way_back import WayBack

__all__ = [
    "SELF_LASTS",
    "Card",
    "DeviceCode",
    "Passkey",
    "Person",
    "Session",
    "SheetCode",
    "SignInCode",
    "WayBack",
    "WordsMail",
    "plain_address",
    "session_of",
]
