"""The Chromium of this machine, for PDFs and for tests of pages."""

from __future__ import annotations

import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """The path of the first of `BROWSERS` on this machine; None without one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)
