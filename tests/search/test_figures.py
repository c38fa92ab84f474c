"""Figures that answer questions to the search, over recorded companies: the statements' own, or none with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest

from db.companies import resolve
from db.engine import Database
from db.statements.as_known import statement
from db.statements.ratios import ratios
from tests.search.asked_figures import ANSWERED, NOT_ANSWERED, Asked
from workbench.analysis.search.figures_json import explanation
from workbench.domain.measures.catalogue import measures
from workbench.domain.measures.provenance import figure_at
from workbench.domain.statements.statement import PeriodKind
from workbench.search.figures import FigureAnswer, FigureScope, figures_asked
from workbench.search.understanding import understand

pytestmark = pytest.mark.mirror

Ask = Callable[..., FigureAnswer | None]


@pytest.fixture(scope="module")
def ask(recorded: Database) -> Iterator[Ask]:
    with recorded.read() as connection:

        def asked(question: str, scope: FigureScope | None = None, as_of: date | None = None) -> FigureAnswer | None:
            scope = scope or FigureScope()
            return figures_asked(connection, question, understand(connection, question, scope.ignored, as_of), scope, as_of)

        yield asked


def _values(answer: FigureAnswer | None) -> list[Decimal | None]:
    assert answer is not None
    return [each.asked.figure.figure.value if each.asked.figure else None for each in answer.figures]


def _reasons(answer: FigureAnswer | None) -> set[str]:
    if answer is None:
        return {"none"}
    return {each.asked.reason.value for each in answer.figures if each.asked.reason} | {answer.unclear or "answered"}


@pytest.mark.parametrize("asked", ANSWERED, ids=lambda asked: asked.question)
def test_a_question_gets_the_figures_of_the_statements(ask: Ask, recorded: Database, asked: Asked) -> None:
    answer = ask(asked.question)
    assert answer is not None
    with recorded.read() as connection:
        for proven, (ticker, measure, period, end) in zip(answer.figures, asked.figures, strict=True):
            company, kind = resolve(connection, ticker), measures()[measure].kind
            table = (
                ratios(connection, company, PeriodKind(period), None)
                if kind is None
                else statement(connection, company, kind, PeriodKind(period), None)
            )
            _, column, figure = figure_at(table, measure, date.fromisoformat(end))
            assert figure.value is not None
            assert proven.asked.reason is None
            assert proven.proof is not None
            assert (proven.proof.line.line, proven.proof.period, proven.proof.figure) == (measure, column, figure)
            assert [origin.fact for origin in proven.proof.origins] == list(figure.facts)


@pytest.mark.parametrize(("question", "reason"), NOT_ANSWERED, ids=lambda each: each)
def test_no_figure_is_invented(ask: Ask, question: str, reason: str | None) -> None:
    answer = ask(question)
    assert answer is None or all(each.asked.reason is not None for each in answer.figures)
    assert (reason or "none") in _reasons(answer)


def test_figures_as_their_reports_print_them(ask: Ask) -> None:
    # Apple's 10-K for fiscal 2022: gross margin 170,782 of 394,328. Nike's for fiscal 2023: 46,710 to 51,217.
    assert _values(ask("Apple's gross margin in fiscal 2022")) == [Decimal("43.3096")]
    assert _values(ask("How much did Nike's revenue grow in fiscal 2023?")) == [Decimal("9.6489")]
    assert _values(ask("Snowflake net loss fiscal 2023")) == [Decimal(-796_705_000)]


def test_what_was_filed_later_is_not_known(ask: Ask) -> None:
    question = "Apple's revenue in fiscal 2022"  # filed on 28 October 2022
    assert _reasons(ask(question, as_of=date(2022, 10, 27))) >= {"period_not_loaded"}
    assert _values(ask(question, as_of=date(2022, 10, 28))) == [Decimal(394_328_000_000)]
    assert _values(ask("Apple's revenue last fiscal year", as_of=date(2022, 10, 27))) == [Decimal(365_817_000_000)]


def test_filters_name_what_the_question_leaves_out(ask: Ask, recorded: Database) -> None:
    with recorded.read() as connection:
        apple, nike = (resolve(connection, ticker).cik for ticker in ("AAPL", "NKE"))
    assert _values(ask("revenue", FigureScope((apple,), (2022,)))) == [Decimal(394_328_000_000)]
    assert ask("Apple's revenue in fiscal 2022", FigureScope((nike,))) is None


def test_words_that_are_taken_back_name_nothing(ask: Ask) -> None:
    question = "Apple's revenue in fiscal 2022"
    for ignored in ("Apple's", "revenue", "fiscal 2022", "*"):
        answer = ask(question, FigureScope(ignored=(ignored,)))
        assert answer is None or not answer.figures, ignored


def test_one_of_two_companies_is_answered_and_the_other_said_to_be_missing(ask: Ask) -> None:
    answer = ask("Compare Nike's and Lululemon's gross margin in fiscal 2023")
    assert answer is not None
    nike, other = answer.figures
    assert nike.asked.reason is None
    assert (other.asked.reason, other.proof) == ("company_not_loaded", None)


def test_other_meanings_of_a_name_are_said(ask: Ask) -> None:
    answer = ask("Walmart net sales fiscal 2023")
    assert answer is not None
    assert explanation(answer.figures[0].asked) == (
        "WALMART INC., Net sales, FY 2023 (to 2023-01-31): 605,881 million USD. “net sales” can also mean: "
        "Revenue 611,289 million USD."
    )
