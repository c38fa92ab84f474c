"""Finding notebooks and reading their parameters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.domain.as_of import today
from workbench.domain.errors import FutureDate, InvalidRequest, MalformedDocument, NotFound
from workbench.reports.notebooks import Notebook, find_notebook, load_notebook, parse_parameters


def written(
    folder: Path, source: str, *, tags: tuple[str, ...] = ("parameters",), name: str = "small", then: str = ""
) -> Path:
    """A notebook file with one cell, and a second one that runs `then`."""
    cells = [_cell(source, tags), *([_cell(then, ())] if then else [])]
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def _cell(source: str, tags: tuple[str, ...]) -> dict[str, object]:
    metadata = {"tags": list(tags)}
    name = "parameters" if tags else "then"
    return {"cell_type": "code", "id": name, "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    return load_notebook(written(tmp_path, 'ticker = "AAPL"\nas_of = ""\nperiods: int = 8\nshare = 0.5\nis_long = False'))


def test_values_take_the_type_of_their_default(notebook: Notebook) -> None:
    values = parse_parameters(notebook, ["periods=4", "share=1", "is_long=true", "ticker=BRK.B", "as_of=2024-06-30"])
    assert values == {"ticker": "BRK.B", "as_of": "2024-06-30", "periods": 4, "share": 1.0, "is_long": True}


def test_an_open_as_of_becomes_today_so_that_the_run_can_be_repeated(notebook: Notebook) -> None:
    assert parse_parameters(notebook, [])["as_of"] == today().isoformat()


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("tickr=AAPL", "small has no parameter 'tickr'"),
        ("periods=many", "periods is a whole number, not 'many'"),
        ("is_long=perhaps", "is_long is true or false, not 'perhaps'"),
        ("share=", "share is a number, not ''"),
        ("ticker", "'ticker' is not of the form name=value"),
        ("as_of=soon", "'soon' is not a date"),
    ],
)
def test_a_wrong_parameter_is_named(notebook: Notebook, assignment: str, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        parse_parameters(notebook, [assignment])


def test_the_future_is_refused(notebook: Notebook) -> None:
    with pytest.raises(FutureDate):
        parse_parameters(notebook, ["as_of=2999-01-01"])


@pytest.mark.parametrize("source", ["import os", "a = open('x')", "a = [1]", "a, b = 1, 2", "a ="])
def test_only_plain_values_are_parameters(tmp_path: Path, source: str) -> None:
    with pytest.raises(MalformedDocument, match="more than plain assignments"):
        load_notebook(written(tmp_path, source))


def test_what_is_no_notebook(tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text("{")
    with pytest.raises(MalformedDocument, match=r"broken\.ipynb is not a notebook"):
        load_notebook(path)
    with pytest.raises(MalformedDocument, match="exactly one cell"):
        load_notebook(written(tmp_path, "a = 1", tags=()))


def test_by_name_or_by_path(tmp_path: Path) -> None:
    path = written(tmp_path, "a = 1")
    assert find_notebook("small", tmp_path) == find_notebook(str(path)) == path.resolve()
    with pytest.raises(NotFound) as caught:
        find_notebook("large", tmp_path)
    assert "small" in str(caught.value.hint)
