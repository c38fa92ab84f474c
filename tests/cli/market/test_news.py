"""`workbench news` as a user runs it, against a local vendor."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from db.companies import save_company
from db.engine import Database
from tests.command import Run, command_line
from tests.replay_server import ReplayServer, Reply
from workbench.domain.identity import Cik, Company, Listing, Ticker

ARTICLE = {
    "source": {"name": "The Example"},
    "title": "Retailer Walmart beats estimates",
    "url": "https://news.example/story?utm_source=feed",
    "publishedAt": "2024-06-05T20:29:18Z",
}


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database, which knows one company."""
    with database.write() as connection:
        save_company(connection, Company(Cik(104169), "Walmart Inc.", (Listing(Ticker("WMT")),)))
    command = command_line(database.url, tmp_path / "home", "news")

    def run_with(*arguments: str, key: str | None = "K3Y-THAT-NEVER-SHOWS") -> subprocess.CompletedProcess[str]:
        return command(*arguments, **({"WORKBENCH_NEWS_API__API_KEY": key} if key else {}))

    return run_with


def test_news_are_brought_in_and_listed(run: Run) -> None:
    body = json.dumps({"status": "ok", "totalResults": 1, "articles": [ARTICLE]}).encode()
    with ReplayServer(lambda _: Reply(body)) as server:
        table = run("WMT", "--source", server.url)
    assert (table.returncode, "Retailer Walmart beats estimates" in table.stdout) == (0, True)
    assert "saved: 1 articles" in table.stderr
    listed = json.loads(run("104169", "--stored", "--format", "json", key=None).stdout)
    assert listed == {
        "company": "WMT",
        "articles": [
            {
                "published_at": "2024-06-05T20:29:18+00:00",
                "publisher": "The Example",
                "title": "Retailer Walmart beats estimates",
                "url": "https://news.example/story",
                "sentiment": 1.0,
                "sentiment_method": "workbench-words/4",
                "confidence": 0.75,
                "rule": "name_in_title",
            }
        ],
    }


def test_what_cannot_be_done_is_one_clear_line(run: Run) -> None:
    refused = Reply(b'{"status":"error","code":"apiKeyInvalid"}', status=401)
    with ReplayServer(lambda _: refused) as server:
        done = run("WMT", "--source", server.url)
    assert done.returncode == 1
    assert "does not accept the key" in done.stderr
    assert "K3Y" not in done.stdout + done.stderr
    for arguments, key, code, message in (
        (["WMT"], None, 1, "no key for NewsAPI is set"),
        (["MSFT", "--stored"], None, 1, "no company with the ticker MSFT"),
        (["WMT", "--since", "yesterday"], None, 2, "is not a date"),
        (["WMT", "--as-of", "2999-01-01"], None, 2, "in the future"),
    ):
        told = run(*arguments, key=key)
        assert (told.returncode, message in told.stderr) == (code, True), told.stderr
