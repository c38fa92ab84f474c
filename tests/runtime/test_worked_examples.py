"""The worked examples of the documentation run, and their answers are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench.runtime import Workbench

DOCUMENT = (Path(__file__).parents[2] / "docs" / "research.md").read_text(encoding="utf-8")
EXAMPLES = [
    (part.splitlines()[0], re.findall(r"```python\n(.*?)```", part, re.DOTALL)) for part in DOCUMENT.split("\n## ")[1:]
]


@pytest.mark.parametrize(("title", "codes"), EXAMPLES, ids=[title for title, _ in EXAMPLES])
def test_an_example_answers_its_question(loaded: Workbench, title: str, codes: list[str]) -> None:
    assert codes, title
    for code in codes:
        assert "assert " in code
        exec(compile(code, title, "exec"), {"wb": loaded})


def test_there_are_five() -> None:
    assert len(EXAMPLES) == 5
