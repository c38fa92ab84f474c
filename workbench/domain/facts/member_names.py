"""Names of dimension members in words."""

from __future__ import annotations

import re

_COUNTRY = re.compile(r"country:[A-Z]{2}")
_WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[A-Z][a-z]+|[A-Z]|[a-z]+|\d+")
_SMALL_WORDS = re.compile(r"(?<= )(?:And|Of|The|Or|For|In|To|From|By)(?= )")


def in_words(member: str) -> str:
    """A member's name as words: `acme:HandAndPowerToolsMember` is `Hand and Power Tools`, `us-gaap:NonUsMember` `Non-US`."""
    name = member.rpartition(":")[2]
    if _COUNTRY.fullmatch(member) or not _WORDS.search(name):
        return name
    bare = name.removesuffix("Member") or name
    bare = re.sub("(?<=.)(?<!Non)Segment$", "", bare)
    words = _SMALL_WORDS.sub(lambda small: small[0].lower(), " ".join(_WORDS.findall(bare)))
    return re.sub(r"\bNon ", "Non-", re.sub(r"\bUs\b", "US", words))
