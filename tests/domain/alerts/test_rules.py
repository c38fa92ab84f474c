"""Conditions as they are written and as they read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.domain.alerts.rules import AlertKind, parse_channel, parse_condition, stored_condition
from workbench.domain.errors import InvalidRequest


@pytest.mark.parametrize(
    ("written", "stored", "kind", "sentence"),
    [
        ("Filing", "filing", AlertKind.FILING, "A new filing"),
        ("filings 10-k, 10-K/A,10-k", "filing 10-K,10-K/A", AlertKind.FILING, "A new 10-K or 10-K/A"),
        ("event", "event", AlertKind.EVENT, "A current report of any event"),
        ("event Non-Reliance,results", "event non_reliance,results", AlertKind.EVENT,
         "A current report of non reliance or results"),
        ("restatement", "restatement restatement", AlertKind.RESTATEMENT,
         "A filing that changes a line of a statement (restatement)"),
        ("failed run", "failed run flow", AlertKind.FAILED_RUN, "A failed run (flow)"),
        ("failed runs daily index, filing", "failed run daily index,filing", AlertKind.FAILED_RUN,
         "A failed run (daily index or filing)"),
        ("reports apple-weekly", "report apple-weekly", AlertKind.REPORT, "A scheduled report (apple-weekly)"),
        ("Screen  revenue >= 1.5b;pe<15", "screen revenue >= 1500000000; pe < 15", AlertKind.SCREEN,
         ("A company enters or leaves the screen: Revenue in the latest fiscal year at least 1.5 billion USD; "
         "P/E, trailing twelve months at the last close below 15")),
        ("net_margin@quarter<10%", "net_margin@quarter < 10", AlertKind.THRESHOLD,
         "Net margin in the latest quarter below 10 %, when that becomes so"),
        ("EVERY revenue >= 1.5b eur", "every revenue >= 1500000000 EUR", AlertKind.THRESHOLD,
         "Revenue in the latest fiscal year at least 1.5 billion EUR, each time it is filed"),
    ],
)  # fmt: skip
def test_a_condition_is_read_and_reads_back(written: str, stored: str, kind: AlertKind, sentence: str) -> None:
    condition = parse_condition(written)
    assert (str(condition), condition.kind, condition.sentence) == (stored, kind, sentence)
    assert parse_condition(str(condition)) == condition


@pytest.mark.parametrize(
    "text", ["", "every filing", "filed 10-K since 2024-01-01", "ticker in AAPL", "revenue", "sic = 7372", "pe < 20"]
)
def test_what_is_no_condition_says_what_is_one(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_condition(text)
    assert "not an alert condition" in refused.value.message
    assert "`restatement`" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("condition", "value", "currency", "is_met"),
    [
        ("revenue >= 100", "100", "USD", True),
        ("revenue > 100", "100", "USD", False),
        ("revenue < 100", "99.99", "USD", True),
        ("revenue <= 100", "100.01", "USD", False),
        ("revenue = 100", "100.0", "USD", True),
        ("revenue between 10 and 20", "20", "USD", True),
        ("revenue between 10 and 20", "20.1", "USD", False),
        ("revenue >= 100", "200", "EUR", False),
        ("net_margin > 5", "6", "EUR", True),
        ("net_margin < 5", None, "USD", False),
    ],
)
def test_a_figure_is_held_against_its_value(condition: str, value: str | None, currency: str, is_met: bool) -> None:
    assert parse_condition(condition).is_met(Decimal(value) if value else None, currency) is is_met


def test_a_kept_condition_that_cannot_be_read_any_more_says_why() -> None:
    for text in ("net_margin < 5", "filing 10-K,10-Q", "every revenue@ttm >= 100000000000"):
        assert stored_condition(text) == parse_condition(text)
    gone = stored_condition("sparkle > 3")
    assert gone.fault == "'sparkle' is not a statement line or a ratio"
    assert str(gone) == "sparkle > 3"
    assert gone.sentence == "sparkle > 3 (inactive: 'sparkle' is not a statement line or a ratio)"
    assert gone.has_companies
    assert not gone.is_met(Decimal(5), "USD")
    assert stored_condition("event sparkle").kind is AlertKind.EVENT


def test_channels_are_called_by_simple_names() -> None:
    assert parse_channel(" Ops-2_b ") == "ops-2_b"
    for name in ("", "a b", "-a", "a" * 41, "ä", "mailto://x"):
        with pytest.raises(InvalidRequest):
            parse_channel(name)
