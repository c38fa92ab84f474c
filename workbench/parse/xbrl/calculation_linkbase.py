"""How a filing says its own figures add up: the calculation linkbase, alone or inside the filing's schema.

XBRL 2.1, 5.2.5.2; the arc role of Calculations 1.1 means the same for a reader of totals.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from lxml import etree

from workbench.domain.errors import MalformedDocument
from workbench.domain.statements.calculations import Calculation, Term

READER = "calculations/1"

_LINK = "{http://www.xbrl.org/2003/linkbase}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_SUMMATION = frozenset({"http://www.xbrl.org/2003/arcrole/summation-item", "https://xbrl.org/2023/arcrole/summation-item"})
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?")
_MOST_BYTES = 64 * 1024 * 1024  # the largest of those filed are a few megabytes


class _Arc(NamedTuple):
    priority: int
    is_prohibited: bool
    weight: Decimal
    order: Decimal


def parse_calculations(content: bytes) -> tuple[Calculation, ...]:
    """Every total with its terms in the filer's order, role by role; empty for a schema without calculations.

    An arc without a weight that is a number, or one that another prohibits, is left out; of several between the same two
    concepts that with the highest priority counts. Raises MalformedDocument for what is no XML.
    """
    if len(content) > _MOST_BYTES:
        raise MalformedDocument("the calculation linkbase is too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(content.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedDocument(f"the calculation linkbase is not well-formed: {error}") from None
    arcs: dict[str, dict[tuple[str, str], _Arc]] = {}
    for link in root.iter(f"{_LINK}calculationLink"):
        _read_link(link, arcs.setdefault(link.get(f"{_XLINK}role") or "", {}))
    return tuple(calculation for role, result in arcs.items() for calculation in _calculations(role, result))


def _read_link(link: etree._Element, arcs: dict[tuple[str, str], _Arc]) -> None:
    """Adds the arcs of one link to those of its role: several links of one role are one network."""
    concepts: dict[str | None, list[str]] = {}
    for place in link.iter(f"{_LINK}loc"):
        if (concept := _concept(place)) is not None:
            concepts.setdefault(place.get(f"{_XLINK}label"), []).append(concept)
    for element in link.iter(f"{_LINK}calculationArc"):
        if (arc := _arc(element)) is None:
            continue
        for total in concepts.get(element.get(f"{_XLINK}from"), ()):
            for term in concepts.get(element.get(f"{_XLINK}to"), ()):
                known = arcs.get((total, term))
                if total != term and (known is None or arc[:2] > known[:2]):
                    arcs[total, term] = arc


def _arc(element: etree._Element) -> _Arc | None:
    weight = (element.get("weight") or "").strip()
    if element.get(f"{_XLINK}arcrole") not in _SUMMATION or not _NUMBER.fullmatch(weight) or not Decimal(weight):
        return None
    order, priority = (element.get("order") or "1").strip(), (element.get("priority") or "0").strip()
    return _Arc(
        int(priority) if re.fullmatch(r"[+-]?\d{1,9}", priority) else 0,
        element.get("use") == "prohibited",
        Decimal(weight),
        Decimal(order) if _NUMBER.fullmatch(order) else Decimal(1),
    )


def _calculations(role: str, arcs: dict[tuple[str, str], _Arc]) -> list[Calculation]:
    terms: dict[str, list[tuple[Decimal, Term]]] = {}
    for (total, concept), arc in arcs.items():
        if not arc.is_prohibited:
            terms.setdefault(total, []).append((arc.order, Term(concept, arc.weight)))
    return [
        Calculation(role, total, tuple(term for _, term in sorted(result, key=lambda each: each[0])))
        for total, result in terms.items()
    ]


def _concept(place: etree._Element) -> str | None:
    """A locator points to an element's id in a schema, which is prefix, underscore and name (EDGAR Filer Manual, 6.7)."""
    prefix, _, name = (place.get(f"{_XLINK}href") or "").rpartition("#")[2].partition("_")
    return f"{prefix}:{name}" if prefix and name else None
