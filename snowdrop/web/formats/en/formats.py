"""How English says a day: as the rough dates beside it do, and not "Nov. 23, 2026, 11:28 p.m."."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
