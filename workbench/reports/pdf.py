"""A report on paper: its page printed by the Chromium of this machine, which draws the charts as a reader sees them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from workbench.adapters.browser import find_browser
from workbench.deadlines.programs import run_program
from workbench.domain.errors import SetupError
from workbench.runtime.child_environment import environment_without_settings

_SECONDS = 120
# Charts are drawn by scripts; time for them passes as fast as they use it up.
_VIRTUAL_MILLISECONDS = 15_000


def to_pdf(html: str) -> bytes:
    """The page as PDF; raises SetupError where there is no Chromium, or it does not print."""
    browser = find_browser()
    if browser is None:
        raise SetupError("a PDF needs Chromium, which is not on this machine", hint="on Debian: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="report-pdf-") as folder:
        page, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(html, encoding="utf-8")
        command = [
            browser, "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}/profile", f"--virtual-time-budget={_VIRTUAL_MILLISECONDS}", "--no-pdf-header-footer",
            f"--print-to-pdf={target}", page.as_uri(),
        ]  # fmt: skip
        if os.name == "posix" and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium's sandbox refuses root; the page is a file of our own
        try:
            ended = run_program(command, seconds=_SECONDS, environment=environment_without_settings())
            if ended.code == 0:
                return target.read_bytes()
            reason = f"it ended with {ended.code}"
        except OSError as error:  # a TimeoutError is one
            reason = str(error)
        raise SetupError(f"{Path(browser).name} did not print the report: {reason}", hint="run `workbench doctor`")
