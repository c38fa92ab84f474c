"""Whose a document is, which form and which period: from names of files as people give them, and from cover pages."""

from __future__ import annotations

import pytest

from workbench.domain.filings.passages import ReportPeriod
from workbench.parse.uploads.document_subject import read_subject


@pytest.mark.parametrize(
    ("name", "company", "form", "period"),
    [
        ("AMAZON_2017_10K", "Amazon.com", "10-K", (2017, None)),
        ("3M 10-K 2018", "3M", "10-K", (2018, None)),
        ("JOHNSON_JOHNSON_2022_10K.pdf", "Johnson & Johnson", "10-K", (2022, None)),
        ("Pfizer_2023Q2_10Q", "Pfizer", "10-Q", (2023, 2)),
        ("AMCOR_2022_8K_dated-2022-07-01", "Amcor", "8-K", (2022, None)),
        ("ULTABEAUTY_2023Q4_EARNINGS", "Ulta Beauty", "8-K", (2023, 4)),
        ("Q2 2023 Earnings Release - Best Buy.pdf", "Best Buy", "8-K", (2023, 2)),
        ("J&J 10Q 3Q22", "Johnson & Johnson", "10-Q", (2022, 3)),
        ("costco-10k-2021", "Costco Wholesale", "10-K", (2021, None)),
        ("Nike FY23 annual report", "NIKE", "10-K", (2023, None)),
        ("Walnut Growers Cooperative 10-K 2020", "Walnut Growers Cooperative", "10-K", (2020, None)),
        ("AMD_2022_10K", "Advanced Micro Devices", "10-K", (2022, None)),
        ("2022 Annual Report", None, "10-K", (2022, None)),
        ("Letter to shareholders 2020", None, None, (2020, None)),
        ("the walnut harvest", None, None, None),
        ("scan (2).pdf", None, None, None),
        ("q1fy22_transcript_orcl.txt", "Oracle", None, (2022, 1)),
        ("DAL 3Q19 investor presentation.pptx", "Delta Air Lines", None, (2019, 3)),
        ("GM Q2'22 update", "General Motors", None, (2022, 2)),
        ("FQ3 24 call - FedEx.docx", "FedEx", None, (2024, 3)),
        ("Fourth-Quarter Fiscal 2021 Earnings Release General Mills", "General Mills", "8-K", (2021, 4)),
        ("eBay earnings call Q1 2020", "eBay", None, (2020, 1)),
        ("ULTA_FY22_Q3_transcript", "Ulta Beauty", None, (2022, 3)),
        ("Sony 20-F FYE March 2021", "Sony", "20-F", (2021, None)),
        ("Best Buy 10-K year ended January 2022", "Best Buy", "10-K", None),
        ("amgn_10k_2019_12_31.pdf", "Amgen", "10-K", None),
        ("Oracle 10Q Nov 2022", "Oracle", "10-Q", None),
        ("Annual Report and Form 20-F 2020 - Sony", "Sony", "20-F", (2020, None)),
        ("Lyft S-1.pdf", "Lyft", "S-1", None),
        ("Zoom 424(b)(4) prospectus", "Zoom", "424B4", None),
        ("Intel 10-K405 1998", "Intel", "10-K405", (1998, None)),
        ("eBay model 2019-2023.xlsx", "eBay", None, None),
        ("COST model.xlsx", "Costco Wholesale", None, None),
        ("cost model 2023.xlsx", None, None, (2023, None)),
        ("PM notes 2022.docx", None, None, (2022, None)),
        ("Gap analysis 2023.pptx", None, None, (2023, None)),
    ],
)
def test_a_file_name_says_whose_it_is(
    name: str, company: str | None, form: str | None, period: tuple[int, int | None] | None
) -> None:
    read = read_subject([name], "The harvest of walnuts fell by a third.")
    assert (read.subject.company, read.form) == (company, form)
    assert read.subject.period == (ReportPeriod(*period) if period else None)


ANNUAL = """UNITED STATES
SECURITIES AND EXCHANGE COMMISSION
FORM 10-K
(Mark One)
ANNUAL REPORT PURSUANT TO SECTION 13 OR 15(d)
For the fiscal year ended {end}
Commission File Number 001-0000
Orchard Retail Holdings, Inc.
(Exact name of registrant as specified in its charter)
Common stock, par value $0.01 per share ORCH New York Stock Exchange
"""


@pytest.mark.parametrize(
    ("end", "text", "year"),
    [
        ("December 31, 2019", "", 2019),
        ("June 30, 2021", "", 2021),
        # Retailers name the year that ends about 1 February by the year in which it began; others by that in which it ends.
        (
            "February 1, 2020",
            "Sales of fiscal 2019 rose. In fiscal 2019 we opened stores. Our plans for fiscal 2020 are firm.",
            2019,
        ),
        ("January 31, 2024", "Fiscal 2024 sales rose. In fiscal 2024 we bought shares. Fiscal 2023 had less.", 2024),
        # 53 weeks that end in the first days of January are those of the year before.
        ("January 2, 2021", "Fiscal year 2020 had 53 weeks.", 2020),
    ],
)
def test_a_cover_page_says_whose_it_is(end: str, text: str, year: int) -> None:
    read = read_subject(["document"], ANNUAL.format(end=end) + text)
    assert (read.subject.company, read.form, read.tickers) == ("Orchard Retail Holdings, Inc.", "10-K", ("ORCH",))
    assert read.subject.period == ReportPeriod(year)
    assert {"orchard", "orchardretail", "$orch"} <= set(read.subject.keys)


@pytest.mark.parametrize(
    ("end", "columns", "period"),
    [
        ("March 31, 2023", "Three Months Ended March 31,", (2023, 1)),
        ("August 31, 2023", "Three Months Ended August 31,", (2024, 1)),  # a year that ends in May
        ("July 1, 2023", "Quarter Ended Nine Months Ended July 1,", (2023, 3)),
        ("July 29, 2023", "In fiscal 2023: 13 Weeks Ended 26 Weeks Ended July 29,", (2023, 2)),
    ],
)
def test_a_quarter_is_counted_by_the_year_to_date(end: str, columns: str, period: tuple[int, int]) -> None:
    cover = ANNUAL.replace("10-K", "10-Q").replace("fiscal year ended", "quarterly period ended").format(end=end)
    assert read_subject(["document"], f"{cover}\n{columns} 2023 2022\nNet sales 10 9").subject.period == ReportPeriod(*period)


def test_a_year_that_ends_in_winter_and_is_not_named_is_not_known() -> None:
    assert read_subject(["document"], ANNUAL.format(end="February 1, 2020")).subject.period is None


def test_the_title_corrects_the_year_and_the_cover_the_name() -> None:
    read = read_subject(["ORCHARD_2019_10K"], ANNUAL.format(end="February 1, 2020"))
    assert read.subject.company == "Orchard Retail Holdings, Inc."
    assert read.subject.period == ReportPeriod(2019)


def test_the_form_on_the_cover_counts_before_a_word_of_the_title() -> None:
    foreign = ANNUAL.replace("10-K", "20-F").format(end="March 31, 2021")
    assert read_subject(["Orchard annual report 2021"], foreign).form == "20-F"
    assert read_subject(["Orchard 10-K 2021"], foreign).form == "10-K"


def test_a_sentence_about_a_form_is_no_cover() -> None:
    text = "We compared the registrant's forms. The year ended December 31, 2020 was dry for walnuts."
    read = read_subject(["walnuts"], text)
    assert (read.subject.company, read.form, read.subject.period) == (None, None, None)
