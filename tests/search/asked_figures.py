"""Questions for figures as people write them, and questions that are none for a figure of the statements."""

from __future__ import annotations

from typing import NamedTuple


class Asked(NamedTuple):
    """A question, and the figures that answer it: each of a company, a line or ratio, a kind of period and its last day."""

    question: str
    figures: tuple[tuple[str, str, str, str], ...]


# Written before the reader of questions was, but for the last six.
ANSWERED = (
    Asked("What was Nike's net margin in fiscal 2023?", (("NKE", "net_margin", "annual", "2023-05-31"),)),
    Asked("what was apple inc's gross margin in FY2022", (("AAPL", "gross_margin", "annual", "2022-09-24"),)),
    Asked("NVIDIA diluted EPS for fiscal year 2023", (("NVDA", "eps_diluted", "annual", "2023-01-29"),)),
    Asked("How much revenue did Walmart report in fiscal 2023?", (("WMT", "revenue", "annual", "2023-01-31"),)),
    Asked("P&G SG&A 2022", (("PG", "selling_general_administrative", "annual", "2022-06-30"),)),
    Asked("Procter & Gamble's effective tax rate for FY 2023?", (("PG", "effective_tax_rate", "annual", "2023-06-30"),)),
    Asked("Google's total assets at the end of fiscal 2022", (("GOOGL", "total_assets", "annual", "2022-12-31"),)),
    Asked("Calculate the quick ratio of Kimberly-Clark for fiscal 2022", (("KMB", "quick_ratio", "annual", "2022-12-31"),)),
    Asked("WMT days payable outstanding FY22", (("WMT", "payable_days", "annual", "2022-01-31"),)),
    Asked("Costco revenue Q2 2024", (("COST", "revenue", "quarterly", "2024-02-18"),)),
    Asked(
        "Costco's operating income in the second quarter of fiscal 2023",
        (("COST", "operating_income", "quarterly", "2023-02-12"),),
    ),
    Asked("What did Apple report as diluted EPS in Q1 2023?", (("AAPL", "eps_diluted", "quarterly", "2022-12-31"),)),
    Asked("Nvidia revenue, quarter ended October 30, 2022", (("NVDA", "revenue", "quarterly", "2022-10-30"),)),
    Asked("McDonald's net income in Q4 2022", (("MCD", "net_income", "quarterly", "2022-12-31"),)),
    Asked("MCD free cash flow for the year ended December 31, 2022", (("MCD", "free_cash_flow", "annual", "2022-12-31"),)),
    Asked("McDonald's TTM revenue to September 30, 2022", (("MCD", "revenue", "ttm", "2022-09-30"),)),
    Asked("TTM net income of Amphenol, Q2 2022", (("APH", "net_income", "ttm", "2022-06-30"),)),
    Asked(
        "Amphenol's twelve months ended June 30, 2022 operating cash flow",
        (("APH", "operating_cash_flow", "ttm", "2022-06-30"),),
    ),
    Asked("Disney's goodwill at October 1, 2022", (("DIS", "goodwill", "annual", "2022-10-01"),)),
    Asked("Please give me the current ratio of Nike for fiscal 2022.", (("NKE", "current_ratio", "annual", "2022-05-31"),)),
    Asked(
        "What's Snowflake's R&D spending in FY2023, in millions?",
        (("SNOW", "research_and_development", "annual", "2023-01-31"),),
    ),
    Asked("snowflake net loss fiscal 2022", (("SNOW", "net_income", "annual", "2022-01-31"),)),
    Asked(
        "HOW MUCH CASH AND CASH EQUIVALENTS DID NIKE HAVE IN FISCAL 2021?",
        (("NKE", "cash_and_equivalents", "annual", "2021-05-31"),),
    ),
    Asked(
        "Was Under Armour's inventory in fiscal 2023 higher than Nike's?",
        (("UAA", "inventory", "annual", "2023-03-31"), ("NKE", "inventory", "annual", "2023-05-31")),
    ),
    Asked(
        "Compare Apple's and Nvidia's gross profit margin in fiscal 2023",
        (("AAPL", "gross_margin", "annual", "2023-09-30"), ("NVDA", "gross_margin", "annual", "2023-01-29")),
    ),
    Asked(
        "Which had the higher return on equity in fiscal 2022, Walmart or Costco?",
        (("WMT", "return_on_equity", "annual", "2022-01-31"), ("COST", "return_on_equity", "annual", "2022-08-28")),
    ),
    Asked(
        "How does Nike's gross margin in fiscal 2023 compare with Under Armour's?",
        (("NKE", "gross_margin", "annual", "2023-05-31"), ("UAA", "gross_margin", "annual", "2023-03-31")),
    ),
    Asked(
        "Marvell revenue and gross profit FY2022",
        (("MRVL", "revenue", "annual", "2022-01-29"), ("MRVL", "gross_profit", "annual", "2022-01-29")),
    ),
    Asked(
        "Apple's capex in fiscal 2021 vs fiscal 2022",
        (("AAPL", "capital_expenditure", "annual", "2021-09-25"), ("AAPL", "capital_expenditure", "annual", "2022-09-24")),
    ),
    Asked("Nike revenue growth in fiscal 2022", (("NKE", "revenue_growth", "annual", "2022-05-31"),)),
    Asked("How much did Nike's revenue grow in fiscal 2023?", (("NKE", "revenue_growth", "annual", "2023-05-31"),)),
    Asked(
        "By how much did Amphenol's operating income increase year over year in fiscal 2022?",
        (("APH", "operating_income_growth", "annual", "2022-12-31"),),
    ),
    Asked("From Walmart's 10-K for fiscal 2022, what was inventory?", (("WMT", "inventory", "annual", "2022-01-31"),)),
    Asked("Disney's annual share-based compensation, FY2022", (("DIS", "share_based_compensation", "annual", "2022-10-01"),)),
    Asked(
        "tell me nike's net profit margin for the fiscal year ended May 31, 2022",
        (("NKE", "net_margin", "annual", "2022-05-31"),),
    ),
)

# What no figure may answer, with the reason that is given; None where the question is not one for a figure at all.
NOT_ANSWERED = (
    ("Why did Nike's gross margin fall in fiscal 2023?", None),
    ("Nike supply chain concentration in Asia", None),
    ("What was Nike's operating margin in fiscal 2023?", "figure_refused"),  # no operating income on its statements
    ("Apple's services revenue in fiscal 2023", "words_not_understood"),
    ("What was Apple's revenue in China in fiscal 2023?", "words_not_understood"),
    ("iPhone net sales of Apple in FY 2022", "words_not_understood"),
    ("Nike's adjusted net income in fiscal 2023", "words_not_understood"),
    ("Walmart US net sales fiscal 2023", "words_not_understood"),
    ("What revenue does Nvidia expect for fiscal 2024?", "words_not_understood"),
    ("Costco's revenue per warehouse in fiscal 2022", "words_not_understood"),
    ("McDonald's average revenue in fiscal 2021 and fiscal 2022", "words_not_understood"),
    ("Apple's revenue in the first nine months of fiscal 2023", "words_not_understood"),
    ("Walmart's revenue from Apple in fiscal 2023", "several_companies"),
    ("Accounts receivable from Walmart in fiscal 2022", "several_companies"),
    ("Apple revenue from fiscal 2020 to fiscal 2023", "several_periods"),
    ("Apple's net income between fiscal 2020 and fiscal 2022", "several_periods"),
    ("Nike's goodwill to total assets in fiscal 2023", "several_measures"),
    ("Revenue less cost of revenue of Nike in fiscal 2023", "words_not_understood"),
    ("Nike's inventory", "no_period"),
    ("Apple's revenue in fiscal 2031", "period_not_loaded"),
    ("Microsoft's revenue in fiscal 2023", "company_not_loaded"),
    ("Apple's revenue at September 30, 2023", "period_is_year_or_quarter"),
    ("Costco's net sales in fiscal 2023", "not_reported"),  # its total revenue is tagged; net sales of goods by dimension
    ("Nkie's revenue in fiscal 2023", None),
    ("revenue recognition policy", None),
)
