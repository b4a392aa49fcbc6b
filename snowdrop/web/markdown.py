"""What people wrote, as HTML: a little Markdown, and nothing that could do harm.

Most people do not know that they write Markdown. So what would change or swallow an ordinary letter stays as it
was typed: indented lines, a line of dashes beneath a sentence, the star before a day of birth, HTML.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

# Above the text stand the page's name (h1) and the title of what was written (h2).
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
_TAGS = {"a", "blockquote", "br", "em", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul"}
_LINKS = {"http", "https", "mailto"}

# A line break is a line break: letters and poems are not reflowed.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    [
        "code",  # four spaces before a line, as in a poem
        "fence",
        "backticks",
        "lheading",  # a line of dashes beneath a sentence
        "html_block",
        "html_inline",
        "reference",  # "[Sam]: came at noon" would vanish
        "entity",
    ]
)

# "* 3 May 2020" and "+ 9 May 2020", the way days are written on stone in half of Europe, are no list.
_BORN = re.compile(r"^( {0,3})([*+])(?=[ \t]*\d)", re.MULTILINE)


def to_html(text: str) -> SafeString:
    """Return `text` as HTML of a few plain tags, safe to stand on a page. Its headings begin at h3."""
    tokens = _markdown.parse(_BORN.sub(r"\1\\\2", text))
    _lower_headings(tokens)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return mark_safe(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes=_LINKS,
            url_relative="deny",
            link_rel="nofollow ugc noopener noreferrer",
        ).rstrip("\n")
    )


def to_text(text: str) -> str:
    """Return the words of `text` alone, a line for each of its lines: for lists, where no mark has a meaning."""
    inline = (token for token in _markdown.parse(_BORN.sub(r"\1\\\2", text)) if token.type == "inline")
    return "\n".join("".join(_words(part) for part in token.children or []) for token in inline)


def _words(token: Token) -> str:
    if token.type == "image":
        return _words_of_image(token)
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content


def _words_of_image(token: Token) -> str:
    """What stands for a picture from elsewhere, which would tell a stranger who reads here: its words."""
    said = "".join(_words(part) for part in token.children or [])
    return said or str(token.attrGet("src") or "")


def _render_image(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    return escapeHtml(_words_of_image(tokens[index]))


_markdown.add_render_rule("image", _render_image)


def _lower_headings(tokens: list[Token]) -> None:
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
