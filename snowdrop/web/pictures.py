"""Pictures as pages show them: never cropped, in rows of one height."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

_LONG = 2.5  # times as long as wide: from here on `storage.sizes` makes the long side longer


@dataclass(frozen=True)
class Picture:
    """What a page needs to know of one picture. Rooms make it from a keepsake."""

    src: str
    """Address of the rendition of middle size; empty where the picture is closed."""
    width: int
    height: int
    alt: str = ""
    srcset: str = ""
    avif: str = ""
    """The same as `srcset`, in the lighter format that not every browser knows."""
    url: str = ""
    """The page this picture has to itself."""
    caption: str = ""
    colour: str = ""
    """"#rrggbb", shown until the picture comes; empty where the picture is closed."""
    closed: bool = False
    words: str = ""
    """What whoever closed it wrote on the cover."""
    gentle: str = ""
    """What somebody who looked first says of it."""
    together: Sequence[Picture] = ()
    """Others that were taken in the same moment and are folded behind this one."""

    @property
    def ratio(self) -> float:
        """Width for a height of one; 1.5 where the size is not known."""
        return self.width / self.height if self.width > 0 and self.height > 0 else 1.5

    @property
    def is_panorama(self) -> bool:
        """Wide enough to stretch from edge to edge of a large screen."""
        return self.ratio > 2.2

    @property
    def lies(self) -> str:
        """Which way the picture is so long that one has to move along it to see anything: "across", "down", or "" """
        return "across" if self.ratio > _LONG else "down" if self.ratio < 1 / _LONG else ""

    def spread(self) -> Picture:
        """Return a long picture in the size in which it is moved along: as large as most pages have room across it."""
        if self.lies == "across":
            height = min(self.height, 480)
            return replace(self, width=round(height * self.ratio), height=height)
        width = min(self.width, 640)
        return replace(self, width=width, height=round(width / self.ratio))


@dataclass(frozen=True)
class Row:
    pictures: Sequence[Picture]

    @property
    def is_alone(self) -> bool:
        return len(self.pictures) == 1

    @property
    def stays_on_a_phone(self) -> bool:
        """Whether its pictures are narrow enough to stand side by side on a narrow page."""
        return sum(picture.ratio for picture in self.pictures) <= 1.7

    @property
    def sizes(self) -> str:
        """How wide its pictures are shown, for `sizes`."""
        if self.is_alone:
            return "(min-width: 48em) 46rem, 100vw"
        return f"(min-width: 48em) 23rem, {50 if self.stays_on_a_phone else 100}vw"


# Equal heights of all pictures in a row make their widths say everything. The height is more than
# most pages need, so that a row has to shrink to fit, and so fills its width exactly.
_HEIGHT = 900
_IDEAL = 2.6  # the width of a row, in heights: two pictures from a camera, or three upright ones
_MOST = 4


def rows(pictures: Iterable[Picture]) -> list[Row]:
    """Return `pictures` in their order, in rows whose heights are as even as they can be.

    A row's height follows from the shapes in it, so a last row of one upright picture would tower
    over all others. Every way of breaking the rows is weighed, as a typesetter weighs line breaks:
    by how far each row's height is from the ideal one.
    """
    every = list(pictures)
    least = [0.0] + [float("inf")] * len(every)  # the cost of the best rows for the first n pictures
    begins = [0] * (len(every) + 1)  # where the last of those rows begins
    for end in range(1, len(every) + 1):
        for start in range(max(0, end - _MOST), end):
            width = sum(picture.ratio for picture in every[start:end])
            cost = least[start] + (_IDEAL / width - 1) ** 2
            if cost < least[end]:
                least[end], begins[end] = cost, start
    found: list[Row] = []
    end = len(every)
    while end:
        found.append(Row([_as_high_as_the_others(picture) for picture in every[begins[end] : end]]))
        end = begins[end]
    return found[::-1]


def _as_high_as_the_others(picture: Picture) -> Picture:
    return replace(picture, width=round(_HEIGHT * picture.ratio), height=_HEIGHT)
