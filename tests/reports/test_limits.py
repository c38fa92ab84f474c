"""What ends a run before its notebook is done, and what is left of it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.reports.test_notebooks import written
from workbench.reports.limits import RunLimits, watched
from workbench.reports.notebooks import load_notebook
from workbench.reports.run import ReportFailed, make_report
from workbench.runtime import Workbench


def test_a_watch_ends_what_takes_too_long_or_is_cancelled() -> None:
    killed: list[str] = []
    with watched(lambda: killed.append("late"), RunLimits(1, 0), lambda: False) as watch:
        while not killed:
            time.sleep(0.01)
    assert (killed, watch.reason) == (["late"], "it took longer than 0 seconds")
    with watched(lambda: killed.append("cancelled"), RunLimits(1, 60), lambda: True) as watch:
        while len(killed) < 2:
            time.sleep(0.01)
    assert (killed[1], watch.reason) == ("cancelled", "it was cancelled")
    with watched(lambda: killed.append("never"), RunLimits(1, 60), lambda: False) as watch:
        pass
    assert (len(killed), watch.reason) == (2, None)


def test_a_failed_run_keeps_its_notebook_with_the_traceback(loaded: Workbench, tmp_path: Path) -> None:
    """One run has the memory limit too: the interpreter starts under it, and a cell that needs more fails alone."""
    limited = loaded.settings.reports.model_copy(update={"memory_megabytes": 1500})
    settings = loaded.settings.model_copy(update={"reports": limited})
    notebook = load_notebook(written(tmp_path, "a = 1", name="greedy", then="print('so far')\nb = bytearray(4 << 30)"))
    with pytest.raises(ReportFailed, match="greedy, code cell 2: MemoryError") as error:
        make_report(Workbench(settings, loaded.database, loaded.objects), notebook, {})
    outputs = [output for cell in json.loads(error.value.notebook)["cells"] for output in cell.get("outputs", ())]
    assert any(output.get("ename") == "MemoryError" and output["traceback"] for output in outputs)
    assert any("so far" in "".join(output.get("text", "")) for output in outputs)


def test_a_cancelled_run_ends_within_seconds(loaded: Workbench, tmp_path: Path) -> None:
    notebook = load_notebook(written(tmp_path, "a = 1", name="endless", then="import time\ntime.sleep(600)"))
    started = time.monotonic()
    asked: list[int] = []
    with pytest.raises(ReportFailed, match="endless was ended: it was cancelled"):
        make_report(loaded, notebook, {}, on_progress=asked.append, is_cancelled=lambda: bool(asked))
    assert time.monotonic() - started < 300
