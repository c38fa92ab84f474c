"""Where output goes: results on standard output, progress and errors on standard error."""

from __future__ import annotations

from rich.console import Console

console = Console(soft_wrap=False)
error_console = Console(stderr=True, soft_wrap=True)
