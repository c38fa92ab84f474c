"""Names of countries by their codes."""

from __future__ import annotations

from workbench.parse.xbrl.countries import country_names


def test_codes_of_countries_have_their_names_and_nothing_else_has_one() -> None:
    members = ["country:US", "country:CN", "country:GB", "country:QZ", "us-gaap:EMEAMember", "stpr:CA"]
    assert country_names(members) == {"country:US": "United States", "country:CN": "China", "country:GB": "United Kingdom"}
    assert country_names(["us-gaap:EMEAMember"]) == {}
