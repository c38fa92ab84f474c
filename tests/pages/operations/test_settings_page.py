"""The settings page: what is stored in it is used at once, its secrets are not shown again, and refusals name their fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, expect
from pydantic import SecretStr

from db.engine import Database
from tests.browser import Visit, open_page, serve
from tests.conftest import clone
from tests.notifiers import Webhook
from workbench.adapters.object_store import FolderStore
from workbench.domain.operations.stored_settings import CHANNELS, CONTACT, NEWS_KEY, SettingSource, SettingState, in_group
from workbench.pages.operations.settings_page import addresses, single_settings
from workbench.runtime import Workbench
from workbench.settings import NewsApi, Settings

_SET_AT = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)


def test_a_setting_says_who_set_it_and_a_secret_is_not_shown() -> None:
    stored = SettingState(NEWS_KEY, SettingSource.STORED, set_by="<ada>", set_at=_SET_AT)
    shown = single_settings([SettingState(CONTACT, SettingSource.NONE), stored])
    assert "Set on 2 Mar 2026 09:05 UTC by &lt;ada&gt;." in shown
    assert shown.count("not set</span>") == 1
    assert 'type="password"' in shown
    assert shown.count(">Remove</button>") == 1
    assert "not readable" in single_settings([replace(stored, is_readable=False)])


def test_what_the_environment_sets_has_no_form() -> None:
    shown = single_settings([SettingState(CONTACT, SettingSource.ENVIRONMENT, value="Ada ada@example.org")])
    assert "<b>Ada ada@example.org</b>" in shown
    assert "Set by the environment (<code>WORKBENCH_CONTACT</code>), and cannot be changed here." in shown
    assert "<form" not in shown
    ops = SettingState(in_group(CHANNELS, "ops"), SettingSource.ENVIRONMENT)
    assert "Remove" not in addresses([ops], CHANNELS)
    assert 'aria-label="Test: Channel ops"' in addresses([ops], CHANNELS)


@pytest.fixture
def visit(chromium: BrowserContext, postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    home = tmp_path_factory.mktemp("settings")
    database = Database(clone(postgres_url, "settings_page"))
    settings = Settings(home=home, news_api=NewsApi(api_key=SecretStr("of-the-environment")))
    with serve(Workbench(settings, database, FolderStore(home))) as address, open_page(chromium) as page:
        yield Visit(page, address)
    database.close()


@pytest.mark.browser
def test_the_contact_and_a_channel_are_set_in_the_browser(visit: Visit) -> None:
    page = visit.page
    page.on("dialog", lambda dialog: dialog.accept())
    visit.open("company")
    load = page.get_by_label("Load a company from the SEC")
    load.fill("NKE")
    page.get_by_role("button", name="Load", exact=True).click()
    # The hint of the refusal leads to where the contact is set.
    page.locator("[role=alert]").get_by_role("link", name="Settings").click()
    contact = page.get_by_role("textbox", name="Contact for the SEC")
    contact.fill("Grace Hopper")
    save = page.locator("#sources").get_by_role("button", name="Save").first
    save.click()
    expect(page.locator("#sources [role=alert]")).to_contain_text("does not end with an e-mail address")
    contact.fill("Grace Hopper grace@example.org")
    save.click()
    expect(page.locator("#sources [role=status]")).to_have_text("Contact for the SEC is stored, and used from now on.")
    expect(contact).to_have_value("Grace Hopper grace@example.org")
    expect(page.locator("#sources")).to_contain_text("Set by the environment (WORKBENCH_NEWS_API__API_KEY)")
    with Webhook() as hook:
        channels = page.locator("#channels")
        channels.get_by_label("Name").fill("desk")
        channels.get_by_label("Address").fill(f"json://127.0.0.1:{hook.port}/")
        channels.get_by_role("button", name="Save").click()
        channels.get_by_role("button", name="Test: Channel desk").click()
        expect(channels.locator("[role=status]")).to_have_text("The test message was accepted.")
        assert [each.title for each in hook.received] == ["Test notification from the workbench"]
        assert f"127.0.0.1:{hook.port}" not in page.content()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1440, "height": 900})
    channels.get_by_role("button", name="Remove: Channel desk").click()
    expect(channels).to_contain_text("None is set.")
    # The account menu leads here, and a company can be loaded without a restart.
    visit.open("company")
    page.locator("summary[title=Account]").click()
    expect(page.locator(".account").get_by_role("link", name="Settings")).to_be_visible()
    load.fill("NKE")
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.locator("[role=status]", has_text="Loading began")).to_be_visible()
