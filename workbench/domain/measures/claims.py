"""Claims that enterprise value adds to market value, where a line of the balance sheet alone does not prove them.

Preferred stock may stand at par value, far below what its holders are owed (SEC Regulation S-X, rule 5-02, shows par and
paid-in capital apart). Debt may stand on several lines, of which some can be parts of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal, is_same
from workbench.domain.statements.figures import Figures

_PAR = "us-gaap:PreferredStockParOrStatedValuePerShare"
_COUNTS = ("us-gaap:PreferredStockSharesOutstanding", "us-gaap:PreferredStockSharesIssued")
_LIQUIDATION = "us-gaap:PreferredStockLiquidationPreferenceValue"
_LIQUIDATION_PER_SHARE = "us-gaap:PreferredStockLiquidationPreference"
_WITH_PAID_IN = frozenset((
    "us-gaap:PreferredStockIncludingAdditionalPaidInCapitalNetOfDiscount",
    "us-gaap:PreferredStockIncludingAdditionalPaidInCapital",
))  # fmt: skip
# An amount further above par than this has paid-in capital in it; both are rounded.
_ABOVE_PAR = Decimal("1.05")

# Kinds of debt that stand beside another line of debt, or are a part of it.
_DEBT_PARTS = tuple(
    f"us-gaap:{tag}"
    for tag in (
        "ConvertibleDebtNoncurrent", "ConvertibleLongTermNotesPayable", "LongTermNotesPayable", "SeniorLongTermNotes",
        "SecuredLongTermDebt", "UnsecuredLongTermDebt", "LongTermLineOfCredit", "OtherLongTermDebtNoncurrent",
        "LinesOfCreditCurrent", "LoansPayableCurrent", "NotesAndLoansPayableCurrent", "ConvertibleNotesPayableCurrent",
        "ConvertibleDebtCurrent", "SeniorNotesCurrent", "SecuredDebtCurrent", "UnsecuredDebtCurrent",
    )
)  # fmt: skip
_DEBT_WHOLES = tuple(
    f"us-gaap:{tag}"
    for tag in (
        "LongTermDebt", "LongTermDebtAndCapitalLeaseObligationsIncludingCurrentMaturities",
        "DebtLongtermAndShorttermCombinedAmount", "DebtAndCapitalLeaseObligations",
    )
)  # fmt: skip

CLAIM_TAGS = frozenset((_PAR, *_COUNTS, _LIQUIDATION, _LIQUIDATION_PER_SHARE, *_DEBT_PARTS, *_DEBT_WHOLES))


def preferred_claim(figures: Figures, facts: FactTable, period: FiscalPeriod) -> ComputedFigure:
    """What preferred stock claims on the balance sheet of a period: its liquidation preference, else its carrying amount.

    Refused as `preferred_at_par` where shares are outstanding and the carrying amount may be their par value alone.
    """
    currency = figures.currency_at(period.end)

    def filed(concept: str, unit: str) -> KnownFact | None:
        return facts.find(concept, unit, None, period.end)

    carrying = figures.compute("preferred_stock", period)
    carrying = carrying._replace(formula=carrying.formula or "preferred_stock")
    counts = [fact for concept in _COUNTS if (fact := filed(concept, "shares")) is not None]
    preference = _preference(filed(_LIQUIDATION, currency), filed(_LIQUIDATION_PER_SHARE, f"{currency}/shares"), counts)
    if preference is not None:
        return preference
    if not carrying.value:
        is_outstanding = any(fact.value for fact in counts[:1])
        return ComputedFigure(None, Refusal.PREFERRED_AT_PAR) if is_outstanding else carrying
    if carrying.concepts & _WITH_PAID_IN:
        return carrying
    par = filed(_PAR, f"{currency}/shares")
    is_above = par is not None and bool(counts) and carrying.value > par.value * counts[0].value * _ABOVE_PAR
    return carrying if is_above else ComputedFigure(None, Refusal.PREFERRED_AT_PAR)


def _preference(whole: KnownFact | None, per_share: KnownFact | None, counts: list[KnownFact]) -> ComputedFigure | None:
    if whole is not None and whole.value > 0:
        return ComputedFigure(whole.value, formula="liquidation preference", facts=(whole,))
    if per_share is None or not counts or per_share.value <= 0 or counts[0].value <= 0:
        return None
    words = f"liquidation preference of {per_share.value:f} * {counts[0].value:,f} shares"
    return ComputedFigure(per_share.value * counts[0].value, formula=words, facts=(per_share, counts[0]))


def whole_debt(figures: Figures, facts: FactTable, period: FiscalPeriod) -> ComputedFigure:
    """The total debt of a period.

    Refused as `parts_without_total` where filings give a kind of debt beside the lines that were added up, of which it may be
    a part or not, and no total that agrees with them.
    """
    currency = figures.currency_at(period.end)
    debt = figures.compute("total_debt", period)
    if debt.value is None:
        return debt
    used = {(fact.concept, fact.value) for fact in debt.facts}
    beside = [fact for fact in _filed(facts, _DEBT_PARTS, currency, period.end) if (fact.concept, fact.value) not in used]
    long_term, current = (
        figures.compute(name, period).value or Decimal(0) for name in ("long_term_debt", "current_portion_of_long_term_debt")
    )
    wholes = [whole.value for whole in _filed(facts, _DEBT_WHOLES, currency, period.end)]
    sums = (debt.value, long_term, long_term + current)
    is_whole = any(is_same(each, whole, each, whole) for each in sums for whole in wholes)
    return debt if not beside or is_whole else ComputedFigure(None, Refusal.PARTS_WITHOUT_TOTAL)


def _filed(facts: FactTable, concepts: tuple[str, ...], currency: str, end: date) -> Iterator[KnownFact]:
    results = (facts.find(concept, currency, None, end) for concept in concepts)
    return (fact for fact in results if fact is not None and fact.value)
