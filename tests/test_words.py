"""The words of the field, in what people read and in names: coined ones do not come back."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.tables import metadata

_ROOT = Path(__file__).parents[1]

# A coined word, as a whole word in any case, and what the field says.
_COINED = {
    r"kept": "stored, saved, cached",
    r"vintages?": "filed version, as filed",
    r"reached lines?": "extension-concept mapping",
    r"borders?": "ingest validation",
    r"apparatus": "boilerplate",
    r"furniture": "boilerplate",
    r"ledgers?": "request budget, rate limiter",
    r"journals?": "figure log",
    r"told": "notified, shown, known",
    r"tells? of": "describes, lists",
    r"(?:is|are) heard": "is received",
    r"mends?|mended": "fix, hint",
    r"worth": "value, valuation",
    r"askers?": "caller, user",
    r"failing that": "otherwise",
    r"nought": "zero",
    r"whoever": "anyone who",
    r"our failure": "internal error with its request id",
}
_PATTERN = re.compile("|".join(rf"\b(?:{word})\b" for word in _COINED), re.IGNORECASE)
# Where a coined word is the plain one.
_PLAIN = re.compile(
    r"net worth|(?:not|is|be) worth|worth (?:making|a|an|the)\b|border-box|cross-border|border(?:-[a-z]+)?\s*[:=]|CSS border|"
    r"\*\*as filed\*\*|General Ledger|Journal of [A-Z]|Analysts Journal",
    re.IGNORECASE,
)
_COINED_NAMES = {
    "kept", "vintage", "vintages", "apparatus", "furniture", "ledger", "journal", "asker", "nought", "mend", "told",
    "heard", "verdict", "verdicts", "reached", "said", "alike",
}  # fmt: skip


def _files(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=_ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [_ROOT / name for name in filter(None, listed.stdout.split("\0")) if (_ROOT / name).is_file()]


def _coined(text: str) -> list[str]:
    plain = _PLAIN.sub("", text)
    return [plain[max(0, hit.start() - 40) : hit.end() + 20] for hit in _PATTERN.finditer(plain)]


def _sentences(path: Path) -> Iterator[str]:
    """Texts of a module with more than one word, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and node.body
                  and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings and " " in node.value:
            yield node.value


def _names(tree: ast.Module) -> Iterator[str]:
    """Names of functions, classes, parameters, keywords, attributes and variables, where they are made or passed."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.arg, ast.keyword)) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def test_no_coined_word_in_what_people_read() -> None:
    found = []
    for path in _files("workbench/*.py", "api/*.py", "flows/*.py", "db/*.py"):
        if {"migrations", "tables"} & set(path.parts):  # comments of columns, as the migrations made them
            continue
        found += [f"{path.relative_to(_ROOT)}: {hit}" for text in _sentences(path) for hit in _coined(text)]
    for path in _files("workbench/*.html", "api/*.html", "workbench/*.txt"):
        if path.name != "bert_uncased_vocabulary.txt":
            found += [f"{path.relative_to(_ROOT)}: {hit}" for hit in _coined(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("pattern", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md"])
def test_no_coined_word_in_the_docs(pattern: str) -> None:
    found = [
        f"{path.relative_to(_ROOT)}: {hit}" for path in _files(pattern) for hit in _coined(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_coined_word_in_names() -> None:
    found = set()
    for path in _files("workbench/*.py", "api/*.py", "flows/*.py", "db/*.py"):
        if "migrations" in path.parts:
            continue
        for name in _names(ast.parse(path.read_text(encoding="utf-8"))):
            parts = {part.lower() for part in re.split(r"_|(?<=[a-z])(?=[A-Z])", name)}
            if parts & _COINED_NAMES or "of_any" in name or name in ("border", "borders", "found"):
                found.add(f"{path.relative_to(_ROOT)}: {name}")
    # A field of an answer, as which it is documented.
    assert found == {"workbench/analysis/alerts/alerts_json.py: found"}


def test_no_coined_word_in_tables() -> None:
    of_tables = {(table.name, table.comment) for table in metadata.tables.values()}
    of_columns = {(column.name, column.comment) for table in metadata.tables.values() for column in table.columns}
    texts = {text for pair in of_tables | of_columns for text in pair if text}
    assert {text for text in texts if _coined(text.replace("_", " ")) or set(text.split("_")) & _COINED_NAMES} == set()
