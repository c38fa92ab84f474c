"""Every column of the lake is described, and nothing else is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import workbench.domain.operations
from workbench.analysis.operations.lake_dictionary import dictionary_frame
from workbench.domain.errors import InvalidRequest
from workbench.ingest.operations.lake import lake_columns


def test_every_column_has_its_meaning() -> None:
    frame = dictionary_frame(lake_columns())
    assert frame.meaning.str.len().gt(3).all()
    assert len(frame) == sum(map(len, lake_columns().values()))
    facts = dictionary_frame(lake_columns(), "facts").set_index("column")
    assert facts.loc["value_exact", ["type", "meaning"]].tolist() == ["text", "the figure with every digit, as text"]
    parts = frame[frame.column == "part"].set_index("table").meaning
    assert parts["passages"] != parts["statements"]
    with pytest.raises(InvalidRequest, match="the lake has no table 'fact'") as error:
        dictionary_frame(lake_columns(), "fact")
    assert "facts" in str(error.value.hint)


def test_no_words_are_left_over() -> None:
    file = Path(workbench.domain.operations.__file__).parent / "lake_columns.toml"
    words = tomllib.loads(file.read_text(encoding="utf-8"))
    used = {column for columns in lake_columns().values() for column in columns}
    assert set(words.pop("every")) <= used
    assert all(set(own) <= set(lake_columns()[table]) for table, own in words.items())
