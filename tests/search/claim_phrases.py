"""Sentences in which figures are claimed, for the measured set of `test_verification_measured.py`.

Half of each list was written before the parser and none of it was changed to suit it.
"""

from __future__ import annotations

BEFORE = (
    "{company}'s {measure} was {value} in {period}.",
    "In {period}, {company} reported {measure} of {value}.",
    "{company} had {measure} of {value} in {period}.",
    "For {period}, {measure} of {company} amounted to {value}.",
    "{company} {measure} {period}: {value}",
    "Is it true that {company}'s {measure} came to {value} in {period}?",
    "{measure} at {company} stood at {value} for {period}",
    "According to its annual report, {company} posted {measure} of {value} in {period}.",
)
AFTER = (
    "{value} was {company}'s {measure} in {period}.",
    "I read that {company}'s {measure} totalled {value} for {period}",
    "{company} ({ticker}): {measure}, {period} = {value}",
    "Did {company} have {measure} of {value} for {period}?",
    "We believe that in {period} the {measure} of {company} was equal to {value}.",
    "{ticker} {period} {measure} {value}",
    "As its filing shows, {company} generated {value} in {measure} during {period}.",
    "{company} ended {period} with {measure} of {value}.",
)
QUESTIONS_BEFORE = (
    "What was {company}'s {measure} in {period}?",
    "How much {measure} did {company} have in {period}?",
)
QUESTIONS_AFTER = (
    "{measure} of {company} for {period}?",
    "Please show {ticker}'s {measure} for {period}",
)
GROWTH_BEFORE = (
    "{company}'s {measure} {moved} {change} in {period}.",
    "In {period}, {measure} of {company} {moved} by {change} year over year.",
    "{company}'s {measure} {moved} {change} to {value} in {period}.",
    "{company}'s {measure} {moved} to {value} in {period} from {earlier} a year earlier.",
)
GROWTH_AFTER = (
    "{measure} at {company} {moved} {change} compared with the year before, to {value}, in {period}",
    "{company} said its {measure} {moved} from {earlier} to {value} in {period}.",
    "{company}'s {measure} was {value} in {period}, {sense} {change} from the prior year.",
    "In {period} {company}'s {measure} {moved} to {value}, {sense} {change} on the year.",
)
ANNUAL_BEFORE = ("fiscal {year}", "FY{short}", "fiscal year {year}", "the fiscal year ended {end}")
ANNUAL_AFTER = ("FY {year}", "its {year} fiscal year", "the year ended {end_in_other_order}", "the full year {year} (fiscal)")
QUARTER_BEFORE = ("Q{quarter} {year}", "the {ordinal} quarter of fiscal {year}", "the quarter ended {end}")
QUARTER_AFTER = (
    "Q{quarter} FY{short}",
    "{quarter}Q{short}",
    "the three months ended {end}",
    "fiscal {year}'s {ordinal} quarter",
)
INSTANT_BEFORE = ("fiscal {year}", "FY{short}")
INSTANT_AFTER = ("the year that ended on {end}", "FY {year}")
TRAILING_BEFORE = ("the twelve months ended {end}", "TTM Q{quarter} {year}")
TRAILING_AFTER = ("the trailing twelve months to {end}", "the last twelve months through {end_in_other_order}")
MONEY_BEFORE = ("${billions:.1f} billion", "${millions:,.0f} million", "${billions:.2f}bn")
MONEY_AFTER = ("US${billions:.1f} billion", "{millions:,.0f} million dollars", "${full:,.0f}", "USD {billions:.3f}B")
PERCENT_BEFORE = ("{percent:.1f}%", "{percent:.1f} %", "{percent:.2f} percent")
PERCENT_AFTER = ("{percent:.1f} per cent", "{percent:.2f}%", "{percent:.1f} pct")
MOVED = {1: ("rose", "grew", "increased"), -1: ("fell", "declined", "decreased")}
SENSE = {1: "up", -1: "down"}
# Names of measures in sentences, the first of each written before the names that the parser knows.
MEASURES = {
    "revenue": ("revenue", "total revenues"),
    "cost_of_revenue": ("cost of sales", "cost of revenue"),
    "gross_profit": ("gross profit", "gross income"),
    "research_and_development": ("R&D expense", "research and development expenses"),
    "selling_general_administrative": ("SG&A", "selling, general and administrative expenses"),
    "operating_income": ("operating income", "operating profit"),
    "income_before_tax": ("pre-tax income", "income before taxes"),
    "income_tax": ("income tax expense", "provision for income taxes"),
    "net_income": ("net income", "net profit"),
    "eps_diluted": ("diluted EPS", "diluted earnings per share"),
    "eps_basic": ("basic EPS", "basic earnings per share"),
    "weighted_average_shares_diluted": ("diluted weighted-average shares", "diluted share count"),
    "cash_and_equivalents": ("cash and cash equivalents", "cash and equivalents"),
    "receivables": ("accounts receivable", "receivables"),
    "inventory": ("inventories", "inventory"),
    "current_assets": ("total current assets", "current assets"),
    "total_assets": ("total assets", "assets"),
    "accounts_payable": ("accounts payable", "trade payables"),
    "current_liabilities": ("current liabilities", "total current liabilities"),
    "long_term_debt": ("long-term debt", "long term debt"),
    "total_liabilities": ("total liabilities", "liabilities"),
    "stockholders_equity": ("shareholders' equity", "stockholders’ equity"),
    "operating_cash_flow": ("operating cash flow", "cash flow from operations"),
    "investing_cash_flow": ("investing cash flow", "cash flow from investing activities"),
    "financing_cash_flow": ("financing cash flow", "cash flow from financing activities"),
    "capital_expenditure": ("capital expenditures", "capex"),
    "share_repurchases": ("share repurchases", "stock buybacks"),
    "dividends_paid": ("dividends paid", "dividend payments"),
    "share_based_compensation": ("stock-based compensation", "share-based compensation"),
    "depreciation_amortization": ("depreciation and amortization", "D&A"),
    "free_cash_flow": ("free cash flow", "FCF"),
    "gross_margin": ("gross margin", "gross profit margin"),
    "operating_margin": ("operating margin", "operating profit margin"),
    "net_margin": ("net margin", "net profit margin"),
    "effective_tax_rate": ("effective tax rate", "tax rate"),
    "return_on_equity": ("return on equity", "ROE"),
    "return_on_assets": ("return on assets", "ROA"),
    "current_ratio": ("current ratio", "current ratio"),
    "quick_ratio": ("quick ratio", "acid-test ratio"),
    "debt_to_equity": ("debt-to-equity ratio", "debt to equity"),
    "inventory_days": ("days inventory outstanding", "inventory days"),
    "working_capital": ("working capital", "net working capital"),
    "revenue_growth": ("revenue growth", "sales growth"),
}
COMPANIES = {
    320193: (("Apple", "Apple Inc."), "AAPL"),
    1045810: (("NVIDIA", "Nvidia"), "NVDA"),
    80424: (("Procter & Gamble", "P&G"), "PG"),
}
