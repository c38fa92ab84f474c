"""`workbench search` as a user runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from db.engine import Database
from tests.search.example import fill
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.cli import main
from workbench.ingest.search.passages import embed_missing

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process on a small corpus; gives exit code, output and errors."""
    with database.write() as connection:
        fill(connection)
    embed_missing(database, WordLlamaEmbedder())
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_DATABASE__KIND", "postgresql")
    monkeypatch.setenv("WORKBENCH_DATABASE__URL", database.url.replace("postgresql+psycopg://", "postgresql://"))

    def run_with(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["workbench", "search", *arguments])
        with pytest.raises(SystemExit) as leaving:
            main()
        done = capsys.readouterr()
        return int(leaving.value.code or 0), done.out, done.err

    return run_with


def test_json_has_the_stable_fields(run: Run) -> None:
    code, output, _ = run(
        "foundry", "earthquake", "--ticker", "NWSC", "--form", "10-k", "--item", "Item 1a", "--format", "json"
    )
    assert code == 0
    first = json.loads(output)["hits"][0]
    assert {name: first[name] for name in ("company", "accession", "form", "filed_on", "item", "start", "document")} == {
        "company": "NWSC", "accession": "0000000001-23-000001", "form": "10-K", "filed_on": "2023-02-01",
        "item": "1A", "start": 0, "document": "main.htm",
    }  # fmt: skip
    assert first["end"] == len(first["text"])
    assert first["score"] > 0
    assert {"title", "page"} <= set(first)


def test_the_table_names_the_source_and_the_next_step(run: Run) -> None:
    code, output, _ = run("stock repurchase", "-k", "2")
    assert code == 0
    assert "NWSC" in output
    assert "0000000001-24-000001" in output
    assert "workbench sections" in output
    assert "--offset 2" in output


def test_as_of_leaves_out_what_was_filed_later(run: Run) -> None:
    _, output, _ = run("stock", "--as-of", "2023-12-31", "--format", "json")
    answer = json.loads(output)
    assert answer["as_of"] == "2023-12-31"
    assert {hit["filed_on"] for hit in answer["hits"]} == {"2023-02-01"}
    code, output, _ = run("stock", "--as-of", "2001-01-01")
    assert (code, "No passage found" in output) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("x" * 10_000,), 2, "10,000 characters"),
        (("  ",), 2, "empty"),
        (("x", "--as-of", "2999-01-01"), 2, "future"),
        (("x", "--as-of", "soon"), 2, "'soon' is not a date"),
        (("x", "-k", "0"), 2, "between 1 and 100"),
        (("x", "--ticker", "ZZZZ"), 1, "ZZZZ"),
        (("x", "--ticker", "not a ticker"), 2, "neither a ticker"),
        (("evaluate", "no-such-file"), 2, "No such file"),
    ],
)
def test_bad_input_is_one_clear_error(run: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    left, output, errors = run(*arguments)
    assert left == code
    assert said in errors
    assert "Traceback" not in output + errors


def test_without_a_question_it_explains_itself(run: Run) -> None:
    code, output, _ = run()
    assert (code, "QUERY" in output) == (2, True)


def test_evaluate_prints_a_row_for_each_half(run: Run, tmp_path: Path) -> None:
    place = {"accession": "0000000001-23-000001", "item": "1A", "start": 0, "end": 100}
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"query": "foundry in Taiwan", "relevant": [place]}) + "\n", encoding="utf-8")
    code, output, _ = run("evaluate", str(file), "--format", "json")
    assert code == 0
    rows = json.loads(output)
    assert [row["mode"] for row in rows] == ["hybrid", "words", "vector"]
    assert [row["recall"]["1"] for row in rows] == [1.0, 1.0, 1.0]
    code, output, _ = run("evaluate", str(file))
    assert code == 0
    assert "R@10" in output
