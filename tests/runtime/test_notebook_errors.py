"""What a notebook shows of an error, in IPython itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from workbench.domain.errors import NotFound
from workbench.runtime.notebook_errors import short_error, show_short_errors

CELL = """
from workbench.runtime.arguments import find_day, company_text
def ask(day):
    return find_day(day)
ask("2024-13-31")
"""


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(colors="nocolor")
    yield shell
    InteractiveShell.clear_instance()


def test_what_the_caller_can_fix_is_their_own_lines_and_the_error(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    show_short_errors()
    shell.run_cell(CELL)
    assert capsys.readouterr().out.splitlines() == [
        'line 4 in the cell: ask("2024-13-31")',
        "line 3 in ask: return find_day(day)",
        "InvalidRequest: '2024-13-31' is not a date such as 2024-06-30",
    ]
    shell.run_cell("1 / 0")  # an error of the notebook's own is shown as ever
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_the_hint_is_the_last_line() -> None:
    error = NotFound("there is no company with the ticker DEL", hint="load it")
    assert short_error(error, None) == ["NotFound: there is no company with the ticker DEL", "Hint: load it"]


def test_another_interpreter_is_left_alone() -> None:
    InteractiveShell.clear_instance()
    show_short_errors()
