"""Sentences that are composed from figures."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.reports.sentences import Sentence, amount_in_words, leaders, movement, summary


def figures(*values: float, unit: str = "USD") -> pd.DataFrame:
    rows = [
        {"line": "revenue", "label": "Revenue", "period": f"FY {2022 + place}", "comparable": value, "unit": unit,
         "accessions": f"0000000001-{22 + place}-000001"}
        for place, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["line", "label", "period", "comparable", "unit", "accessions"])


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((46_710e6, 51_217e6), "Revenue was 51.2 billion USD in FY 2023, 9.6 % more than in FY 2022."),
        ((51_362e6, 46_309e6), "Revenue was 46.3 billion USD in FY 2023, 9.8 % less than in FY 2022."),
        ((5e6, 5e6), "Revenue was 5.0 million USD in FY 2023, as in FY 2022."),
        ((-2e6, 3e6), "Revenue was 3.0 million USD in FY 2023, after -2.0 million USD in FY 2022."),
        ((float("nan"), 3e6), "Revenue was 3.0 million USD in FY 2023."),
        ((3e6,), "Revenue was 3.0 million USD in FY 2022."),
    ],
)
def test_a_line_moves(values: tuple[float, ...], text: str) -> None:
    sentence = movement(figures(*values), "revenue")
    assert sentence is not None
    assert sentence.text == text
    assert sentence.sources[0] == f"0000000001-{21 + len(values)}-000001"


def test_a_refused_newest_figure_gives_no_sentence() -> None:
    assert movement(figures(3e6, float("nan")), "revenue") is None
    assert movement(figures(), "revenue") is None


def test_citations_are_numbered_once() -> None:
    html = str(summary(Sentence("One.", ("a", "b")), None, Sentence("Two <3.", ("b",))).html)
    assert "One.&NoBreak;<sup>[1][2]</sup> Two &lt;3.&NoBreak;<sup>[2]</sup>" in html
    assert "[1] a [2] b" in html


def test_leaders_are_of_the_newest_period_that_all_have() -> None:
    index = pd.MultiIndex.from_tuples([("margin", "A"), ("margin", "B")], names=["measure", "company"])
    compared = pd.DataFrame([[10.0, 20.0], [12.5, float("nan")]], index=index, columns=["2023", "2024"])
    proofs = pd.DataFrame({"company": ["A", "B"], "value": [1.0, 2.0], "accessions": ["x, y", "y"]})
    (sentence,) = leaders(compared, {"margin": "margin", "other": "other"}, proofs)
    assert sentence == Sentence("In 2023, B had the highest margin (12.5 %) and A the lowest (10.0 %).", ("x", "y"))


def test_leaders_say_how_many_companies_have_the_figure() -> None:
    index = pd.MultiIndex.from_product([["margin"], ["A", "B", "C"]], names=["measure", "company"])
    compared = pd.DataFrame({"2023": [10.0, None, None], "2024": [8.0, 9.5, None]}, index=index)
    proofs = pd.DataFrame({"company": ["A", "B"], "value": [1.0, 2.0], "accessions": ["x", "y"]})
    (sentence,) = leaders(compared, {"margin": "margin"}, proofs)
    assert (
        sentence.text == "In 2024, B had the highest margin of the 2 companies with a figure (9.5 %) and A the lowest (8.0 %)."
    )
    assert leaders(compared[["2023"]], {"margin": "margin"}, proofs) == []


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(12.34, "pct", "12.3 %"), (3.234, "USD/shares", "3.23 USD a share"), (1.5, "ratio", "1.50"), (950.0, "EUR", "950 EUR")],
)
def test_amounts_by_unit(value: float, unit: str, text: str) -> None:
    assert amount_in_words(value, unit) == text
