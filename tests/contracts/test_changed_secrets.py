"""Secrets that change while a process serves: each part uses the new one, on real servers that refuse the old one."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from pydantic import SecretStr

from tests.notifiers import MailServer
from tests.own_server import until
from tests.replay_server import Asked, ReplayServer, Reply
from tests.services import ACCESS_KEY, SECRET_KEY, redis_server, s3_server
from workbench.domain.alerts.notices import Message
from workbench.domain.errors import SetupError, SourceError
from workbench.runtime import components, sources
from workbench.runtime.secrets import followed_secrets, with_secrets
from workbench.settings import Settings

_MESSAGE = Message("one", "title", "text", "<p>text</p>")


class Store:
    """The folder of a home in which secrets are files."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "secrets").mkdir()

    def put(self, name: str, value: str) -> None:
        (self.home / "secrets" / name).write_text(value)

    def settings(self, **parts: object) -> Settings:
        secrets = {"kind": "local", "refresh_seconds": 0.05}
        return Settings.model_validate({"home": self.home, "secrets": secrets, **parts})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def works(step: Callable[[], object]) -> bool:
    try:
        step()
    except (SetupError, SourceError, redis.RedisError):
        return False
    return True


def test_the_object_store_has_new_keys(store: Store, tmp_path: Path) -> None:
    store.put("objects_key", SECRET_KEY)
    with s3_server(tmp_path / "s3") as server:
        endpoint = f"http://127.0.0.1:{server.port}"
        settings = store.settings(
            objects={"kind": "minio", "endpoint": endpoint, "access_key": ACCESS_KEY, "secret_key": "secret:objects_key"}
        )
        with followed_secrets(settings) as followed:
            objects = components.object_store(followed)
            objects.put("reports/1", b"one")
            server.stop()
            server.environment["NANIO_SECRET_KEY"] = "another-secret-of-the-test"
            server.start()
            with pytest.raises(SetupError):
                objects.get("reports/1")
            store.put("objects_key", "another-secret-of-the-test\n")
            until(lambda: works(lambda: objects.get("reports/1")), seconds=10)


def test_redis_has_a_new_password(store: Store, tmp_path: Path) -> None:
    with redis_server(tmp_path / "redis") as server, redis.Redis(port=server.port) as administrator:

        def change(password: str) -> None:
            """As after a restart of Redis: nobody is connected who showed the password before."""
            administrator.config_set("requirepass", password)
            administrator.execute_command("AUTH", password)
            administrator.client_kill_filter(_type="normal", skipme=True)

        administrator.ping()
        change("first")
        store.put("cache_url", f"redis://:first@127.0.0.1:{server.port}/0")
        with followed_secrets(store.settings(cache={"kind": "redis", "url": "secret:cache_url"})) as followed:
            cache, windows = components.redis_cache(followed), components.request_windows(followed)
            assert cache.version()
            change("second/@")
            assert not works(cache.version)
            store.put("cache_url", f"redis://:second%2F%40@127.0.0.1:{server.port}/0")
            until(lambda: works(cache.version), seconds=10)

            async def take() -> None:
                assert (await windows.take("ada", 5)).is_within
                await windows.close()

            asyncio.run(take())
            assert administrator.keys("workbench-limits*"), "it was counted in Redis"
            cache.close()


def test_vendors_and_mail_have_new_passwords(store: Store) -> None:
    valid = "first"

    def answer(asked: Asked) -> Reply:
        return Reply(b"{}", status=200 if asked.headers.get("x-api-key") == valid else 401)

    store.put("news", "first")
    with ReplayServer(answer) as vendor, MailServer(password="first") as mail:

        def address(password: str) -> str:
            return f"mailto://me:{password}@127.0.0.1:{mail.port}?from=w@example.org&to=ada@example.org"

        store.put("ops", address("first"))
        settings = store.settings(
            news_api={"url": vendor.url, "api_key": "secret:news", "requests_per_minute": 1200},
            alerts={"channels": {"ops": "secret:ops"}},
        )
        with followed_secrets(settings) as followed, sources.news_source(followed) as news:
            notifier = components.notifier(lambda: followed)
            for step in (lambda: news.articles("AAPL", since=None, page=1), lambda: notifier.send("ops", _MESSAGE)):
                valid = mail.password = "first"
                until(lambda step=step: works(step), seconds=10)  # type: ignore[misc]
                valid = mail.password = "second"
                assert not works(step)
                store.put("news", "second")
                store.put("ops", address("second"))
                until(lambda step=step: works(step), seconds=10)  # type: ignore[misc]
                store.put("news", "first")
                store.put("ops", address("first"))


def test_what_the_store_no_longer_gives_goes_on_to_count(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.put("news", "first")
    settings = store.settings(news_api={"api_key": "secret:news"})
    with caplog.at_level(logging.INFO), followed_secrets(settings) as followed:
        key = followed.news_api.api_key
        assert key is not None
        before, plain = hash(followed), with_secrets(settings)
        assert (followed == plain, hash(followed)) == (True, hash(plain))
        (store.home / "secrets" / "news").unlink()
        until(lambda: "used as they were read last" in caplog.text, seconds=10)
        assert key.get_secret_value() == "first"
        store.put("news", "second")
        until(lambda: key.get_secret_value() == "second", seconds=10)
        # Workers keep what they opened by their settings, and get what counts as they are sent it.
        assert hash(followed) == before
        assert pickle.loads(pickle.dumps(key)) == SecretStr("second")
    assert "first" not in caplog.text
    assert "second" not in caplog.text
    assert caplog.text.count("used as they were read last") == 1
    store.put("news", "third")
    assert key.get_secret_value() == "second"  # the block has ended


def test_at_the_start_only_if_so_wished(store: Store) -> None:
    store.put("news", "first")
    settings = store.settings(news_api={"api_key": "secret:news"}).model_copy(
        update={"secrets": store.settings().secrets.model_copy(update={"refresh_seconds": 0.0})}
    )
    with followed_secrets(settings) as followed:
        store.put("news", "second")
        assert followed.news_api.api_key is not None
        assert followed.news_api.api_key.get_secret_value() == "first"
