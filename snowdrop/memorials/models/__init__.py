from snowdrop.memorials.models.announced import Announced, Pause, SeenIn, Successor, WishToLetGo
from snowdrop.memorials.models.beloved import Beloved, Fact, Kin, Name
from snowdrop.memorials.models.keeping import ForChildren, Keeping, KeepingQuerySet, LetGo, Reader, SetAside, Version
from snowdrop.memorials.models.knock import Knock
from snowdrop.memorials.models.log import LogEntry
from snowdrop.memorials.models.memorial import Memorial, Revision
from snowdrop.memorials.models.people import Feed, GuestLink, GuestPass, Invitation, Membership
from snowdrop.memorials.models.veil import Look, LooksFirst, OwnChoice

__all__ = [
    "Announced",
    "Beloved",
    "Fact",
    "Feed",
    "ForChildren",
    "GuestLink",
    "GuestPass",
    "Invitation",
    "Keeping",
    "KeepingQuerySet",
    "Kin",
    "Knock",
    "LetGo",
    "LogEntry",
    "Look",
    "LooksFirst",
    "Membership",
    "Memorial",
    "Name",
    "OwnChoice",
    "Pause",
    "Reader",
    "Revision",
    "SeenIn",
    "SetAside",
    "Successor",
    "Version",
    "WishToLetGo",
]
