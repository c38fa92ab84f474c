"""Mutation tests: changes one thing of a module at a time and runs the tests that should notice.

`python -m tests.mutants [GROUP ...]` runs the groups of `mutants.toml`, or those named, one after the other, and prints a
score for each module and the mutants that survived. A group that was interrupted goes on where it stopped. `mutmut show NAME`
in the group's folder shows what a mutant changed. What survives for a reason stands in docs/mutants.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".venv" / "mutants"
# By mutmut's exit codes: the tests noticed, also by not ending; they did not; none of them reaches the function.
_KILLED = {1, 3, 24, -24, 36, 152, -9, -11, 255}
_SURVIVED = {0}
_UNREACHED = {5, 33}


def main(arguments: Sequence[str]) -> int:
    """Runs the groups and prints their results; 2 for a group that is none."""
    groups = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text(encoding="utf-8"))
    unknown = [name for name in arguments if name not in groups]
    if unknown:
        sys.stderr.write(f"there is no group {unknown[0]}; there are {', '.join(groups)}\n")
        return 2
    for name in arguments or groups:
        folder = prepare(WORK / name, groups[name])
        environment = os.environ | {
            "WORKBENCH_TEST_SHARED": os.environ.get("WORKBENCH_TEST_SHARED", str(ROOT.parent / "shared"))
        }
        subprocess.run(
            [sys.executable, "-m", "mutmut", "run", "--max-children", "1"], cwd=folder, env=environment, check=False
        )
        sys.stdout.write(summary(name, folder / "mutants"))
        sys.stdout.flush()
    return 0


def prepare(folder: Path, group: Mapping[str, Any]) -> Path:
    """Brings a copy of the tree up to date, with mutmut's settings for the group; files that are the same stay untouched."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, folder / name
        content = source.read_bytes() if source.is_file() else None
        if content is not None and not (target.is_file() and target.read_bytes() == content):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    top = str(group["modules"][0]).split("/")[0]
    lists = {
        "source_paths": [top],
        "only_mutate": group["modules"],
        "also_copy": [name for name in ("workbench", "db", "api", "flows") if name != top],
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": group["tests"],
    }
    lines = ["[mutmut]", "use_setproctitle = false"]
    for key, values in lists.items():
        lines += [f"{key} =", *(f"    {value}" for value in values)]
    (folder / "setup.cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def results(mutants: Path) -> Iterator[tuple[str, str, int | None]]:
    """Of each mutant its module, its name and mutmut's exit code; None for one that was not run."""
    for file in sorted(mutants.rglob("*.py.meta")):
        module = str(file.relative_to(mutants)).removesuffix(".meta")
        for name, code in json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            yield module, name, code


def summary(group: str, mutants: Path) -> str:
    """The score of each module, and the names of what survived, as Markdown.

    A mutant that no test reaches counts as one that survived.
    """
    counts: dict[str, Counter[str]] = {}
    alive: list[str] = []
    for module, name, code in results(mutants):
        kind = "not run" if code is None else "killed" if code in _KILLED else "survived" if code in _SURVIVED else "other"
        kind = "unreached" if code in _UNREACHED else kind
        counts.setdefault(module, Counter())[kind] += 1
        if kind in ("survived", "unreached"):
            alive.append(f"- {name}" + (" (no test reaches it)" if kind == "unreached" else ""))
    kinds = ("killed", "survived", "unreached", "other", "not run")
    lines = [f"## {group}", "", f"| module | {' | '.join(kinds)} | score |", "|---|--:|--:|--:|--:|--:|--:|"]
    for module, count in counts.items():
        run = count["killed"] + count["survived"] + count["unreached"]
        score = f"{100 * count['killed'] / run:.0f} %" if run else "-"
        cells = [str(count[kind]) for kind in kinds]
        lines.append(f"| {module} | {' | '.join(cells)} | {score} |")
    return "\n".join([*lines, "", *alive, "", ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
