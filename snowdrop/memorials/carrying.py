"""How what is said of the beloved and their family is carried into a memorial of one's own."""

from __future__ import annotations

from snowdrop.memorials.models import Beloved, Fact, Kin, Name
from snowdrop.memorials.separating import Carrying


class CarriedBeloved(Carrying):
    kind = Beloved
    order = 10


class CarriedName(Carrying):
    kind = Name
    points = {"beloved": Beloved}
    order = 11


class CarriedFact(Carrying):
    kind = Fact
    points = {"beloved": Beloved}
    order = 11


class CarriedKin(Carrying):
    kind = Kin
    order = 11


EVERY = (CarriedBeloved(), CarriedName(), CarriedFact(), CarriedKin())
