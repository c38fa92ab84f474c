"""A headless Chromium, and the real server on a free loopback port for it to visit."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from api.app import create_app
from workbench.runtime import Workbench

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# What is waited for comes in a second, or on a busy machine later; only what never comes waits as long as this.
_PATIENCE_MS = 20_000


def find_chromium() -> str | None:
    """The Chromium of this machine, or the one `WORKBENCH_TEST_CHROMIUM` names."""
    return os.environ.get("WORKBENCH_TEST_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def open_chromium() -> Iterator[BrowserContext]:
    """A browser with an empty profile on the disk; skips the test where there is none.

    A profile keeps the scripts that all pages share, compiled, from one test to the next: they are most of what a page costs.
    """
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        browser = playwright.chromium.launch_persistent_context(profile, executable_path=program, args=_FLAGS)
        browser.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        yield browser
        browser.close()


@contextmanager
def open_page(chromium: BrowserContext, width: int = 1440, height: int = 900) -> Iterator[Page]:
    """A page of this size that no other has left anything to: no cookie, nothing stored, no page beside it."""
    page = chromium.new_page()
    page.set_viewport_size({"width": width, "height": height})
    yield page
    chromium.clear_cookies()
    session = chromium.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "local_storage,indexeddb,service_workers"})
    for each in chromium.pages[1:]:
        each.close()


@dataclass(frozen=True)
class Server:
    """The application that is being served, and its address."""

    app: FastAPI
    address: str


@contextmanager
def serving(workbench: Workbench, listener: socket.socket | None = None) -> Iterator[Server]:
    """The API and the pages over this workbench, in a thread, on `listener` or a free loopback port."""
    listener = listener or socket.create_server(("127.0.0.1", 0))
    app = create_app(workbench)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield Server(app, f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()


@contextmanager
def serve(workbench: Workbench) -> Iterator[str]:
    """The same; yields the address alone."""
    with serving(workbench) as server:
        yield server.address


@dataclass
class Visit:
    """One page, and what it did that a person must never notice."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A test acts faster than people do: it waits with each action until the panels have taken over from the first content.
        self.page.add_locator_handler(self.first, lambda: None)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error in a script: {error}"))
        self.page.on("request", self._see)

    @property
    def first(self) -> Locator:
        """The first content that no panel has replaced yet."""
        return self.page.locator(".first").first

    def open(self, path: str) -> None:
        """Goes to the path and waits until the page's panels have taken over from its first content."""
        self.page.goto(f"{self.address}/{path}")
        self.page.wait_for_selector(".html-panel >> nth=0", state="attached")
        expect(self.page.locator(".first")).to_have_count(0)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        host = urlsplit(request.url)
        if host.scheme not in ("blob", "data") and f"{host.scheme}://{host.netloc}" != self.address:
            self.complaints.append(f"asked another host: {request.url}")
