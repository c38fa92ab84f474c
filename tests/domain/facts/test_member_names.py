"""Names of dimension members in words."""

from __future__ import annotations

import pytest

from workbench.domain.facts.member_names import in_words


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("a:GreaterChinaSegmentMember", "Greater China"),
        ("a:HandAndPowerToolsMember", "Hand and Power Tools"),
        ("us-gaap:NonUsMember", "Non-US"),
        ("us-gaap:CorporateNonSegmentMember", "Corporate Non-Segment"),
        ("a:WalmartUSSegmentMember", "Walmart US"),
        ("a:TheAmericasMember", "The Americas"),
        ("us-gaap:EMEAMember", "EMEA"),
        ("country:US", "US"),
        ("a:SegmentMember", "Segment"),
        ("a:Member", "Member"),
        ("a:1234", "1234"),
    ],
)
def test_members_in_words(member: str, words: str) -> None:
    assert in_words(member) == words
