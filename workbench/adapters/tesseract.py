"""Text recognition by Tesseract, a program of its own (Debian: `apt-get install tesseract-ocr`)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.deadlines.programs import run_program
from workbench.domain.errors import MalformedDocument, SetupError

HINT = "install it (Debian: apt-get install tesseract-ocr), or set WORKBENCH_OCR__PROGRAM to its path"


def find_tesseract(program: str) -> str | None:
    """The executable that a path or a name on PATH means; None when there is none."""
    return shutil.which(Path(program).expanduser() if os.sep in program else program)


class Tesseract:
    """A TextRecognizer: one run of the program for each picture, which ends within `timeout_seconds`."""

    name = "tesseract"

    def __init__(self, program: str, *, languages: str, timeout_seconds: float) -> None:
        self._program = program
        self._languages = languages
        self._timeout_seconds = timeout_seconds

    def recognize(self, picture: bytes) -> str:
        """The text in a picture (PGM, PNG, TIFF, JPEG), its paragraphs parted by blank lines; empty where there is none.

        Raises SetupError when the program or a language is not installed, MalformedDocument when it takes longer or fails.
        """
        program = find_tesseract(self._program)
        if program is None:
            raise SetupError(f"there is no Tesseract at {self._program!r}", hint=HINT)
        with TemporaryDirectory(prefix="workbench-ocr-") as folder:
            file = Path(folder) / "page"
            file.write_bytes(picture)
            command = [program, str(file), "stdout", "-l", self._languages]
            try:
                # One thread a page: pages of several documents share the cores.
                environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
                done = run_program(command, seconds=self._timeout_seconds, environment=environment)
            except TimeoutError as error:
                raise MalformedDocument(f"text recognition was ended: {error}") from None
            except OSError as error:
                raise SetupError(f"{program} cannot be started: {error.strerror}", hint=HINT) from None
        if done.code != 0:
            errors = done.errors.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.code}"]
            if any("language" in line for line in errors):
                raise SetupError(f"Tesseract cannot read {self._languages}: {errors[-1]}", hint="install its language data")
            raise MalformedDocument(f"text recognition failed: {errors[-1]}")
        return done.output.decode("utf-8", "replace").replace("\f", "").strip()
