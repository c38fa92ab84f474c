"""Every code has its words."""

from __future__ import annotations

from workbench.domain.measures.checks import CHECK_NAMES
from workbench.domain.statements.computed_figure import Refusal
from workbench.domain.statements.reasons import CHECKS, FAULTS, OLDER_THAN_YEAR, REASONS, why_not, why_stale


def test_every_reason_has_its_words() -> None:
    assert {str(reason) for reason in Refusal} | {OLDER_THAN_YEAR} == set(REASONS)


def test_a_stale_table_says_since_when() -> None:
    words = "Not the newest figures: no such period was reported since: the newest fiscal year ends later (2023-12-31)."
    assert why_stale("2023-12-31") == words


def test_every_check_has_its_words() -> None:
    assert tuple(CHECKS) == tuple(FAULTS) == CHECK_NAMES


def test_a_reason_of_an_older_version_is_a_phrase() -> None:
    assert why_not("too_rounded") == "cannot be computed: the filed share counts are rounded too much"
    assert (why_not("no_such_thing"), why_not(None)) == ("no such thing", "")
