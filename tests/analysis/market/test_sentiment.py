"""The tone of headlines, counted by hand."""

from __future__ import annotations

import pytest

from workbench.analysis.market.sentiment import sentiment


@pytest.mark.parametrize(
    ("texts", "score"),
    [
        (("Chip maker beats estimates and raises outlook",), 1.0),
        (("Retailer misses estimates, shares plunge",), -1.0),
        (("Shares fall despite record profit",), 0.33),  # fall against record and profit
        (("The merger did not fail",), 1.0),
        (("No growth at the chain",), -1.0),
        (("Sales grew", "but a lawsuit hurts"), -0.33),
        (("Company opens an office", None), None),
        (("",), None),
    ],
)
def test_tone(texts: tuple[str | None, ...], score: float | None) -> None:
    assert sentiment(*texts) == score
