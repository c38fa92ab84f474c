"""The fiscal years that filings state for their own periods, beside the facts they report."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from workbench.domain.facts.fact import Fact
from workbench.domain.facts.fiscal_years import StatedYear, months_left
from workbench.domain.facts.known_fact import ANNUAL, report_kind
from workbench.domain.facts.periods import own_period_end
from workbench.domain.filings.filing import Filing
from workbench.parse.xbrl.inline_xbrl import InlineText

# A report on a transition period, between an old and a new year end, belongs to no fiscal year.
_TRANSITION = ("10-KT", "10-QT")
_YEAR_FOCUS, _PERIOD_FOCUS = "DocumentFiscalYearFocus", "DocumentFiscalPeriodFocus"
_YEAR = re.compile(r"(?:19|20)\d\d")

# Accession, fiscal year and period (`FY`, `Q1`) that it is given, to the number of facts that say so.
Labels = Mapping[tuple[str, object, object], int]


def years_of_facts(facts: Sequence[Fact], labels: Labels) -> tuple[StatedYear, ...]:
    """What the annual and quarterly reports in a companyfacts document state, from its facts and their `fy` and `fp`.

    Every fact of a filing carries the labels of the filing; were they to differ, most facts decide. Reports without a
    label, or without a period of their own, are left out.
    """
    stated = _most_common(labels)
    # Comprehensions, as a company has tens of thousands of facts.
    counted = Counter([
        (fact.accession.text, fact.period_start, fact.period_end) for fact in facts if fact.period_start is not None
    ])  # fmt: skip
    reports = {fact.accession.text: (fact.form, fact.filed_on) for fact in facts if fact.period_start is not None}
    spans: defaultdict[str, Counter[tuple[date, date]]] = defaultdict(Counter)
    for (accession, start, last), count in counted.items():
        if start is not None:
            spans[accession][start, last] = count
    results = []
    for accession, (form, filed_on) in sorted(reports.items()):
        if accession in stated and _has_own_year(form):
            is_annual = report_kind(form) == ANNUAL
            year, period = stated[accession]
            end = own_period_end(spans[accession], filed_on, is_annual=is_annual)
            left = months_left(period, is_annual=is_annual)
            if end is not None and left is not None:
                results.append(StatedYear(accession, end, year, left, filed_on))
    return tuple(results)


def year_of_document(texts: Sequence[InlineText], filing: Filing) -> StatedYear | None:
    """What a report states on its cover in inline XBRL; None for other documents, and for a cover without a label."""
    cover = {
        text.concept.tag: text
        for text in reversed(texts)
        if text.concept.taxonomy == "dei" and not text.dimensions and text.value is not None
    }
    year, period = cover.get(_YEAR_FOCUS), cover.get(_PERIOD_FOCUS)
    if year is None or year.value is None or not _YEAR.fullmatch(year.value.strip()) or not _has_own_year(filing.form):
        return None
    if year.period_end is None or year.period_end > filing.filed_on:
        return None
    code = (period.value or "").strip() if period is not None else ""
    left = months_left(code, is_annual=report_kind(filing.form) == ANNUAL)
    if left is None:
        return None
    return StatedYear(filing.accession.text, year.period_end, int(year.value), left, filing.filed_on)


def _has_own_year(form: str) -> bool:
    return bool(report_kind(form)) and not form.startswith(_TRANSITION)


def _most_common(labels: Labels) -> dict[str, tuple[int, str]]:
    results: dict[str, tuple[int, int, str]] = {}
    for (accession, year, period), facts in labels.items():
        if type(year) is int and type(period) is str:
            results[accession] = max(results.get(accession, (0, 0, "")), (facts, year, period))
    return {accession: (year, period) for accession, (_, year, period) in results.items()}
