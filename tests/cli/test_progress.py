"""Progress: lines where nobody looks at a terminal, and what an interrupt leaves behind."""

from __future__ import annotations

import pytest
from rich.progress import Progress as Bar

from workbench.cli.progress import Progress, progress
from workbench.domain.errors import Interrupted


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_without_a_terminal_there_is_a_line_from_time_to_time_and_one_for_what_is_complete(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    shown = Progress(Bar(disable=True), clock=clock)
    for done in range(40):
        clock.now = float(done)
        shown.step("documents", done, 1200)
    shown.complete("1/3 ACME: 40 documents")
    clock.now += 9.0
    shown.step("facts")  # too soon after a line
    assert capsys.readouterr().err.splitlines() == [
        "documents: 10 of 1,200", "documents: 20 of 1,200", "documents: 30 of 1,200", "1/3 ACME: 40 documents",
    ]  # fmt: skip


def test_a_counter_adds_up_and_takes_its_total_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    shown = Progress(Bar(disable=True), clock=clock)
    count, other = shown.counter("vectors"), shown.counter("companies")
    for _ in range(3):
        clock.now += 6.0
        count(500)
    clock.now += 20.0
    other(1, 7)
    assert capsys.readouterr().err.splitlines() == ["vectors: 1,000", "companies: 1 of 7"]


def test_an_interrupt_says_what_stays_and_other_errors_are_their_own() -> None:
    with pytest.raises(Interrupted, match="stopped; two companies are saved"), progress(if_stopped="two companies are saved"):
        raise KeyboardInterrupt
    with pytest.raises(ValueError, match="odd"), progress(if_stopped="two companies are saved"):
        raise ValueError("odd")
