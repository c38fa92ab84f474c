"""What a document calls itself, where its format has a place for that."""

from __future__ import annotations

import re
from html import unescape

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.decoding import decode

_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
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
    title = " ".join(unescape(re.sub(r"<[^>]*>", " ", match[1])).split()) if match else ""
    title = "".join(character for character in title if character.isprintable())
    return title if len(title) <= _LONGEST and len(re.findall(r"[^\W\d_]{2,}", title)) >= _FEWEST_WORDS else None
