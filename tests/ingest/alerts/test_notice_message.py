"""Messages as they are read."""

from __future__ import annotations

from datetime import UTC, datetime

from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import Notice
from workbench.domain.alerts.rules import AlertRule, parse_condition
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.ingest.alerts.notice_message import compose, trial

WALMART = Company(Cik(104169), "Walmart Inc.", (Listing(Ticker("WMT")),))


def rule(number: int, condition: str = "filing") -> AlertRule:
    made = datetime(2024, 11, 1, tzinfo=UTC)
    return AlertRule(number, "local", parse_condition(condition), None, None, "ops", Schedule(), made)


def notice(number: int, company: str | None = "WMT") -> Notice:
    return Notice(
        f"s{number}", f"{company} filed <{number}>", WALMART.cik, company, (("Filed", "a & b"),), f"/reader?n={number}&x"
    )


def test_one_notice_is_its_own_message() -> None:
    message = compose([(rule(1), notice(7))], "http://host/wb/")
    assert message.title == "WMT filed <7>"
    assert message.text == (
        "WMT filed <7>\n  Filed  a & b\n  Page   http://host/wb/reader?n=7&x\n\n--\nAlert 1: A new filing: everything\n"
    )
    assert '<a href="http://host/wb/reader?n=7&amp;x">WMT filed &lt;7&gt;</a>' in message.html
    assert "a &amp; b" in message.html
    assert "<7>" not in message.html


def test_many_notices_are_one_message_that_ends() -> None:
    told = [(rule(1 + number % 2), notice(number, f"C{number % 5}")) for number in range(1000)]
    message = compose(told, "http://host")
    assert message.title == "1000 notices: C0, C1, C2 and 2 more"
    assert [message.text.count(part) for part in ("  Filed  ", "\n- C", "And 700 more")] == [20, 280, 1]
    assert message.text.endswith("--\nAlert 1: A new filing: everything\nAlert 2: A new filing: everything\n")
    assert len(message.text) < 30_000
    failures = compose([(rule(3, "failed run"), notice(1, None)), (rule(1), notice(2))], "http://host")
    assert failures.title == "2 notices: runs, WMT"
    assert "Alert 3: A failed run (flow)\n" in failures.text


def test_the_key_is_of_what_is_told_and_nothing_else() -> None:
    told = [(rule(1), notice(1)), (rule(2), notice(2))]
    assert compose(told, "http://a").key == compose(told, "http://b").key
    assert len({compose(part, "http://a").key for part in (told, told[:1], told[1:], [(rule(2), notice(1))])}) == 4


def test_what_is_no_address_is_no_link_and_a_notice_without_a_page_has_none() -> None:
    bare = Notice("s", "A <b> title", None, None, (("Why", "javascript:alert(1)"), ("At", "https://a.example/?x=1&y=2")))
    message = compose([(rule(1), bare)], "http://host")
    assert "<h3>A &lt;b&gt; title</h3>" in message.html
    assert "javascript:alert(1)<br>" in message.html
    assert '<a href="https://a.example/?x=1&amp;y=2">https://a.example/?x=1&amp;y=2</a>' in message.html
    assert message.text.startswith("A <b> title\n  Why  javascript:alert(1)\n  At   https://a.example/?x=1&y=2\n\n--\n")


def test_a_trial_names_its_channel() -> None:
    message = trial("<ops>", "http://host/?a=1&b=2")
    assert "<b>&lt;ops&gt;</b>" in message.html
    assert 'href="http://host/?a=1&amp;b=2"' in message.html
    assert message.text == (
        "This is how notifications will reach you through the channel <ops>.\n\nThe workbench: http://host/?a=1&b=2\n"
    )
