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
    "wrong_sign": "filed with a sign that this line cannot have, or that its totals contradict",
    "contradicted": "does not agree with other totals that were filed",
    "parts_without_total": "filed in parts on several lines of the statement, without a total",
    "preferred_at_par": "preferred stock may be filed at its par value alone, without what its holders are owed",
    "too_rounded": "cannot be computed: the filed share counts are rounded too much",
    OLDER_THAN_YEAR: "no such period was reported since: the newest fiscal year ends later",
    "not_listed": "no share class is listed",
    "no_price": "no closing price is stored up to that day",
    "stale_price": "the last closing price is more than a week old",
    "price_basis_unknown": "the source does not say whether its closing prices are adjusted for splits",
    "share_basis_unknown": "a stock split may lie between the share count and the closing price, or between two closes",
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
    "gross_profit_is_revenue_less_cost": "Gross profit is revenue less cost of revenue",
    "operating_income_and_its_parts": "Operating income follows from revenue and expenses",
    "income_before_tax_and_its_parts": "Income before tax follows from operating income",
    "net_interest_income_and_its_parts": "Net interest income is interest income less interest expense",
    "revenue_and_its_parts": "Revenue is net interest income and noninterest income",
    "income_after_tax": "Income before tax less tax is income from continuing operations",
    "continuing_and_discontinued_operations": "Continuing and discontinued operations add up to net income",
    "net_income_and_its_parts": "Net income and its parts add up",
    "net_income_to_common_and_its_parts": "Net income less preferred dividends is net income to common shareholders",
    "balance_sheet_balances": "Balance sheet balances",
    "assets_are_liabilities_and_equity": "Total assets are total liabilities and equity",
    "current_and_noncurrent_assets_add_up": "Current and noncurrent assets add up",
    "current_and_noncurrent_liabilities_add_up": "Current and noncurrent liabilities add up",
    "equity_and_its_parts": "Total equity is shareholders' equity and noncontrolling interest",
    "shareholders_equity_and_its_parts": "Shareholders' equity is the sum of its parts",
    "long_term_debt_and_its_parts": "Long-term debt and its current portion add up",
    "depreciation_and_amortization_add_up": "Depreciation and amortization add up",
    "change_in_cash_and_its_parts": "The change in cash is the sum of the cash flows",
    "cash_roll_forward": "Cash rolls forward",
    "earnings_per_share_times_shares": "Earnings per share times shares are the earnings",
    "interest_on_debt": "A company with debt has interest expense",
    "net_income_of_both_statements": "The cash flow statement begins with a net income of the income statement",
    "cash_of_both_statements": "Cash of the balance sheet is the closing cash of the cash flow statement",
    "year_is_sum_of_quarters": "Year is the sum of its quarters",
    "figures_have_their_sign": "Figures have plausible signs",
    "figures_have_their_scale": "Figures have the scale of the periods around them",
    "calculations_add_up": "Totals agree with the filings' calculation linkbases",
}
FAULTS: Mapping[str, str] = {
    "gross_profit_is_revenue_less_cost": "Gross profit is not revenue less cost of revenue",
    "operating_income_and_its_parts": "Operating income does not follow from revenue and expenses",
    "income_before_tax_and_its_parts": "Income before tax does not follow from operating income",
    "net_interest_income_and_its_parts": "Net interest income is not interest income less interest expense",
    "revenue_and_its_parts": "Revenue is not net interest income and noninterest income",
    "income_after_tax": "Income before tax less tax is not income from continuing operations",
    "continuing_and_discontinued_operations": "Continuing and discontinued operations do not add up to net income",
    "net_income_and_its_parts": "Net income and its parts do not add up",
    "net_income_to_common_and_its_parts": "Net income less preferred dividends is not net income to common shareholders",
    "balance_sheet_balances": "Balance sheet does not balance",
    "assets_are_liabilities_and_equity": "Total assets are not total liabilities and equity",
    "current_and_noncurrent_assets_add_up": "Current and noncurrent assets do not add up",
    "current_and_noncurrent_liabilities_add_up": "Current and noncurrent liabilities do not add up",
    "equity_and_its_parts": "Total equity is not shareholders' equity and noncontrolling interest",
    "shareholders_equity_and_its_parts": "Shareholders' equity is not the sum of its parts",
    "long_term_debt_and_its_parts": "Long-term debt and its current portion do not add up",
    "depreciation_and_amortization_add_up": "Depreciation and amortization do not add up",
    "change_in_cash_and_its_parts": "The change in cash is not the sum of the cash flows",
    "cash_roll_forward": "Cash does not roll forward",
    "earnings_per_share_times_shares": "Earnings per share times shares are not the earnings",
    "interest_on_debt": "Interest expense is not above zero beside debt",
    "net_income_of_both_statements": "The cash flow statement begins with another net income than the income statement's",
    "cash_of_both_statements": "Cash of the balance sheet is not the closing cash of the cash flow statement",
    "year_is_sum_of_quarters": "Year is not the sum of its quarters",
    "figures_have_their_sign": "A figure has the wrong sign",
    "figures_have_their_scale": "A figure is out of scale",
    "calculations_add_up": "A total does not agree with the filing's calculation linkbase",
}
# The identities of `workbench.domain.measures.audit`.
IDENTITIES: Mapping[str, str] = {
    **CHECKS,
    "twelve_months_are_the_year": "Twelve months to a year end are the year",
    "figures_have_their_sign": "Figures that cannot be negative are not",
    "segments_add_up": "Segments add up to the total",
}


def why_stale(newer_year_end: str) -> str:
    """A sentence on columns that are older than the newest fiscal year, with the last day of that year."""
    return f"Not the newest figures: {REASONS[OLDER_THAN_YEAR]} ({newer_year_end})."


def why_not(code: str | None) -> str:
    """The text of a reason code; for a code that only older versions used (in saved report runs), the code as a phrase."""
    return REASONS.get(code or "", (code or "").replace("_", " "))
