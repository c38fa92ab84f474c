"""A command starts with the libraries that its answer needs, and no others: what a question waits for is mostly imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from db import migrate
from db.engine import Database
from tests.cli.entries import entries
from tests.cli.statements.test_statement import ACME, facts

_ROOT = Path(__file__).parents[2]
# Each of these alone takes as long to import as a statement takes to read and print.
_HEAVY = (
    "alembic", "bokeh", "boto3", "duckdb", "fastapi", "holoviews", "httpx", "hvac", "jinja2", "lxml", "minio", "numpy",
    "onnxruntime", "orjson", "pandas", "pandera", "panel", "prefect", "pyarrow", "redis", "sqlalchemy.orm", "tokenizers",
    "xlsxwriter",
)  # fmt: skip
_ASK = f"""
import json, sys
from workbench.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
own = [name for name in sys.modules if name.startswith("workbench.cli.")]
print(json.dumps([[name for name in {_HEAVY!r} if name in sys.modules], own]), file=sys.stderr)
"""

Imported = Callable[..., tuple[list[str], list[str]]]


@pytest.fixture
def imported(database: Database, tmp_path: Path) -> Imported:
    """Runs a command on this test's database; gives the heavy modules and the command line's own that it imported."""
    from db.companies import save_company
    from db.facts.loading import load_facts

    with database.write() as connection:
        save_company(connection, ACME)
        load_facts(connection, ACME.cik, facts())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")} | {
        "WORKBENCH_HOME": str(tmp_path / "home"),
        "WORKBENCH_DATABASE__KIND": "postgresql",
        "WORKBENCH_DATABASE__URL": database.url.replace("postgresql+psycopg://", "postgresql://"),
    }

    def run(*arguments: str) -> tuple[list[str], list[str]]:
        ended = subprocess.run(
            [sys.executable, "-c", _ASK, *arguments], env=environment, cwd=_ROOT, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        heavy, own = json.loads(ended.stderr.splitlines()[-1])
        return heavy, own

    return run


@pytest.mark.parametrize(
    "command",
    [
        "--help", "statement --help", "statement ACM income", "statement ACM income --format json", "ratios ACM",
        "provenance ACM revenue", "screen revenue>1M", "compare ACM --measure revenue", "concepts explain ACM revenue",
        "restatements ACM", "checks", "watchlist list", "flags list", "report list", "alerts list",
        "valuation ACM --format csv",
    ],
)  # fmt: skip
def test_a_question_to_the_database_imports_nothing_heavy(imported: Imported, command: str) -> None:
    heavy, _ = imported(*command.split(" "))
    assert heavy == []


def test_what_an_answer_does_not_need_is_seen_when_it_is_imported(imported: Imported, tmp_path: Path) -> None:
    heavy, _ = imported("screen", "revenue>1M", "--output", str(tmp_path / "screen.parquet"))
    assert "pyarrow" in heavy


def test_a_command_imports_its_own_subject_alone(imported: Imported) -> None:
    modules = {entry.target.split(":")[0] for entry in entries()}
    _, own = imported("flags", "list")
    assert set(own) & modules == {"workbench.cli.operations.flags"}


def test_the_newest_revision_is_that_of_alembic() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(migrate._config())
    assert migrate.head() == scripts.get_current_head()
    assert all(migrate.is_known(script.revision) for script in scripts.walk_revisions())
    assert not migrate.is_known("9999")
