"""Building the marts with dbt, which lives in an environment of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from workbench.deadlines.programs import run_program
from workbench.domain.errors import SetupError
from workbench.domain.operations.marts import MartsBuild
from workbench.parse.dbt_results import parse_build

HINT = "install dbt-core and dbt-postgres in an environment of their own and set WORKBENCH_MARTS__DBT to its bin/dbt"


def find_dbt(program: str) -> str | None:
    """The executable that a path or a name on PATH means; None when there is none."""
    return shutil.which(Path(program).expanduser() if os.sep in program else program)


class DbtMarts:
    """A MartsBuilder: runs the dbt project in `project` over the PostgreSQL at `url`, and writes into `folder` only."""

    def __init__(self, program: str, url: str, *, project: Path, folder: Path, timeout_seconds: float) -> None:
        self._program = program
        self._url = url
        self._project = project
        self._folder = folder
        self._timeout_seconds = timeout_seconds

    def build(self) -> MartsBuild:
        """Builds every mart and tests every expectation; each of its two commands ends within `timeout_seconds`.

        Raises SetupError when dbt is not there, cannot begin, or takes longer.
        """
        program = find_dbt(self._program)
        if program is None:
            raise SetupError(f"there is no dbt at {self._program!r}", hint=HINT)
        results = self._folder / "target" / "run_results.json"
        results.unlink(missing_ok=True)
        output = self._run(program, "build")
        if not results.is_file():  # it ends with 1 for a broken expectation too, and then there are results
            raise SetupError(
                f"dbt could not begin: {_last_line(output)}", hint="run `dbt debug` by hand; dbt-postgres is needed"
            )
        content = results.read_bytes()  # the next command writes its own
        self._run(program, "docs", "generate", "--static", "--no-compile")
        pages = self._folder / "target" / "static_index.html"
        documentation = pages.read_bytes() if pages.is_file() else b""
        manifest = (self._folder / "target" / "manifest.json").read_bytes()
        return parse_build(content, manifest, documentation=documentation)

    def _run(self, program: str, *command: str) -> str:
        folders = ["--project-dir", self._project, "--profiles-dir", self._project, "--target-path", self._folder / "target"]
        self._folder.mkdir(parents=True, exist_ok=True)
        asked = [
            program,
            "--no-use-colors",
            "--log-path",
            self._folder / "logs",
            "--log-level-file",
            "none",
            *command,
            *folders,
        ]
        try:
            done = run_program(
                [str(part) for part in asked],
                seconds=self._timeout_seconds,
                environment=_environment(self._url),
                folder=self._folder,
            )
        except TimeoutError:
            hint = "look for locks in the database, or raise WORKBENCH_MARTS__TIMEOUT_SECONDS"
            raise SetupError(f"dbt took longer than {self._timeout_seconds:,.0f} s", hint=hint) from None
        except OSError as error:
            raise SetupError(f"{program} cannot be run: {error.strerror}", hint=HINT) from error
        return (done.output + done.errors).decode("utf-8", "replace")


def _environment(url: str) -> dict[str, str]:
    """What the project's profile reads: the parts of a PostgreSQL URL, whose host may be a folder of sockets."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    of_ours = {
        "MARTS_HOST": options.get("host") or parts.hostname or "localhost",
        "MARTS_PORT": str(options.get("port") or parts.port or 5432),
        "MARTS_USER": unquote(parts.username or "postgres"),
        "MARTS_PASSWORD": unquote(parts.password or ""),
        "MARTS_DATABASE": unquote(parts.path.lstrip("/")),
        "MARTS_SSLMODE": options.get("sslmode", "prefer"),
        "DO_NOT_TRACK": "1",
    }
    # Nothing else of this program's settings is dbt's business, and it may have a Python of its own.
    stored = {
        name: value for name, value in os.environ.items() if not name.startswith(("WORKBENCH_", "PYTHON", "VIRTUAL_ENV"))
    }
    return stored | of_ours


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it wrote nothing"
