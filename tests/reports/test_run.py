"""A notebook becomes a report, or leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.test_notebooks import written
from workbench.domain.errors import InvalidRequest
from workbench.reports.run import ReportFailed, make_report, prepare
from workbench.runtime import Workbench


def test_a_failing_cell_is_one_line_and_writes_nothing(loaded: Workbench, tmp_path: Path) -> None:
    failing = written(tmp_path, "a = 1", name="failing", then="1 / 0")
    target = tmp_path / "out.html"
    request = prepare(str(failing), [], target)
    with pytest.raises(ReportFailed, match="failing, code cell 2: ZeroDivisionError: division by zero"):
        make_report(loaded, request.notebook, request.parameters)
    assert not list(tmp_path.glob("out*"))


def test_a_folder_that_is_not_there_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="there is no folder"):
        prepare(str(written(tmp_path, "a = 1")), [], tmp_path / "nowhere" / "out.html")
