"""What is closed, sought in every answer of the demo's server: every address, every role, before anybody looked.

Each answer is compared with every closed original and each of its renditions, byte for byte (SHA-256) and by what it
looks like (a hash of eight by eight), and searched for the closed words. Then one person looks: there it has to be
found, or nothing was proved.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from bench.frame import HOUSE, PYTHON, Figure, Server, get, report

ALIKE = 5  # bits of 64


@dataclass
class Hidden:
    """What no answer may hold."""

    bytes_of: set[str]
    looks: list[int]
    words: list[bytes]

    def are_in(self, data: bytes) -> bool:
        if hashlib.sha256(data).hexdigest() in self.bytes_of or any(word in data for word in self.words):
            return True
        try:
            seen = looks_like(data)
        except (UnidentifiedImageError, OSError):
            return False
        return any((seen ^ look).bit_count() <= ALIKE for look in self.looks)


def looks_like(data: bytes) -> int:
    """A hash of what a picture looks like, eight by eight: whether each place is lighter than the next."""
    with Image.open(io.BytesIO(data)) as picture:
        small = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = [small[row * 9 + column] > small[row * 9 + column + 1] for row in range(8) for column in range(8)]
    return sum(bit << place for place, bit in enumerate(bits))


def told(data: Path) -> dict[str, Any]:
    """Read in the demo's own data what is closed, and every address there is. In a process of its own."""
    command = [str(PYTHON), "-m", "bench.veil", "--tell"]
    env = {**os.environ, "SNOWDROP_DATA": str(data), "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    done = subprocess.run(command, cwd=HOUSE, env=env, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def tell() -> None:
    import django

    django.setup()
    from django.urls import URLPattern, URLResolver, get_resolver, reverse

    from snowdrop.host.demo import making
    from snowdrop.keepsakes.models import Photograph
    from snowdrop.memorials.models import Version
    from snowdrop.storage import originals, renditions
    from snowdrop.storage.sizes import SIZES
    from snowdrop.story.models import Moment

    memorial = making.found()
    assert memorial is not None
    photographs = Photograph.objects.filter(memorial=memorial).select_related("original")
    moments = Moment.objects.filter(memorial=memorial)
    ids = [*photographs.values_list("pk", flat=True), *moments.values_list("pk", flat=True)]

    def walk(patterns: list[Any], namespace: str, taken: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        found = []
        for one in patterns:
            takes = (*taken, *one.pattern.converters)
            if isinstance(one, URLResolver):
                found += walk(one.url_patterns, namespace + (f"{one.namespace}:" if one.namespace else ""), takes)
            elif isinstance(one, URLPattern):
                found.append((namespace + str(one.name), takes))
        return found

    given: dict[str, list[Any]] = {
        "slug": [memorial.slug],
        "size": list(SIZES),
        "sha256": list(photographs.values_list("original", flat=True).distinct()),
        "batch": [b for b in photographs.values_list("batch", flat=True).distinct() if b],
        "version": list(Version.objects.filter(keeping__in=ids).values_list("pk", flat=True)) or [1],
    }
    of_photographs, of_moments = (
        list(photographs.values_list("pk", flat=True)),
        list(moments.values_list("pk", flat=True)),
    )
    addresses = []
    for name, takes in walk(get_resolver().url_patterns, "", ()):
        given["id"] = of_photographs if name.startswith("keepsakes:") else of_moments if "story:" in name else ids
        combined: list[dict[str, Any]] = [{}]
        for taken in takes:
            combined = [{**one, taken: value} for one in combined for value in given.get(taken, [])]
        for kwargs in combined:
            try:
                addresses.append(reverse(name, kwargs=kwargs))
            except Exception:  # a key of another kind: no such address
                continue
    hidden: dict[str, list[str]] = {"files": [], "words": []}
    for one in photographs.filter(is_closed=True):
        hidden["files"].append(str(originals.path(one.original_id)))
        for size in SIZES:
            hidden["files"].append(str(renditions.path(one.original, one.turned, size)))
            if (avif := renditions.avif(one.original, one.turned, size)) is not None:
                hidden["files"].append(str(avif))
        hidden["words"] += [one.caption, one.alt, one.people, one.came_as, one.original.colour, one.original_id]
    for moment in moments.filter(is_closed=True):
        # Longer than what anybody would write by chance, and in the form in which a page says it.
        hidden["words"] += [moment.title, *re.findall(r"[^.“”’\n]{30,}", moment.text)]
    closed = [
        str(pk) for kind in (photographs, moments) for pk in kind.filter(is_closed=True).values_list("pk", flat=True)
    ]
    told = {"addresses": sorted(set(addresses)), **hidden, "closed": closed, "slug": memorial.slug}
    print(json.dumps(told))


def look(url: str, cookie: str) -> None:
    """Press "Look", as a browser does: with the token that stands in the form."""
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=30) as answer:
        page = answer.read().decode()
        given = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie") or []]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    cookies = "; ".join([cookie, *given])
    said = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], "do": "look"}).encode()
    origin = urllib.parse.urlsplit(url)
    headers = {"Cookie": cookies, "Origin": f"{origin.scheme}://{origin.netloc}", "Referer": url}
    with urllib.request.urlopen(urllib.request.Request(url, data=said, headers=headers), timeout=30):
        pass


def main() -> int:
    with Server() as server:
        people = server.people()
        here = told(server.data)
        files = [Path(path).read_bytes() for path in here["files"]]
        hidden = Hidden(
            {hashlib.sha256(file).hexdigest() for file in files},
            [looks_like(file) for file in files],
            [word.encode() for word in here["words"] if len(word) > 5],
        )
        hits, asked, after = [], 0, 0
        for role, cookie in people["cookies"].items():
            for address in here["addresses"]:
                status, data = get(server.url + address, cookie=cookie)
                asked += 1
                if status < 400 and hidden.are_in(data):
                    hits.append(f"{role} {address}")
            print(f"{role}: {asked} answers read", file=sys.stderr, flush=True)
        for line in hits:
            print(f"FOUND {line}", file=sys.stderr)
        for id in here["closed"]:
            cover = f"{server.url}/m/{here['slug']}/closed/{id}/"
            look(cover, people["cookies"]["family"])
            after += hidden.are_in(get(f"{cover}open/", cookie=people["cookies"]["family"])[1])
            file = f"{server.url}/m/{here['slug']}/photographs/{id}/480.jpg"
            after += hidden.are_in(get(file, cookie=people["cookies"]["family"])[1])
            after -= hidden.are_in(get(file, cookie=people["cookies"]["second_keeper"])[1])
    print(f"{asked} answers read, of {len(files)} files and {len(hidden.words)} texts")
    return report(
        "veil",
        {
            "closed_things_met": Figure(len(hits), None, must=0, aim=0, judged="ours"),
            "met_after_looking": Figure(after, None, must=3, aim=3, at_most=False, judged="ours"),
        },
    )


if __name__ == "__main__":
    if "--tell" in sys.argv[1:]:
        tell()
    else:
        sys.exit(main())
