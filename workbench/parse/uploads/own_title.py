"""What a document calls itself, where its format has a place for that."""

from __future__ import annotations

import re
from html import unescape

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.decoding import decode

_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
# What programs put there by themselves.
_OF_A_PROGRAM = re.compile(
    r"(?:microsoft )?(?:power ?point|office|word|excel)(?: (?:presentation|document|theme))?|(?:presentation|document) title"
    r"|title of (?:the )?(?:presentation|document)|click to (?:add|edit)\b.*"
    r"|(?:untitled|new) \w+|(?:slide|book|document) ?\d+",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^microsoft (?:word|excel|powerpoint) - ", re.IGNORECASE)
_LOOKED_AT = 200_000
_FEWEST_WORDS = 2
_LONGEST = 200


def html_title(content: bytes) -> str | None:
    """The title of an HTML document as one line; None for none, or for one that is a single word, such as a file's name."""
    try:
        head = decode(content)[:_LOOKED_AT]
    except MalformedDocument:
        return None
    match = _TITLE.search(head)
    return usable_title(unescape(re.sub(r"<[^>]*>", " ", match[1]))) if match else None


def usable_title(text: str | None) -> str | None:
    """A title as one printable line; None for one of a single word, a very long one, and what programs write there."""
    title = _BEFORE.sub("", " ".join((text or "").split()))
    title = "".join(character for character in title if character.isprintable())
    if len(title) > _LONGEST or len(re.findall(r"[^\W\d_]{2,}", title)) < _FEWEST_WORDS or _OF_A_PROGRAM.fullmatch(title):
        return None
    return title
