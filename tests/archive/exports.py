"""Small exports of Instagram in each of its layouts, written as Meta writes them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

LAYOUTS = ("root-2019", "content-2022", "activity-content-2023", "media-2024", "labels-2026")
BEFORE = {
    "content-2022": "content/",
    "activity-content-2023": "your_instagram_activity/content/",
    "media-2024": "your_instagram_activity/media/",
    "labels-2026": "your_instagram_activity/media/",
}

MARCH = 1_709_575_331  # 4 March 2024, 18:02:11 UTC
DAY = 86_400

# When, which words, which pictures (their seeds).
POSTS: list[tuple[int, str, list[int]]] = [
    (MARCH + 2 * DAY, "Zo klein, zo geliefd 🕯️\n\n#étoile", [1, 2, 3]),
    (MARCH, 'Tiny feet, "huge" love ❤️', [4]),
    (MARCH - 400 * DAY, "", [5, 6]),
]
STORIES = [(MARCH + DAY, "19:00 🕯️", 7)]


def picture(seed: int) -> bytes:
    """A picture as Instagram keeps it: without Exif."""
    out = io.BytesIO()
    made = Image.new("RGB", (64, 48), (seed * 37 % 256, seed * 101 % 256, 90))
    made.putpixel((0, 0), (seed % 256, 0, 1))
    made.save(out, "JPEG", quality=95)
    return out.getvalue()


def uri(layout: str, seed: int, folder: str = "posts") -> str:
    if layout == "root-2019":
        return f"{'photos' if folder == 'posts' else folder}/202403/{seed}_n.jpg"
    return f"media/{folder}/202403/{seed}_n.jpg"


def files(
    layout: str,
    posts: Iterable[tuple[int, str, list[int]]] = tuple(POSTS),
    stories: Iterable[tuple[int, str, int]] = tuple(STORIES),
    *,
    user: str = "fern",
) -> dict[str, bytes]:
    """Return the files of an export by their names, the lists first."""
    posts, stories = list(posts), list(stories)
    lists = _oldest(posts, stories, user) if layout == "root-2019" else _later(layout, posts, stories, user)
    found = {name: as_meta_writes(content) for name, content in lists.items()}
    found |= {uri(layout, seed): picture(seed) for _at, _words, seeds in posts for seed in seeds}
    found |= {uri(layout, seed, "stories"): picture(seed) for _at, _words, seed in stories}
    return found


def _oldest(posts: list[tuple[int, str, list[int]]], stories: list[tuple[int, str, int]], user: str) -> dict[str, Any]:
    def entry(at: int, words: str, path: str) -> dict[str, str]:
        return {"caption": words, "taken_at": datetime.fromtimestamp(at, UTC).isoformat(), "path": path}

    photos = [entry(at, words, uri("root-2019", seed)) for at, words, seeds in posts for seed in seeds]
    shown = [entry(at, words, uri("root-2019", seed, "stories")) for at, words, seed in stories]
    return {
        "media.json": {"photos": photos, "stories": shown, "videos": [], "profile": []},
        "profile.json": {"username": user, "name": "Fern’s family 🌿"},
    }


def _later(
    layout: str, posts: list[tuple[int, str, list[int]]], stories: list[tuple[int, str, int]], user: str
) -> dict[str, Any]:
    before = BEFORE[layout]
    entries = [_post(layout, *post) for post in posts]
    shown = [
        {"uri": uri(layout, seed, "stories"), "creation_timestamp": at, "title": words} for at, words, seed in stories
    ]
    lists: dict[str, Any] = {f"{before}posts_1.json": entries, f"{before}stories.json": {"ig_stories": shown}}
    if layout == "labels-2026":
        lists[f"{before}posts_1.json"] = entries[:1]
        together = zip(posts, entries, strict=True)
        lists[f"{before}posts.json"] = [_labelled(at, words, entry["media"]) for (at, words, _s), entry in together]
        lists[f"{before}archived_posts.json"] = {"ig_archived_post_media": entries[-1:]}
    person = "account_information" if layout == "content-2022" else "personal_information/personal_information"
    lists[f"{person}/personal_information.json"] = {
        "profile_user": [{"string_map_data": {"Nom de profil": {"value": user}, "Name": {"value": "Fern’s family 🌿"}}}]
    }
    return lists


def _post(layout: str, at: int, words: str, seeds: list[int]) -> dict[str, Any]:
    """One picture has the words; of several, the post has."""
    alone = len(seeds) == 1
    media = [
        {
            "uri": uri(layout, seed),
            "creation_timestamp": at,
            "title": words if alone else "",
            "backup_uri": "https://x.invalid/",
        }
        for seed in seeds
    ]
    return {"media": media} if alone else {"media": media, "title": words, "creation_timestamp": at}


def _labelled(at: int, words: str, media: list[dict[str, Any]]) -> dict[str, Any]:
    owner = {"title": "Owner", "dict": [{"title": "", "dict": [{"label": "Username", "value": "fern"}]}]}
    values = [{"label": "Médias", "media": media}, {"label": "Légende", "value": words}, owner]
    return {"timestamp": at, "media": [], "label_values": values, "fbid": "17800000000000002"}


def as_meta_writes(content: Any) -> bytes:
    return json.dumps(_by_bytes(content), ensure_ascii=True, indent=2).encode("ascii")


def _by_bytes(content: Any) -> Any:
    """Make each byte of UTF-8 a character of its own, as Meta does."""
    if isinstance(content, str):
        return content.encode().decode("latin-1")
    if isinstance(content, list):
        return [_by_bytes(one) for one in content]
    if isinstance(content, dict):
        return {_by_bytes(key): _by_bytes(one) for key, one in content.items()}
    return content


def packed(path: Path, content: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as zipped:
        for name, data in content.items():
            zipped.writestr(name, data)
    return path
