"""How long a command takes to start: its CPU beside that of the libraries that no question to the database can do without."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from tests.cli.statements.test_statement import ACME, facts

_PAIRS = 5
_LIBRARIES = "import psycopg, pydantic_settings, rich.table, sqlalchemy.dialects.postgresql, typer"
_COMMAND = "from workbench.cli import main; main()"


@pytest.mark.benchmark
def test_a_statement_against_the_imports_it_needs(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.write() as connection:
        save_company(connection, ACME)
        load_facts(connection, ACME.cik, facts())
    environment = os.environ | {
        "WORKBENCH_HOME": str(tmp_path / "home"),
        "WORKBENCH_DATABASE__KIND": "postgresql",
        "WORKBENCH_DATABASE__URL": database.url.replace("postgresql+psycopg://", "postgresql://"),
    }

    def processor_seconds(code: str, *arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-c", code, *arguments], env=environment, cwd=Path(__file__).parents[2], check=True,
            capture_output=True,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    processor_seconds(_COMMAND, "statement", "ACM", "income")
    ratios = []
    for _ in range(_PAIRS):
        bare = processor_seconds(_LIBRARIES)
        ratios.append(processor_seconds(_COMMAND, "statement", "ACM", "income") / bare)
    with capsys.disabled():
        sys.stdout.write(
            f"\nworkbench statement: CPU {median(ratios):.2f} times that of importing its libraries (median of {_PAIRS})\n"
        )
    assert min(ratios) < 4  # all that is imported with a heavy subject, such as pandas, would make it more
