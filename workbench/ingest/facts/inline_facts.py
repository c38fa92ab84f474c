"""Inline XBRL facts of a filing's document: loaded with their dimensions and their position in the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from db.engine import Connection
from db.facts.elements import save_elements
from db.facts.fiscal_years import save_stated_years
from db.facts.loading import load_facts
from db.facts.share_classes import save_listed_classes
from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import Filing
from workbench.domain.measures.provenance import PlacedFact
from workbench.domain.measures.segments import AXES
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.validation import fitting_facts
from workbench.parse.xbrl.fact_spans import place
from workbench.parse.xbrl.inline_xbrl import READER, InlineFact, parse_inline_xbrl
from workbench.parse.xbrl.share_classes import listed_classes
from workbench.parse.xbrl.stated_years import year_of_document


@dataclass(frozen=True, slots=True)
class InlineReport:
    """The result of loading a document's inline XBRL: new facts, saved elements, and dropped ones by reason.

    `members` are its segment, region and product members; `schema` is the file that, with its linkbases, labels them.
    """

    facts: int
    elements: int
    dropped: Mapping[str, int]
    schema: str | None = None
    members: frozenset[Concept] = frozenset()


def load_inline_facts(
    connection: Connection,
    *,
    content: bytes,
    sha256: str,
    document_id: int,
    extracted: ExtractedText,
    filing: Filing,
) -> InlineReport:
    """Loads the facts of one indexed document in the caller's transaction, with their position in its text.

    Facts from companyfacts have the same natural key and are not duplicated. A document without inline XBRL, or with
    unreadable inline XBRL, is recorded as such; its text is not affected. Repeating it changes nothing.
    """
    try:
        inline = parse_inline_xbrl(content)
    except MalformedDocument as malformed:
        save_elements(connection, document_id, [], sha256=sha256, reader=READER, outcome="unreadable")
        return InlineReport(0, 0, {malformed.message.partition(":")[0]: 1})
    if inline is None:
        save_elements(connection, document_id, [], sha256=sha256, reader=READER, outcome="none")
        return InlineReport(0, 0, {})
    dropped = Counter(inline.dropped)
    own = tuple(fact for fact in inline.facts if _is_of(fact, filing))
    dropped["fact of another company"] += len(inline.facts) - len(own)
    placed = list(place(own, extracted))
    facts, refused = fitting_facts([_fact(each, each.value, filing) for each in placed if each.value is not None])
    dropped += refused
    new = load_facts(connection, filing.cik, facts)
    save_listed_classes(connection, filing.cik, listed_classes(inline.texts, filing))
    stated = year_of_document(inline.texts, filing)
    save_stated_years(connection, filing.cik, [stated] if stated else [], is_from_document=True)
    elements = save_elements(connection, document_id, placed, sha256=sha256, reader=READER, outcome="read")
    return InlineReport(new, elements, dict(+dropped), inline.schema, _dividing(placed))


def _dividing(placed: list[PlacedFact]) -> frozenset[Concept]:
    names = {member for fact in placed for axis, member in fact.dimensions if axis in AXES and member.count(":") == 1}
    return frozenset(Concept(*name.split(":")) for name in names)


def _is_of(fact: InlineFact, filing: Filing) -> bool:
    """Whether the fact is the filer's; a joint filing has facts of several companies. Facts without a CIK are the filer's."""
    return not fact.entity or fact.entity.lstrip("0") == str(filing.cik)


def _fact(placed: PlacedFact, value: Decimal, filing: Filing) -> Fact:
    return Fact(
        filing.cik,
        placed.concept,
        placed.unit,
        placed.period_start,
        placed.period_end,
        value,
        filing.accession,
        filing.form,
        filing.filed_on,
        placed.dimensions,
    )
