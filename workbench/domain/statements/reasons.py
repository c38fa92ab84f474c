"""The meaning of each code of refused figures and of checks, in words, for pages, terminal and reports."""

from __future__ import annotations

from collections.abc import Mapping

# Of a whole table rather than a figure: its columns end before the newest fiscal year.
OLDER_THAN_YEAR = "older_than_year"

REASONS: Mapping[str, str] = {
    "not_reported": "not reported for this period",
    "operand_missing": "cannot be computed: an operand is not reported",
    "operand_restated_apart": "cannot be computed: one operand was restated after another was last filed",
    "period_length_mismatch": "cannot be computed: the difference of the reported periods is no interim period",
    "not_subtractable": "not reported for the period; per-share figures and share counts cannot be derived by subtraction",
    "not_additive": "per-share figures and share counts of interim periods cannot be added up",
    "may_count_twice": "cannot be computed: two operands have the same value and may be the same item",
    "not_meaningful": "not meaningful: the denominator or the multiple is zero or negative",
    "quarters_disagree": "the quarters do not add up to the year",
    "issued_not_outstanding": "filed as shares outstanding, but it is the number of shares issued, including treasury shares",
    "restated_apart": "a later filing restated this column and does not repeat this line",
    "wrong_sign": "filed as a negative number, but this line cannot be negative",
    "contradicted": "does not agree with other totals that were filed",
    "parts_without_total": "filed in parts on several lines of the statement, without a total",
    "preferred_at_par": "preferred stock may be filed at its par value alone, without what its holders are owed",
    "too_rounded": "cannot be computed: the filed share counts are rounded too much",
    OLDER_THAN_YEAR: "no such period was reported since: the newest fiscal year ends later",
    "not_listed": "no share class is listed",
    "no_price": "no closing price is stored up to that day",
    "stale_price": "the last closing price is more than a week old",
    "price_basis_unknown": "the source does not say whether its closing prices are adjusted for splits",
    "share_basis_unknown": "a stock split may lie between the share count and the closing price",
    "no_share_count": "no number of shares outstanding was filed",
    "stale_share_count": "the share count is too old: a newer report is overdue",
    "share_count_unconfirmed": "no other filed figure confirms the share count",
    "share_count_contradicted": "the share count does not agree with earnings per share and average shares",
    "several_share_classes": "shares are counted by class, and the closing price is that of one class only",
    "depositary_ratio_unknown": "depositary receipts are listed, and filings do not give the shares for each receipt",
    "traded_unit_unknown": "no cover page was read that says whether a share, a depositary receipt or a unit is listed",
    "public_float_contradicts": "the public float on the cover page contradicts the share count times the closing price",
    "currency_mismatch": "the figures are in different currencies, or not in the currency of the price",
    "stale_figures": "the last figures are too old: a newer report is overdue",
    "not_for_industry": "not meaningful for companies of this industry",
    "scale_error": "filed in a different scale than the related figures (for example millions as units)",
}

# What is true when a check of `workbench.domain.measures.checks` passes (CHECKS) and when it fails (FAULTS).
CHECKS: Mapping[str, str] = {
    "balance_sheet_balances": "Balance sheet balances",
    "gross_profit_is_revenue_less_cost": "Gross profit is revenue less cost of revenue",
    "net_income_and_its_parts": "Net income and its parts add up",
    "cash_roll_forward": "Cash rolls forward",
    "year_is_sum_of_quarters": "Year is the sum of its quarters",
    "figures_have_their_sign": "Figures have plausible signs",
    "figures_have_their_scale": "Figures have the scale of the periods around them",
    "calculations_add_up": "Totals agree with the filings' calculation linkbases",
}
FAULTS: Mapping[str, str] = {
    "balance_sheet_balances": "Balance sheet does not balance",
    "gross_profit_is_revenue_less_cost": "Gross profit is not revenue less cost of revenue",
    "net_income_and_its_parts": "Net income and its parts do not add up",
    "cash_roll_forward": "Cash does not roll forward",
    "year_is_sum_of_quarters": "Year is not the sum of its quarters",
    "figures_have_their_sign": "A figure has the wrong sign",
    "figures_have_their_scale": "A figure is out of scale",
    "calculations_add_up": "A total does not agree with the filing's calculation linkbase",
}


def why_stale(newer_year_end: str) -> str:
    """A sentence on columns that are older than the newest fiscal year, with the last day of that year."""
    return f"Not the newest figures: {REASONS[OLDER_THAN_YEAR]} ({newer_year_end})."


def why_not(code: str | None) -> str:
    """The text of a reason code; for a code that only older versions used (in saved report runs), the code as a phrase."""
    return REASONS.get(code or "", (code or "").replace("_", " "))
