"""Facts as filed, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import DecimalText, IsoDate, Page, PageFields, Schema
from workbench.analysis.company_json import CompanyAnswer, company_answer
from workbench.domain.facts.fact import Fact
from workbench.domain.identity import Company


class FiledFactAnswer(TypedDict, closed=True):
    """One value as one filing reported it; a restatement is a fact of its own. `period_start` is null for an instant."""

    concept: Annotated[str, Schema(description="XBRL concept, such as us-gaap:Assets.")]
    unit: str
    period_start: IsoDate | None
    period_end: IsoDate
    value: DecimalText
    dimensions: Annotated[
        dict[str, str], Schema(description="Members by their axis, both as qualified names; empty for the company as a whole.")
    ]
    accession: str
    form: str
    filed_on: IsoDate


class FiledFactPage(PageFields, closed=True):
    """Facts of one concept by period, then by day of filing."""

    company: CompanyAnswer
    facts: list[FiledFactAnswer]


def filed_fact_page(company: Company, facts: Iterable[Fact], page: Page) -> FiledFactPage:
    """Part of the facts of a concept, in the order given."""
    return {"company": company_answer(company), "facts": [_fact(fact) for fact in facts], **page}


def _fact(fact: Fact) -> FiledFactAnswer:
    return {
        "concept": str(fact.concept),
        "unit": fact.unit,
        "period_start": fact.period_start.isoformat() if fact.period_start else None,
        "period_end": fact.period_end.isoformat(),
        "value": f"{fact.value:f}",
        "dimensions": dict(fact.dimensions),
        "accession": fact.accession.text,
        "form": fact.form,
        "filed_on": fact.filed_on.isoformat(),
    }
