"""Every code has its words."""

from __future__ import annotations

from workbench.domain.measures.checks import CHECK_NAMES
from workbench.domain.statements.computed_figure import Refusal
from workbench.domain.statements.reasons import CHECKS, FAULTS, REASONS, why_not


def test_every_reason_has_its_words() -> None:
    assert {str(reason) for reason in Refusal} == set(REASONS)


def test_every_check_has_its_words() -> None:
    assert tuple(CHECKS) == tuple(FAULTS) == CHECK_NAMES


def test_a_reason_of_an_older_version_is_a_phrase() -> None:
    assert why_not("too_rounded") == "cannot be computed: the filed share counts are rounded too much"
    assert (why_not("no_such_thing"), why_not(None)) == ("no such thing", "")
