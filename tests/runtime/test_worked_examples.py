"""The worked examples of the documentation run, and their answers are right."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from workbench.runtime import Workbench

DOCUMENT = (Path(__file__).parents[2] / "docs" / "research.md").read_text(encoding="utf-8")
GUIDE, WORKED = DOCUMENT.split("\n## Worked examples\n")
_CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
EXAMPLES = [(part.splitlines()[0], _CODE.findall(part)) for part in WORKED.split("\n### ")[1:]]


@pytest.mark.parametrize(("title", "codes"), EXAMPLES, ids=[title for title, _ in EXAMPLES])
def test_an_example_answers_its_question(loaded: Workbench, title: str, codes: list[str]) -> None:
    assert codes, title
    for code in codes:
        assert "assert " in code
        exec(compile(code, title, "exec"), {"wb": loaded})


def test_there_are_five() -> None:
    assert len(EXAMPLES) == 5


def test_the_guide_names_every_method_and_its_code_runs(loaded: Workbench) -> None:
    codes = _CODE.findall(GUIDE)
    assert len(codes) == 2
    for code in codes:
        exec(compile(code, "the guide", "exec"), {"wb": loaded})
    methods = {name for name, _ in inspect.getmembers(Workbench, inspect.isfunction) if not name.startswith("_")}
    assert methods - {"close", "company"} <= set(re.findall(r"`(\w+)`", GUIDE.split("\n## ")[0]))
