"""Opens a PDF document and makes pictures of its pages. Runs only inside the cage, so it knows nothing of Django.

Nothing of its text is read, and none of its scripts runs: this build of PDFium has no engine for them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypedDict

import pypdfium2
import pyvips
from pypdfium2 import raw

from snowdrop.storage.opening import Refused, average, fitted, packed, write
from snowdrop.storage.sizes import SIZES, renditions

_A4 = 595.0, 842.0  # points; for a page that does not say how large it is
_LONGEST_PAGE = 14_400.0  # points. Source: ISO 32000-1, annex C.2


class Task(TypedDict):
    page: int  # counted from 0
    sizes: list[int]  # those to be made, one output for each
    most_pages: int


def get_ready() -> None:
    """Draw once, so that nothing has to be loaded later on. libvips would start threads, which no fork may find."""
    document = pypdfium2.PdfDocument.new()
    _bitmap(document.new_page(10, 10), 1)
    document.close()


def do(task: Task, source: int, outputs: list[int]) -> dict[str, Any]:
    """Tell how many pages the document in descriptor `source` has and how large they are; draw one of them."""
    with _opened(source) as document:
        count = len(document)
        if count < 1:
            raise Refused("damaged-document")
        if count > task["most_pages"]:
            raise Refused("too-many-pages")
        pages = [_pixels(document, number) for number in range(count)]
        size = pages[task["page"]]
        wanted = [one for one in renditions(*size) if one.size in task["sizes"]] or renditions(*size)[:1]
        picture = _drawn(document, task["page"], wanted[-1][1:])
    made: list[list[int]] = []
    for rendition in reversed(wanted):
        picture = fitted(picture, rendition[1:]).copy_memory()
        if outputs:
            write(packed(picture, "jpg"), outputs[task["sizes"].index(rendition.size)])
            made.append(list(rendition))
    return {"pages": pages, "colour": average(picture), "made": made}


@contextmanager
def _opened(source: int) -> Iterator[pypdfium2.PdfDocument]:
    os.lseek(source, 0, os.SEEK_SET)
    with os.fdopen(os.dup(source), "rb") as file:
        try:
            document = pypdfium2.PdfDocument(file)
        except pypdfium2.PdfiumError as error:
            locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
            raise Refused("locked" if locked else "damaged-document") from error
        try:
            document.init_forms()  # what was filled in is part of a form
            yield document
        except pypdfium2.PdfiumError as error:
            raise Refused("damaged-document") from error
        finally:
            document.close()


def _pixels(document: pypdfium2.PdfDocument, number: int) -> tuple[int, int]:
    """Return how large a page is drawn at most: its longest side is that of the largest rendition."""
    try:
        width, height = document.get_page_size(number)
    except pypdfium2.PdfiumError:
        width, height = _A4
    if not (0 < width <= _LONGEST_PAGE and 0 < height <= _LONGEST_PAGE):
        width, height = _A4
    scale = SIZES[-1] / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _drawn(document: pypdfium2.PdfDocument, number: int, size: tuple[int, int]) -> pyvips.Image:
    page = document[number]
    width, height = page.get_size()
    scale = max(size) / max(width, height, 1)
    bitmap = _bitmap(page, scale)
    picture = pyvips.Image.new_from_memory(
        bytes(bitmap.buffer), bitmap.stride // bitmap.n_channels, bitmap.height, bitmap.n_channels, "uchar"
    )
    return fitted(picture.extract_band(0, n=3).copy(interpretation="srgb"), size).copy_memory()


def _bitmap(page: pypdfium2.PdfPage, scale: float) -> pypdfium2.PdfBitmap:
    return page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True, fill_color=(255, 255, 255, 255))
