"""What the codes of refused figures and of checks mean, in words: one table each for pages, terminal and reports."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "not_reported": "not reported for this period",
    "operand_missing": "cannot be computed: an operand is not reported",
    "operand_restated_apart": "cannot be computed: one operand was restated after another was last filed",
    "period_length_mismatch": "cannot be computed: the periods do not leave a quarter",
    "not_subtractable": "not reported for the quarter, and per-share figures and share counts are never subtracted",
    "not_additive": "per-share figures and share counts of quarters are never added up",
    "may_count_twice": "cannot be computed: two operands have the same figure and may be one thing",
    "not_meaningful": "the denominator, or the value of a multiple, is nothing or negative",
    "quarters_disagree": "the quarters are not those of the year: their sum is another",
    "issued_not_outstanding": "filed as outstanding, but it is the number of shares issued, some of them in the treasury",
    "restated_apart": "a later filing restated this column and does not repeat this line",
    "wrong_sign": "filed as a negative number, which this line cannot be",
    "contradicted": "does not lead to the other totals that were filed",
    "parts_without_total": "filed on several lines of the statement, and no total of them was filed",
    "too_rounded": "the counts it would follow from are rounded too much",
    "not_listed": "no share class is listed",
    "no_price": "no close is stored up to that day",
    "stale_price": "the last close is more than a week older",
    "price_basis_unknown": "the source does not say whether its closes are as traded",
    "share_basis_unknown": "a split may lie between the share count and the close",
    "no_share_count": "no count of the shares outstanding was filed",
    "stale_share_count": "the share count is older than a report may be",
    "share_count_unconfirmed": "nothing else that was filed confirms the share count",
    "share_count_contradicted": "the share count is another than earnings per share and average shares imply",
    "several_share_classes": "the shares are counted by class, and a close is the price of one of them",
    "depositary_ratio_unknown": "depositary receipts are listed, and how many shares each stands for is no filed figure",
    "currency_mismatch": "the figures are in different currencies, or in another one than the price",
    "stale_figures": "the last figures are older than reports may be",
    "not_for_industry": "says nothing of companies of this industry",
    "scale_error": "filed in another scale than the figures it belongs to",
}

# What holds where a check of `workbench.domain.measures.checks` passes, and what does not where it fails.
CHECKS: Mapping[str, str] = {
    "balance_sheet_balances": "Balance sheet balances",
    "gross_profit_is_revenue_less_cost": "Gross profit is revenue less its cost",
    "net_income_and_its_parts": "Net income and its parts add up",
    "cash_roll_forward": "Cash rolls forward",
    "year_is_sum_of_quarters": "Year is the sum of its quarters",
    "figures_have_their_sign": "Figures have the sign they must have",
    "figures_have_their_scale": "Figures have the scale of their neighbours",
    "calculations_add_up": "Totals are what the filings' own calculations make of them",
}
FAULTS: Mapping[str, str] = {
    "balance_sheet_balances": "Balance sheet does not balance",
    "gross_profit_is_revenue_less_cost": "Gross profit is not revenue less its cost",
    "net_income_and_its_parts": "Net income and its parts do not add up",
    "cash_roll_forward": "Cash does not roll forward",
    "year_is_sum_of_quarters": "Year is not the sum of its quarters",
    "figures_have_their_sign": "A figure has the wrong sign",
    "figures_have_their_scale": "A figure is out of scale",
    "calculations_add_up": "A total is not what the filing's own calculation makes of it",
}


def why_not(code: str | None) -> str:
    """The words of a reason; of one that only an older version gave (kept runs of reports), the code as a phrase."""
    return REASONS.get(code or "", (code or "").replace("_", " "))
