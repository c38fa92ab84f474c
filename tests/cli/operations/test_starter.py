"""`workbench starter` as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.companies import resolve
from db.engine import Database
from tests import edgar_folder
from tests.command import Run, command_line
from workbench.parse.starter import decode


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database."""
    edgar_folder.build(tmp_path / "edgar")
    return command_line(database.url, tmp_path / "home", "starter", folder=tmp_path)


def test_a_file_is_built_twice_alike_and_loaded_once(run: Run, database: Database, tmp_path: Path) -> None:
    first = run("build", "--edgar", "edgar", "acme", "-o", "one.parquet")
    assert (first.returncode, "Acme Anvils, Inc." in first.stdout) == (0, True), first.stderr
    assert run("build", "--edgar", "edgar", "1234567", "-o", "two.parquet").returncode == 0
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert len(list(decode((tmp_path / "one.parquet").read_bytes()))) == 1
    loaded = run("load", "one.parquet")
    assert (loaded.returncode, "bokeh-sampledata" in loaded.stdout) == (0, True), loaded.stderr
    with database.read() as connection:
        assert resolve(connection, "ACME").name == "Acme Anvils, Inc."
    assert "already here" in run("load", "one.parquet").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["build", "--edgar", "edgar"], 2, "Missing argument"),
        (["build", "--edgar", "edgar", "NOSUCH"], 1, "not in the source's list of tickers"),
        (["build", "--edgar", "edgar", "?"], 2, "neither a ticker"),
        (["build", "--edgar", "nowhere", "ACME"], 1, "is not a folder"),
        (["build", "--edgar", "edgar", "ACME", "-o", "no/such/file"], 1, "cannot be written"),
        (["load", "nowhere"], 1, "there is no file nowhere"),
        (["load", "edgar/files/company_tickers.json"], 1, "damaged or not a starter file"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(run: Run, arguments: list[str], code: int, message: str) -> None:
    told = run(*arguments)
    assert (told.returncode, message in told.stderr) == (code, True), told.stderr
