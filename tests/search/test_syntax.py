"""Quotes and minus signs in a query."""

from __future__ import annotations

import pytest

from workbench.search.syntax import Question, read_question


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ("supply chain risk", Question("supply chain risk")),
        ('"going concern" doubt', Question("going concern doubt", ("going concern",))),
        ("“going concern”", Question("going concern", ("going concern",))),
        ("revenue -advertising", Question("revenue", (), ("advertising",))),
        ('debt -"credit facility"', Question("debt", (), ("credit facility",))),
        ("sales fell -5% in the 10-K, year-over-year", Question("sales fell -5% in the 10-K, year-over-year")),
        ('an open " quote', Question('an open " quote')),
        ('""', Question('""')),
        ("-foo", Question("", (), ("foo",))),
    ],
)
def test_takes_a_query_apart(query: str, question: Question) -> None:
    assert read_question(query) == question
