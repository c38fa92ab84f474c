"""The command line: `workbench --help`. `commands` lists every command; each is imported when it is used.

Tables and colours are for people; `--format json` and `--format csv` are for programs and stay stable.
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
"""

from workbench.cli.main import app, main

__all__ = ["app", "main"]
