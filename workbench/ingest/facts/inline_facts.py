"""The facts that a filing's own document marks: loaded with their dimensions, and where each is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from db.engine import Connection
from db.facts.elements import save_elements
from db.facts.loading import load_facts
from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import Filing
from workbench.domain.measures.provenance import PlacedFact
from workbench.domain.measures.segments import AXES
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.validation import fitting_facts
from workbench.parse.xbrl.fact_spans import place
from workbench.parse.xbrl.inline_xbrl import READER, InlineFact, parse_inline_xbrl


@dataclass(frozen=True, slots=True)
class InlineReport:
    """What reading a document's inline XBRL saved: facts that were not there, elements; what was dropped, by reason.

    `members` are those by which it divides the company, and `schema` the file that, with those beside it, names them.
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
    """Loads the facts of one indexed document in the caller's transaction, with where each stands in its text.

    Facts that companyfacts brought have the same natural key and are not doubled. A document without inline XBRL, or with one
    that cannot be read, is noted as such; its text is none the worse. Doing it again changes nothing.
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
    elements = save_elements(connection, document_id, placed, sha256=sha256, reader=READER, outcome="read")
    return InlineReport(new, elements, dict(+dropped), inline.schema, _dividing(placed))


def _dividing(placed: list[PlacedFact]) -> frozenset[Concept]:
    names = {member for fact in placed for axis, member in fact.dimensions if axis in AXES and member.count(":") == 1}
    return frozenset(Concept(*name.split(":")) for name in names)


def _is_of(fact: InlineFact, filing: Filing) -> bool:
    """A filing of several companies may hold facts of each; those without a CIK are the filer's."""
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
