"""The alerts page: made, previewed, removed, and one that is no longer possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Dialog, expect
from pydantic import SecretStr

from db.alerts.deliveries import save_notices
from db.alerts.rules import save_rule
from tests.browser import Visit, open_page, serve
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import Notice, NoticeState
from workbench.domain.alerts.rules import INBOX, parse_condition
from workbench.pages.alerts.alert_tables import inbox_list, notice_table, preview_list, rule_table
from workbench.runtime import Workbench
from workbench.settings import Alerts

NOW = datetime(2024, 11, 1, 12, 30, tzinfo=UTC)
_RULE = {
    "alert": 3, "owner": "ada", "condition": "filing", "sentence": "A new filing: <b>", "fault": None, "channel": "ops",
    "cadence": "weekly", "digest_at": "07:30", "digest_weekday": "Monday", "quiet_hours": "22:00-07:00", "time_zone": "UTC",
}  # fmt: skip
_NOTICE = {
    "title": "AAPL filed a 10-K", "link": "http://host:1/reader?accession=1", "facts": [{"name": "Filed", "value": "<today>"}],
    "found_at": "2024-11-01T12:30:00+00:00", "alert": 3, "channel": "ops", "state": "failed", "error": "no such <host>",
}  # fmt: skip


def test_tables_say_when_and_escape_what_they_were_told() -> None:
    table = rule_table([_RULE])
    assert "each week on Monday at 07:30 UTC not 22:00-07:00" in table
    assert "A new filing: &lt;b&gt;" in table
    assert "Owner" not in table
    assert "Owner" in rule_table([_RULE, {**_RULE, "owner": "bob"}])
    table = notice_table([_NOTICE], "http://host:1")
    assert '<a href="reader?accession=1">AAPL filed a 10-K</a>' in table
    assert "1 Nov 2024 12:30" in table
    assert "no such &lt;host&gt;" in table
    preview = preview_list({"alert": _RULE, "days": 365, "found": 12, "notices": [_NOTICE]}, "http://host:1")
    assert "12 matches in the last 365 days, the newest 1 shown" in preview
    assert "Filed: &lt;today&gt;" in preview


def test_what_was_not_read_is_marked_in_words() -> None:
    unread, read = {**_NOTICE, "notice": 7, "read_at": None}, {**_NOTICE, "notice": 6, "read_at": "2024-11-01T13:00:00+00:00"}
    shown = inbox_list([unread, read], "http://host:1", 1)
    assert shown.count(">new</span>") == 1
    assert shown.count('aria-label="Mark as read: AAPL filed a 10-K"') == 1
    assert "1 unread" in shown
    assert "Mark all as read" not in inbox_list([read], "http://host:1", 0)


def test_who_may_only_read_gets_no_buttons_to_remove() -> None:
    assert "Remove" in rule_table([_RULE])
    assert "Remove" not in rule_table([_RULE], may_change=False)


@pytest.fixture
def alerting(chromium: BrowserContext, loaded: Workbench) -> Iterator[Visit]:
    """A visit to the pages of a workbench with one channel, whose alerts are all removed at the end."""
    channels = Alerts(channels={"ops": SecretStr("json://127.0.0.1:9/nobody")})
    settings = loaded.settings.model_copy(update={"alerts": channels})
    with serve(Workbench(settings, loaded.database, loaded.objects)) as address, open_page(chromium) as page:
        visit = Visit(page, address)
        yield visit
    with loaded.database.write() as connection:
        connection.execute(sa.text("delete from alert_rules"))
    assert visit.complaints == []


@pytest.mark.browser
def test_an_alert_is_previewed_made_and_removed(alerting: Visit) -> None:
    alerting.open("alerts")
    page = alerting.page
    expect(page.locator("#rules")).to_contain_text("No alerts yet.")
    expect(page.locator("#sent")).to_contain_text("Nothing yet.")
    page.get_by_role("link", name="Figure").click()
    form = page.locator("#query")
    form.get_by_label("Measure", exact=True).select_option("net_margin")
    form.get_by_label("Period").select_option("@quarter")
    form.get_by_label("Comparison", exact=True).select_option(" between ")
    form.get_by_label("Value").fill("10 and 90")
    form.get_by_label("Company").fill("AAPL")
    page.get_by_role("button", name="Preview").click()
    preview = page.locator("#preview h2")
    expect(preview).to_have_text("Net margin in the latest quarter from 10 % to 90 %, when that becomes so: AAPL")
    page.get_by_role("button", name="Preview").click()  # the same again: nothing was added to what is written
    expect(page.locator("#preview")).to_contain_text("in the last 365 days")
    expect(page.locator("#rules")).to_contain_text("No alerts yet.")
    page.get_by_role("button", name="Add").click()
    rule = page.locator("#rules tbody tr")
    expect(rule).to_have_count(1)
    expect(rule).to_contain_text("Net margin in the latest quarter from 10 % to 90 %")
    expect(rule).to_contain_text("new")
    page.reload()
    expect(rule).to_have_count(1)
    remove = page.get_by_role("button", name=re.compile("^Remove: Net margin"))
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    remove.click()
    expect(rule).to_have_count(1)
    remove.click()
    expect(page.locator("#rules")).to_contain_text("No alerts yet.")
    assert len(asked) == 2
    assert re.fullmatch(r"Remove alert \d+ permanently\?\n\nNet margin in the latest quarter from 10 % to 90 %.*", asked[0])


@pytest.mark.browser
def test_the_inbox_is_counted_in_the_bar_and_read(alerting: Visit, loaded: Workbench) -> None:
    with loaded.database.write() as connection:
        rule = save_rule(
            connection, owner="local", condition=parse_condition("filing 10-K"), channel=INBOX, schedule=Schedule(),
            created_at=NOW,
        )  # fmt: skip
        found = [Notice("1", "AAPL filed a 10-K", page="/reader?accession=1"), Notice("2", "NKE filed an 8-K")]
        save_notices(connection, rule.rule_id, found, state=NoticeState.SENT, found_at=NOW, due_at=NOW)
    alerting.open("home")
    page = alerting.page
    expect(page.locator("#inbox")).to_contain_text("2 unread")
    count = page.locator(".bar .unread")
    expect(count).to_contain_text("2")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1300, "height": 900})
    alerting.open("alerts")
    page.get_by_role("button", name="Mark as read: NKE filed an 8-K").click()
    expect(page.locator("#inbox")).to_contain_text("1 unread")
    expect(count).to_contain_text("1")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("#inbox")).to_contain_text("0 unread")
    expect(count).to_be_hidden()


@pytest.mark.browser
def test_what_is_refused_is_said_beside_the_form(alerting: Visit) -> None:
    alerting.open("alerts")
    page = alerting.page
    expect(page.locator("#rules")).to_contain_text("No alerts yet.")
    page.locator("#query").get_by_label("Company").fill("ZZZZ")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#query [role=alert]")).to_contain_text("There is no company with the ticker ZZZZ")
    alerting.complaints.clear()  # the browser notes the refusal in its console


@pytest.mark.browser
def test_an_alert_on_a_line_that_is_gone_is_listed_with_the_reason(alerting: Visit, loaded: Workbench) -> None:
    with loaded.database.write() as connection:
        connection.execute(
            sa.text(
                "insert into alert_rules (owner, condition, channel, cadence, digest_at, digest_weekday, time_zone) "
                "values ('local', 'sparkle > 3', 'ops', 'at_once', '08:00', 0, 'UTC'), "
                "('local', 'filing 10-K', 'ops', 'at_once', '08:00', 0, 'UTC')"
            )
        )
    alerting.open("alerts")
    rows = alerting.page.locator("#rules tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("sparkle > 3 (inactive: 'sparkle' is not a statement line or a ratio)")
    expect(rows.first.get_by_role("button")).to_have_count(1)
    rows.nth(1).get_by_role("button", name=re.compile("^Preview")).click()
    expect(alerting.page.locator("#preview h2")).to_have_text("A new 10-K: everything")
