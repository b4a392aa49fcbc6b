"""What a file is, by its content and never by its name: picture, film, sound, paper or scan; why others are refused."""

from __future__ import annotations

import re
import struct
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

HEAD = 4_096  # bytes that are enough to tell

DOCUMENT = "application/pdf"
SCAN = "application/dicom"  # of an ultrasound or another machine of a hospital


class Kind(StrEnum):
    JPEG = "jpeg"  # also MPO, whose first picture is shown
    PNG = "png"  # also APNG, shown still
    WEBP = "webp"
    GIF = "gif"
    AVIF = "avif"
    HEIC = "heic"
    DICOM = "dicom"  # of a hospital; known by `is_scan`, and no picture like the others

    @property
    def media_type(self) -> str:
        return SCAN if self is Kind.DICOM else f"image/{self.value}"


class Container(StrEnum):
    """How a film or a sound is packed. The value is the one demuxer of ffmpeg that may open it."""

    MOV = "mov"  # also MP4, M4A and 3GP
    MATROSKA = "matroska"  # also WebM
    AVI = "avi"
    MP3 = "mp3"
    WAV = "wav"
    AAC = "aac"
    FLAC = "flac"
    OGG = "ogg"
    AMR = "amr"
    FRAMES = "mjpeg"  # no file that comes: the frames of a hospital's film, as we wrote them

    def media_type(self, *, is_film: bool) -> str:
        if self is Container.MOV:
            return "video/mp4" if is_film else "audio/mp4"
        if self is Container.MATROSKA:
            return "video/webm" if is_film else "audio/webm"
        if self is Container.OGG:
            return "video/ogg" if is_film else "audio/ogg"
        if is_film:
            return "video/x-msvideo"
        return {Container.MP3: "audio/mpeg", Container.AVI: "video/x-msvideo"}.get(self, f"audio/{self.value}")


def is_document(head: bytes) -> bool:
    """Whether a file that begins so is a PDF. A few have a byte order mark or an empty line in front."""
    return head[:64].lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-")


def is_scan(head: bytes) -> bool:
    """Whether a file that begins so is a DICOM file. Its first 128 bytes may be anything, also another file's head.

    Source: DICOM PS3.10, section 7.1.
    """
    return head[128:132] == b"DICM" and not head.startswith(_PICTURES)


_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"RIFF")


class NotAPicture(Exception):
    """This file is not taken in. `sentence` tells the person why, and what they can do."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


# Translators: shown beside a file somebody chose under "Add photographs".
EMPTY = _("This file is empty.")
UNKNOWN = _("This is not a photograph we can show. JPEG, PNG, WebP, GIF, AVIF and HEIC can be added.")
FILM = _("This is a film. Only photographs can be added here.")
# Translators: a sound recording.
SOUND = _("This is a sound recording. Only photographs can be added here.")
PDF = _("This is a PDF document. It can be added on the page “Add photographs or recordings”.")
OF_A_HOSPITAL = _("This is a picture from a hospital. It can be added on the page “Add photographs or recordings”.")
DRAWING = _("This is a drawing in the SVG format. Save it as PNG or JPEG, and it can be added.")
ARCHIVE = _("This is a packed folder. Unpack it and choose the photographs inside.")
PAGE = _("This is a web page, not a photograph.")
PROGRAM = _("This is a program, not a photograph.")
# Translators: a picture in another format, such as TIFF or a camera's own raw format.
OTHER_PICTURE = _("Pictures of this kind cannot be shown here. Save it as JPEG or PNG, and it can be added.")
# Translators: a list of addresses that a player would play one after the other; it holds no film itself.
PLAYLIST = _("This is a list of films, not a film. Choose the film itself.")
OTHER_FILM = _("Films of this kind cannot be played here. Save it as MP4, and it can be added.")
TOO_LARGE = pgettext_lazy("file", "This file is larger than 200 MB, which is more than can be added at once.")
RECORDING_TOO_LARGE = pgettext_lazy("file", "This file is larger than 2 GB, which is more than can be added at once.")
TOO_MANY = _("Only 500 files can be added at once. Add this one after the others.")

# What is found out only inside the cage; it answers with one of these keys.
INSIDE = {
    "damaged": _("This picture is damaged, and nothing of it can be shown."),
    "too-many-pixels": _("This picture is too large: it has more than 150 million pixels."),
    "too-long": _("This picture is too large: one of its sides is longer than 65,000 pixels."),
    "too-many-frames": _("This moving picture is too long to be shown."),
    "damaged-document": _("This document is damaged, and nothing of it can be shown."),
    "locked": _("This document is locked with a password. Take the password away, and it can be added."),
    "too-many-pages": _("This document has more than 200 pages. Cut it into parts, and they can be added."),
    # Translators: of a file from a hospital's disc
    "no-picture-inside": _("There is no picture in this file from the hospital."),
    "contents-of-disc": _("This only lists what is on a hospital’s disc. Choose the pictures themselves."),
    "damaged-scan": _("This picture from the hospital is damaged, and nothing of it can be shown."),
}
# Translators: of a film or a sound recording that somebody wanted to add.
NOTHING_PLAYS = _("There is nothing in this file that can be played.")
TOO_LONG = _("This is longer than four hours, which is more than can be kept as one recording. Cut it into parts.")

MOST_BYTES = 200 * 2**20  # of a picture
MOST_BYTES_RECORDING = 2 * 2**30  # of a film or a sound: an hour of 1080p from a phone
MOST_BYTES_PACKED = 2 * 2**30  # of a packed folder on its way in; nothing of it is opened as one picture
MOST_PAGES = 200  # of a document
MOST_PIXELS = 150_000_000
LONGEST_SIDE = 65_000
LONGEST_RECORDING = 4 * 60 * 60  # seconds
MOST_FRAME_PIXELS = 1_000_000_000  # frames x pixels; a browser unpacks them all

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"mif1", b"mif2", b"msf1", b"1pic"})

_OTHERS = (
    (b"PK\x03\x04", ARCHIVE),
    (b"PK\x05\x06", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"#!AMR", SOUND),
    (b"#!", PROGRAM),
    (b"ID3", SOUND),
    (b"OggS", SOUND),
    (b"fLaC", SOUND),
    (b"\xff\xfb", SOUND),
    (b"\xff\xf3", SOUND),
    (b"\xff\xfa", SOUND),
    (b"\xff\xf2", SOUND),
    (b"\xff\xf1", SOUND),
    (b"\xff\xf9", SOUND),
    (b"\x1a\x45\xdf\xa3", FILM),  # Matroska, WebM
    (b"#EXTM3U", PLAYLIST),
    (b"\x00\x00\x01\xba", OTHER_FILM),
    (b"FLV\x01", OTHER_FILM),
    (b"II*\x00", OTHER_PICTURE),  # TIFF, and most cameras' raw formats
    (b"MM\x00*", OTHER_PICTURE),
    (b"BM", OTHER_PICTURE),
    (b"8BPS", OTHER_PICTURE),
    (b"\xff\x0a", OTHER_PICTURE),  # JPEG XL
    (b"\x00\x00\x00\x0cJXL ", OTHER_PICTURE),
    (b"\x00\x00\x00\x0cjP  ", OTHER_PICTURE),  # JPEG 2000
)


_STARTS = (
    (b"\x1a\x45\xdf\xa3", Container.MATROSKA),
    (b"ID3", Container.MP3),
    (b"\xff\xfb", Container.MP3),
    (b"\xff\xf3", Container.MP3),
    (b"\xff\xfa", Container.MP3),
    (b"\xff\xf2", Container.MP3),
    (b"\xff\xf1", Container.AAC),
    (b"\xff\xf9", Container.AAC),
    (b"fLaC", Container.FLAC),
    (b"OggS", Container.OGG),
    (b"#!AMR\n", Container.AMR),
    (b"#!AMR-WB\n", Container.AMR),
)
# Boxes with which a QuickTime film of an older camera begins.
_BARE_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})


def container(head: bytes) -> Container | None:
    """Return how the film or sound that begins with `head` is packed; None for what is neither."""
    if head[:4] == b"RIFF":
        return {b"WAVE": Container.WAV, b"AVI ": Container.AVI}.get(head[8:12])
    if head[4:8] in _BARE_BOXES:
        return Container.MOV
    if head[4:8] == b"ftyp":
        is_picture = head[8:12] in _HEIC_BRANDS | _AVIF_BRANDS | _HEIF_BRANDS
        return None if is_picture else Container.MOV
    return next((container for start, container in _STARTS if head.startswith(start)), None)


def most_bytes(head: bytes) -> int:
    """Return how large a file may be that begins with `head`."""
    return MOST_BYTES_RECORDING if container(head) is not None else MOST_BYTES


def too_large(head: bytes) -> NotAPicture:
    """Return what to raise of a file that begins with `head` and is larger than `most_bytes`."""
    return NotAPicture(RECORDING_TOO_LARGE if container(head) is not None else TOO_LARGE)


def of(head: bytes) -> Kind:
    """Return the kind of picture that begins with `head`. Raises NotAPicture."""
    if not head:
        raise NotAPicture(EMPTY)
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Kind.GIF
    if head[:4] == b"RIFF":
        return _of_riff(head[8:12])
    if head[4:8] == b"ftyp":
        return _of_boxes(head)
    if head[4:8] in _BARE_BOXES:
        raise NotAPicture(FILM)
    if is_document(head):
        raise NotAPicture(PDF)
    if is_scan(head):
        raise NotAPicture(OF_A_HOSPITAL)
    for start, sentence in _OTHERS:
        if head.startswith(start):
            raise NotAPicture(sentence)
    raise NotAPicture(_told_by_text(head))


def _of_riff(form: bytes) -> Kind:
    if form == b"WEBP":
        return Kind.WEBP
    raise NotAPicture({b"WAVE": SOUND, b"AVI ": FILM}.get(form, UNKNOWN))


def _of_boxes(head: bytes) -> Kind:
    """Tell AVIF, HEIC and films apart by the brands of the first box.

    Source: ISO/IEC 14496-12, section 4.3; ISO/IEC 23008-12, section 10.
    """
    (length,) = struct.unpack(">I", head[:4])
    box = head[8 : min(length, len(head))]
    main, named = box[:4], {box[i : i + 4] for i in range(8, len(box) - 3, 4)}
    if main in _HEIC_BRANDS:
        return Kind.HEIC
    if main in _AVIF_BRANDS:
        return Kind.AVIF
    if main in _HEIF_BRANDS:
        return Kind.AVIF if named & _AVIF_BRANDS else Kind.HEIC
    raise NotAPicture(SOUND if main.startswith((b"M4A", b"M4B")) else FILM)


# What else a web page begins with, when it is only a piece of one. Source: WHATWG MIME Sniffing, section 7.1.
_PIECE_OF_PAGE = re.compile(
    rb"<(head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]|<!--|<\?xml[^>]*>\s*<(!doctype html|html)"
)


def _told_by_text(head: bytes) -> str | Promise:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return PAGE
    # An XML declaration, a comment or a document type with tricks in it may stand before the drawing.
    if start.startswith(b"<") and b"<svg" in start:
        return DRAWING
    return PAGE if _PIECE_OF_PAGE.match(start) else UNKNOWN
