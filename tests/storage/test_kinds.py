from __future__ import annotations

import pytest

from snowdrop.storage import kinds
from snowdrop.storage.kinds import Kind, NotAPicture

PICTURES = """
    family/IMG_0106.JPG                 jpeg
    odd/frozenpond.mpo                  jpeg
    odd/cmyk.jpg                        jpeg
    hostile/pdf-jpeg.jpg                jpeg
    hostile/zip-in-jpeg.jpg             jpeg
    png/apng_delay.png                  png
    webp/denali.webp                    webp
    gif/candle-loop.gif                 gif
    hostile/gif-js.gif                  gif
    avif/exif.avif                      avif
    avif/star.avifs                     avif
    heic/IMG_0043.HEIC                  heic
    heic/RGBA_10__128x128.heif          heic
"""


@pytest.mark.parametrize("line", PICTURES.strip().splitlines())
def test_a_picture_is_known_by_its_content(material, line):
    name, kind = line.split()

    assert kinds.of((material / name).read_bytes()[: kinds.HEAD]) == Kind(kind)
    assert Kind(kind).media_type == f"image/{kind}"


NO_PICTURE = "This is not a photograph we can show. JPEG, PNG, WebP, GIF, AVIF and HEIC can be added."
REFUSED = {
    "empty.jpg": "This file is empty.",
    "hls.mp4": "This is a list of films, not a film. Choose the film itself.",
    "moov-lies.mp4": "This is a film. Only photographs can be added here.",
    "mp3-html.mp3": "This is a sound recording. Only photographs can be added here.",
    "html.jpg": "This is a web page, not a photograph.",
    "script.svg": "This is a drawing in the SVG format. Save it as PNG or JPEG, and it can be added.",
    "svg.png": "This is a drawing in the SVG format. Save it as PNG or JPEG, and it can be added.",
    "instagram-deep-json.zip": "This is a packed folder. Unpack it and choose the photographs inside.",
    "photo.jpg.exe": "This is a program, not a photograph.",
    "mvg.png": NO_PICTURE,
    "ps.heic": NO_PICTURE,
    "zeros.heic": NO_PICTURE,
    "odd-names.json": NO_PICTURE,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_whatever_its_name_says(material, name):
    with pytest.raises(NotAPicture) as told:
        kinds.of((material / "hostile" / name).read_bytes()[: kinds.HEAD])

    assert str(told.value.sentence) == REFUSED[name]


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"%PDF-1.7\n", "This is a PDF document. It can be added on the page “Add photographs or recordings”."),
        (
            bytes(128) + b"DICM\2\0",
            "This is a picture from a hospital. It can be added on the page “Add photographs or recordings”.",
        ),
        (b"RIFF\0\0\0\0WAVEfmt ", "This is a sound recording. Only photographs can be added here."),
        (b"RIFF\0\0\0\0AVI LIST", "This is a film. Only photographs can be added here."),
        (b"\0\0\0\x14ftypM4A \0\0\0\0", "This is a sound recording. Only photographs can be added here."),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "This is a film. Only photographs can be added here."),
        (b"\x1a\x45\xdf\xa3", "This is a film. Only photographs can be added here."),
        (b"II*\0", "Pictures of this kind cannot be shown here. Save it as JPEG or PNG, and it can be added."),
        (b'<!DOCTYPE s [<!ENTITY x "y">]>\n<svg', REFUSED["script.svg"]),
        (b"<!-- drawn by hand -->\n<svg>", REFUSED["script.svg"]),
        (b"\xef\xbb\xbf\n<HTML lang=en>", REFUSED["html.jpg"]),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC>', REFUSED["html.jpg"]),
        (b"<!-- saved from url=(0014)about:internet -->", REFUSED["html.jpg"]),
        (b"<h1>Wren</h1>", REFUSED["html.jpg"]),
        (b"<P>Wren", REFUSED["html.jpg"]),
        (b"<3 Wren", NO_PICTURE),
        (b"<poem>Wren", NO_PICTURE),
        (b"RIFF", NO_PICTURE),
        (b"\0\0\0\0ftyp", "This is a film. Only photographs can be added here."),
        (b"\xff\xd8", NO_PICTURE),
        (b"\0", NO_PICTURE),
    ],
)
def test_each_other_kind_of_file_has_its_sentence(head, sentence):
    with pytest.raises(NotAPicture) as told:
        kinds.of(head)

    assert str(told.value.sentence) == sentence


RECORDINGS = """
    recordings/IMG_0042.MOV                 mov
    recordings/rotated90.mp4                mov
    recordings/silent.webm                  matroska
    recordings/heartbeat.m4a                mov
    recordings/PTT-20240325-WA0007.opus     ogg
    recordings/chirp-1.mp3                  mp3
    recordings/monitor-8k-mulaw.wav         wav
    hostile/moov-lies.mp4                   mov
    hostile/mp3-html.mp3                    mp3
"""


@pytest.mark.parametrize("line", RECORDINGS.strip().splitlines())
def test_a_recording_is_known_by_its_content_and_may_be_opened_by_one_demuxer(material, line):
    name, packed = line.split()

    assert kinds.container((material / name).read_bytes()[: kinds.HEAD]) == kinds.Container(packed)


@pytest.mark.parametrize(
    ("head", "packed"),
    [
        (b"#!AMR\n", kinds.Container.AMR),
        (b"fLaC", kinds.Container.FLAC),
        (b"\xff\xf1P\x80", kinds.Container.AAC),
        (b"RIFF\0\0\0\0AVI LIST", kinds.Container.AVI),
        (b"\0\0\x10\0wide\0\0\0\0mdat", kinds.Container.MOV),
        (b"\0\0\0\x18ftyp3gp5", kinds.Container.MOV),
        (b"#EXTM3U\n", None),
        (b"FLV\x01", None),
        (b"\0\0\0\x18ftypheic", None),
        (b"\xff\xd8\xff\xe0", None),
        (b"", None),
    ],
)
def test_what_is_packed_in_no_way_we_know_is_no_recording(head, packed):
    assert kinds.container(head) == packed
