"""The share classes that a report's cover page lists, from its inline XBRL."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.domain.errors import InvalidIdentifier
from workbench.domain.facts.known_fact import report_kind
from workbench.domain.facts.share_classes import CLASS_AXIS, ListedClass
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Ticker
from workbench.parse.xbrl.inline_xbrl import InlineText

_SYMBOL, _TITLE = "TradingSymbol", "Security12bTitle"
_CLASS = re.compile(r"\bClass\s+([A-Z])\b")


def listed_classes(texts: Sequence[InlineText], filing: Filing) -> tuple[ListedClass, ...]:
    """Each ticker on the cover page of an annual or quarterly report whose class is known, in their order.

    The class is the member of the ticker's own context or, where one security alone is listed, the letter in its title
    (`Class B Common Stock`). Securities that have neither are left out, as are covers of other forms.
    """
    if not report_kind(filing.form):
        return ()
    cover = [text for text in texts if text.concept.taxonomy == "dei" and text.value]
    titles = {text.dimensions: text.value or "" for text in cover if text.concept.tag == _TITLE}
    results: dict[str, ListedClass] = {}
    for text in cover:
        if text.concept.tag != _SYMBOL:
            continue
        member = dict(text.dimensions).get(CLASS_AXIS) or _by_title(titles.get(text.dimensions, ""))
        symbol = _symbol(text.value or "")
        if member and symbol:
            results.setdefault(symbol, ListedClass(filing.accession.text, symbol, member, filing.filed_on))
    return tuple(results.values())


def _by_title(title: str) -> str | None:
    letter = _CLASS.search(title)
    return f"us-gaap:CommonClass{letter.group(1)}Member" if letter else None


def _symbol(text: str) -> str | None:
    try:
        return Ticker.parse(text).symbol
    except InvalidIdentifier:
        return None
