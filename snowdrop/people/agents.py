"""A short name for a device, made of what its browser says of itself."""

from __future__ import annotations

# In this order: Edge also says Chrome, Chrome also says Safari, an iPhone also says Mac.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def short_name(agent: str) -> str:
    """Return such as "Firefox, Android"; "" for what we do not know. Names of makers are the same in every language."""
    said = agent[:1_000]
    found = [next((name for sign, name in signs if sign in said), "") for signs in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found))
