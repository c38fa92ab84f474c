"""The history of a figure, by hand: first, repeated, restated, in other shares, and left without proof."""

from __future__ import annotations

from datetime import date

from tests.domain.statements.test_figures import COMPANY, Filings
from workbench.domain.measures.figure_history import FigureKey, FiledFacts, KnownFigure, figure_history
from workbench.domain.statements.statement import PeriodKind, StatementKind

YEARS = [(date(year, 1, 1), date(year, 12, 31)) for year in (2021, 2022, 2023, 2024)]
FROM, END = YEARS[1]


def key(line: str, kind: StatementKind | None = StatementKind.INCOME) -> FigureKey:
    return FigureKey(kind, line, PeriodKind.ANNUAL, END)


def history(filings: Filings, wanted: FigureKey) -> list[KnownFigure]:
    concepts = {number: name for name, number in filings.names.items()}
    return figure_history(COMPANY, wanted, FiledFacts(filings.versions, concepts, filings.units, {}, []))


def outcome(known: list[KnownFigure]) -> list[tuple[int, str, str | None]]:
    return [(each.known_on.year, each.change.value, None if each.value is None else str(each.value)) for each in known]


def company() -> Filings:
    """A company whose annual reports, by their net income, are those of 2021 to 2024."""
    return annual(Filings(), "NetIncomeLoss", {2022: ("8",), 2023: ("9",), 2024: ("10",), 2025: ("11",)})


def annual(filings: Filings, tag: str, reports: dict[int, tuple[str, ...]], *, unit: int = 1) -> Filings:
    """Annual reports by year of filing, each with the figures of the last years, its own year first."""
    for filed, values in reports.items():
        for back, value in enumerate(values):
            start, end = date(filed - 1 - back, 1, 1), date(filed - 1 - back, 12, 31)
            filings.add(tag, start, end, value, filed=date(filed, 2, 1), unit=unit)
    return filings


def test_a_figure_is_first_reported_repeated_and_restated() -> None:
    filings = annual(
        company(), "Revenues", {2022: ("90",), 2023: ("100", "90"), 2024: ("120", "100"), 2025: ("130", "120", "95")}
    )
    known = history(filings, key("revenue"))
    assert outcome(known) == [(2023, "first", "100"), (2024, "repeated", "100"), (2025, "restated", "95")]
    assert [each.filings for each in known][2] == (("0000000007-25-000032", "10-K"),)
    assert [str(fact.value) for fact in known[2].as_filed] == ["95"]


def test_a_filing_without_the_figure_is_no_part_of_its_history() -> None:
    filings = annual(company(), "Revenues", {2023: ("100",), 2024: ("120",)})
    assert outcome(history(filings, key("revenue"))) == [(2023, "first", "100")]


def test_a_ratio_changes_with_its_operands() -> None:
    filings = annual(Filings(), "Revenues", {2023: ("100",), 2024: ("120", "100"), 2025: ("130", "120", "80")})
    annual(filings, "NetIncomeLoss", {2023: ("20",), 2024: ("24", "20"), 2025: ("26", "24", "20")})
    known = history(filings, key("net_margin", kind=None))
    assert outcome(known) == [(2023, "first", "20.0000"), (2024, "repeated", "20.0000"), (2025, "restated", "25.0000")]
    assert len(known[0].as_filed) == 2


def test_earnings_per_share_after_a_split() -> None:
    filings = annual(
        company(),
        "EarningsPerShareDiluted",
        {2023: ("11.93",), 2024: ("12.50", "11.93"), 2025: ("1.40", "1.25", "1.19")},
        unit=3,
    )
    count = {2023: ("2500000",), 2024: ("2490000", "2500000"), 2025: ("24700000", "24900000", "25000000")}
    annual(filings, "WeightedAverageNumberOfDilutedSharesOutstanding", count, unit=2)
    filings.add("StockholdersEquityNoteStockSplitConversionRatio1", *YEARS[3], "10", filed=date(2025, 2, 1))
    assert outcome(history(filings, key("eps_diluted"))) == [
        (2023, "first", "11.93"),
        (2024, "repeated", "11.93"),
        (2025, "split", "1.19"),
    ]


def test_a_line_that_a_restating_filing_leaves_out_is_no_longer_proven() -> None:
    filings = annual(company(), "Revenues", {2023: ("100",), 2024: ("120", "80")})
    annual(filings, "CostOfRevenue", {2023: ("60",), 2024: ("70",)})
    annual(filings, "GrossProfit", {2023: ("40",), 2024: ("50", "20")})
    known = history(filings, key("cost_of_revenue"))
    assert outcome(known)[0] == (2023, "first", "60")
    assert [each.reason for each in known if each.value is None] == [each.reason for each in known[1:]]


def test_what_was_never_reported_has_no_history() -> None:
    filings = annual(company(), "Revenues", {2023: ("100",)})
    assert history(filings, key("eps_diluted")) == []
    assert history(filings, key("no_such_line")) == []
    assert history(Filings(), key("revenue")) == []
