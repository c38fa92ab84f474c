"""What the columns of the lake mean; the words are data, in `lake_columns.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    file = resources.files("workbench.domain.operations") / "lake_columns.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def meaning(table: str, column: str) -> str:
    """What a column of a table means; raises KeyError for a column that nobody described.

    >>> meaning("filings", "form")
    'form type of the filing, such as 10-K'
    """
    words = _words()
    return words.get(table, {}).get(column) or words["every"][column]
