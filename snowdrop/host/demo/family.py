"""Who is in the demo. Nobody here lives or has lived, and no address leads anywhere: `.example` belongs to no one."""

from __future__ import annotations

from dataclasses import dataclass

from snowdrop.memorials.circles import Circle, Duty

DOMAIN = "wren.example"


@dataclass(frozen=True)
class Somebody:
    name: str
    circle: Circle | None  # how close they stand to Wren's page; None: not at all
    duties: tuple[Duty, ...] = ()
    is_trusted: bool = False

    @property
    def address(self) -> str:
        return f"{self.name.lower()}@{DOMAIN}"


MARA = Somebody("Mara", Circle.KEEPERS)
THEO = Somebody("Theo", Circle.KEEPERS)
INES = Somebody("Ines", Circle.FAMILY, (Duty.READS_FIRST, Duty.LOOKS_FIRST), is_trusted=True)
HEDDA = Somebody("Hedda", Circle.FAMILY, is_trusted=True)
SAM = Somebody("Sam", Circle.FRIENDS)
NOOR = Somebody("Noor", None)  # looks after a page of her own

ASKED_IN = (
    THEO,
    INES,
    HEDDA,
    SAM,
    *(Somebody(name, Circle.FRIENDS) for name in ("Lena", "Tomas", "Ruth", "Amir", "Oona", "Jakob")),
)
EVERYBODY = (MARA, *ASKED_IN, NOOR)

# Asked in, and has not come yet.
NOT_YET = "Bea"
LINK_IS_FOR = "The neighbours at number 9"

# What `snowdrop demo --json` calls those whose eyes one may borrow.
ROLES = {
    "keeper": MARA,
    "second_keeper": THEO,
    "family": HEDDA,
    "friend": SAM,
    "companion": INES,
    "elsewhere": NOOR,
}
