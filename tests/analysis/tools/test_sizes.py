from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.tools.sizes import MOST_TOKENS, as_text, estimated_tokens, fits, fitted, shortened


@given(st.lists(st.text(min_size=200, max_size=400), max_size=40))
def test_entries_are_left_out_from_the_end_and_counted(texts: list[str]) -> None:
    answer = fitted({"rows": texts, "head": 1}, "rows", how="ask again")
    assert fits(answer)
    assert answer["rows"] == texts[: len(answer["rows"])]
    left_out = answer.get("left_out", {"entries": 0})
    assert left_out["entries"] + len(answer["rows"]) == len(texts)
    if left_out["entries"]:
        assert not fits({"rows": texts[: len(answer["rows"]) + 1], "head": 1, "left_out": {"entries": 99, "how": "ask again"}})


@pytest.mark.parametrize(("text", "least"), [("391035000000", 12), ("net income", 3), ('{"a":[1,2]}', 6)])
def test_digits_cost_a_token_each(text: str, least: int) -> None:
    assert estimated_tokens(text) >= least


def test_a_text_is_cut_at_a_word() -> None:
    assert shortened("one two three", 9) == "one two …"
    assert shortened("one two three", 13) == "one two three"
    assert estimated_tokens(as_text({"text": "word " * 5_000})) > MOST_TOKENS
