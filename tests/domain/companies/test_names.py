"""Names of companies, as people write them."""

from __future__ import annotations

import pytest

from workbench.domain.companies.names import key_of, keys_of, known_names, whole_keys, words_of


@pytest.mark.parametrize(
    ("written", "filed"),
    [
        ("J&J", "JOHNSON & JOHNSON"),
        ("JOHNSON_JOHNSON", "Johnson & Johnson"),
        ("AMERICANEXPRESS", "AMERICAN EXPRESS CO"),
        ("Amex", "AMERICAN EXPRESS CO"),
        ("3M", "3M CO"),
        ("HP", "HP INC"),
        ("Coke", "COCA COLA CO"),
        ("Wal-Mart", "Walmart Inc."),
        ("United Health", "UNITEDHEALTH GROUP INC"),
        ("Facebook", "Meta Platforms, Inc."),
        ("AMAZON", "AMAZON COM INC"),
        ("Lowe\u2019s", "LOWES COMPANIES INC"),
    ],
)
def test_what_people_write_is_the_filer(written: str, filed: str) -> None:
    assert whole_keys([written]) & whole_keys([filed])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Johnson & Johnson", "JOHNSON CONTROLS INTERNATIONAL PLC"),
        ("American Express", "AMERICAN ELECTRIC POWER CO INC"),
        ("General Mills", "GENERAL MOTORS CO"),
        ("Dow", "DOVER CORP"),
    ],
)
def test_companies_that_share_words_are_apart(one: str, other: str) -> None:
    assert not whole_keys([one]) & whole_keys([other])


def test_the_first_words_of_a_long_name_mean_it_and_common_ones_do_not() -> None:
    assert {"hawaiian", "hawaiianelectric"} <= set(keys_of(["Hawaiian Electric Industries, Inc."]))
    assert "general" not in keys_of(["General Dynamics Corporation"])
    assert "american" not in keys_of(["American Water Works Company, Inc."])


def test_a_file_that_is_named_by_its_ticker_is_known() -> None:
    assert "nike" in keys_of(["nke"])
    assert key_of(words_of("The Coca-Cola Company")) in keys_of(["KO"])


def test_a_key_means_one_company() -> None:
    assert {key: [one.name for one in known] for key, known in known_names().items() if len(known) > 1} == {}
