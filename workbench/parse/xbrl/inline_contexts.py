"""The contexts and units of an inline XBRL document, and the names it uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lxml import etree

from workbench.domain.facts.fact import Concept

INSTANCE = "http://www.xbrl.org/2003/instance"
_DIMENSIONS = "http://xbrl.org/2006/xbrldi"
# Taxonomies that everybody shares are named without their year, as the SEC's APIs do.
_SHARED = re.compile(
    r"https?://(?:fasb\.org/(?P<fasb>us-gaap|srt|us-types)|xbrl\.sec\.gov/(?P<sec>[a-z-]+)|"
    r"xbrl\.ifrs\.org/taxonomy/(?P<ifrs>))(?:/|\d|$)"
)
_RESERVED = frozenset({"us-gaap", "srt", "dei", "ifrs-full", "ecd", "cyd", "country", "invest"})
_LONGEST = 300  # characters of a typed member; the longest seen are a person's name and title


@dataclass(frozen=True, slots=True)
class Context:
    """What a fact is about: whose it is (a CIK's digits, or empty), when, and which part of the company.

    An instant has no `start`; `end` is None for a period without one. `dimensions` is in order of the axes.
    """

    entity: str
    start: date | None
    end: date | None
    dimensions: tuple[tuple[str, str], ...]


def qualified(text: str, names: Mapping[str | None, str]) -> Concept | None:
    """The concept that a qualified name means, its taxonomy named as everybody does; None for a prefix not declared.

    A company's own namespace keeps the document's prefix, unless it pretends to be a shared one.
    """
    prefix, _, local = text.strip().rpartition(":")
    namespace = names.get(prefix or None)
    if namespace is None or not local or not (local.isprintable() and prefix.isprintable()):
        return None
    shared = _SHARED.match(namespace)
    if shared:
        return Concept(shared.group("fasb") or shared.group("sec") or "ifrs-full", local)
    return None if prefix in _RESERVED or not prefix else Concept(prefix, local)


def read_contexts(root: etree._Element) -> dict[str, Context]:
    """Every context that can be read, by its id; one whose period or dimensions cannot is left out."""
    contexts = {}
    for element in root.iter(f"{{{INSTANCE}}}context"):
        context = _context(element)
        if context is not None and (name := element.get("id")):
            contexts[name] = context
    return contexts


def _context(element: etree._Element) -> Context | None:
    identifier = element.find(f"{{{INSTANCE}}}entity/{{{INSTANCE}}}identifier")
    period = element.find(f"{{{INSTANCE}}}period")
    if identifier is None or period is None:
        return None
    days = {etree.QName(day).localname: (day.text or "").strip() for day in period}
    try:
        start = _day(days["startDate"]) if "startDate" in days else None
        end = _last_day(days.get("instant") or days.get("endDate") or "") if "forever" not in days else None
    except ValueError:
        return None
    dimensions = _dimensions(element)
    if dimensions is None or (start is not None and end is not None and start > end):
        return None
    entity = (identifier.text or "").strip() if "cik" in (identifier.get("scheme") or "").lower() else ""
    # The SEC's APIs give what happened within a day as of that day, and a fact has one key wherever it comes from.
    return Context(entity, None if start == end else start, end, dimensions)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _last_day(text: str) -> date:
    """A day stands for its end (XBRL 2.1, 4.7.2), so that midnight at its start is the end of the day before."""
    midnight = text[10:].startswith("T00:00:00")
    return _day(text) - timedelta(days=1) if midnight else _day(text)


def _dimensions(context: etree._Element) -> tuple[tuple[str, str], ...] | None:
    results: dict[str, str] = {}
    for member in context.iter(f"{{{_DIMENSIONS}}}explicitMember", f"{{{_DIMENSIONS}}}typedMember"):
        names = member.nsmap
        axis = qualified(member.get("dimension") or "", names)
        if member.tag.endswith("explicitMember"):
            explicit = qualified(member.text or "", names)
            value = str(explicit) if explicit else ""
        else:
            value = " ".join("".join(map(str, member.itertext())).split())
        if axis is None or not value or len(value) > _LONGEST or not value.isprintable() or str(axis) in results:
            return None
        results[str(axis)] = value
    return tuple(sorted(results.items()))


def read_units(root: etree._Element) -> dict[str, str]:
    """Every unit by its id, spelled as the SEC's APIs do: `USD`, `shares`, `USD/shares`, `pure`."""
    units = {}
    for element in root.iter(f"{{{INSTANCE}}}unit"):
        divided = element.find(f"{{{INSTANCE}}}divide")
        if divided is None:
            spelled = _measures(element)
        else:
            parts = [divided.find(f"{{{INSTANCE}}}{part}") for part in ("unitNumerator", "unitDenominator")]
            sides = [_measures(part) if part is not None else "" for part in parts]
            spelled = "/".join(sides) if all(sides) else ""
        if spelled and spelled.isprintable() and (name := element.get("id")):
            units[name] = spelled
    return units


def _measures(element: etree._Element) -> str:
    measures = (measure.text or "" for measure in element.findall(f"{{{INSTANCE}}}measure"))
    return "*".join(measure.strip().rpartition(":")[2] for measure in measures)
