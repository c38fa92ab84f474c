"""The command line: `workbench --help`. One module a subject; each adds its commands to `app` in `main`.

Tables and colours are for people; `--format json` and `--json` are for machines and stay stable.
Exit codes: 0 done, 1 could not, 2 asked wrongly, 130 interrupted.
"""

from workbench.cli.main import app, main

__all__ = ["app", "main"]
