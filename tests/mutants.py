"""Mutation tests: changes one thing of a module at a time and runs the tests that should notice.

`python -m tests.mutants [GROUP[:MODULE,...] ...]` runs the groups of `mutants.toml`, or those named (or only some of their
modules), one after the other, each in a copy of the tree, and prints a score for each module and what the surviving mutants
change. Results are saved: another run repeats only mutants that survived or were not reached, and those of functions that
changed. What survives for a reason stands in docs/mutants.md.
"""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
import textwrap
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".venv" / "mutants"
RESULTS = "mutants.json"
_KINDS = ("killed", "timed out", "survived", "unreached", "not run")


def main(arguments: Sequence[str]) -> int:
    """Runs the groups and prints their results; 2 for a group that is none, 1 if one could not be run."""
    groups = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text(encoding="utf-8"))
    wanted = [argument.partition(":")[::2] for argument in arguments or groups]
    unknown = [name for name, _ in wanted if name not in groups]
    if unknown:
        sys.stderr.write(f"there is no group {unknown[0]}; there are {', '.join(groups)}\n")
        return 2
    failed = 0
    for name, modules in wanted:
        folder = WORK / name
        copy_tree(folder, groups[name])
        shared = os.environ.get("WORKBENCH_TEST_SHARED", str(ROOT.parent / "shared"))
        command = [sys.executable, "-m", "tests.mutant_session", modules]
        failed |= subprocess.run(
            command, cwd=folder, env=os.environ | {"WORKBENCH_TEST_SHARED": shared}, check=False
        ).returncode
        sys.stdout.write(summary(name, folder))
        sys.stdout.flush()
    return min(failed, 1)


def copy_tree(folder: Path, group: Mapping[str, Any]) -> None:
    """Brings a copy of the tree up to date, with the group's modules and tests written beside it for the session."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, folder / name
        content = source.read_bytes() if source.is_file() else None
        if content is not None and not (target.is_file() and target.read_bytes() == content):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    (folder / "group.json").write_text(json.dumps(group), encoding="utf-8")
    (folder / "setup.cfg").write_text("[mutmut]\nsource_paths = workbench\n", encoding="utf-8")


def summary(group: str, folder: Path) -> str:
    """The score of each module, and what the mutants that survived change, as Markdown.

    A mutant that no test reaches counts as one that survived.
    """
    results: dict[str, Any] = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
    lines = [f"## {group}", "", f"| module | {' | '.join(_KINDS)} | score |", "|---|--:|--:|--:|--:|--:|--:|"]
    alive: list[str] = []
    for module, result in results.items():
        count = Counter(result["mutants"].values())
        run = sum(count.values()) - count["not run"]
        score = f"{100 * (count['killed'] + count['timed out']) / run:.1f} %" if run else "-"
        lines.append(f"| {module} | {' | '.join(str(count[kind]) for kind in _KINDS)} | {score} |")
        names = [name for name, kind in result["mutants"].items() if kind in ("survived", "unreached")]
        code = (folder / module).read_text(encoding="utf-8")
        # A module that was left out of this run stands there without its mutants.
        alive += _changes(names, code, result) if "__mutmut_" in code else [f"- {name}" for name in names]
    return "\n".join([*lines, "", *alive, "", ""])


def _changes(names: Sequence[str], code: str, result: Mapping[str, Any]) -> list[str]:
    lines = code.splitlines()

    def body(function: str) -> list[str]:
        first, last = result["spans"][function]
        text = textwrap.dedent("\n".join(lines[first - 1 : last]))
        return text.replace(function, function.partition("__mutmut_")[0]).splitlines()

    shown: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        function = name.rpartition(".")[2]
        original = function.partition("__mutmut_")[0] + "__mutmut_orig"
        changed = [
            line
            for line in difflib.unified_diff(body(original), body(function), n=0, lineterm="")
            if not line.startswith(("---", "+++", "@@"))
        ]
        shown[f"{name} ({result['mutants'][name]})"] += [f"    {line[0]} {line[1:].strip()}" for line in changed]
    return [line for name, changed in shown.items() for line in (f"- {name}", *changed)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
