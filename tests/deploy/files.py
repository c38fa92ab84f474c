"""The files of `deploy`, and the programs that they are for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"


def tool(name: str) -> str:
    """The path of a program; the test is skipped without it."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*command: str | Path, cwd: Path = DEPLOY, **environment: str) -> str:
    """What the program prints; fails with both of its outputs."""
    ran = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def compose() -> dict[str, Any]:
    """compose.yaml as it stands, with the object store that it has by default."""
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    store = yaml.safe_load((DEPLOY / "objects" / "seaweedfs.yaml").read_text())["services"]["objects"]
    loaded["services"]["objects"] |= store
    return loaded
