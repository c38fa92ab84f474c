"""One run of mutation tests: mutates the modules of a group in place, then runs the tests that reach each mutant.

For `tests.mutants`, which starts it in a copy of the tree. Tests are collected once and run once as they are, which sets up
their session and notes which functions each one reaches; then a process is forked for each mutant, so that a mutant costs
its tests and nothing else. A forked process opens database connections of its own and empties the caches of functions.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import _lru_cache_wrapper
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from mutmut.mutation import trampoline
from mutmut.mutation.file_mutation import mutate_file_contents

from tests.mutants import RESULTS

# Processor time that a mutant may use: so many times that of its tests, and some seconds. Other programs do not count in it.
_TIMES, _SECONDS = 10, 5
# A mutant that waits for something uses no processor time. The machine may be busy, so this limit is wide.
_WAITING_TIMES, _WAITING_SECONDS = 4, 30
_SURVIVED, _KILLED = 0, 1
_OPEN = ("not run", "survived", "unreached")
_OURS = ("workbench.", "db.", "api.", "flows.")


def mutate(modules: Iterable[str], earlier: dict[str, Any], only: Collection[str] = ()) -> dict[str, Any]:
    """Writes all mutants of each module into it, to be chosen between at run time; only of the modules of these names, if any.

    Returns by module the hashes of its functions, the lines of each mutant and the results so far: those of `earlier`, for
    functions that are the same.
    """
    results = {}
    for module in sorted({str(file) for pattern in modules for file in Path().glob(pattern)}):
        file = Path(module)
        if only and file.stem not in only:
            results |= {module: earlier[module]} if module in earlier else {}
            continue
        mutated = mutate_file_contents(module, file.read_text(encoding="utf-8"))
        file.write_text(mutated.code, encoding="utf-8")
        before = earlier.get(module, {"hashes": {}, "mutants": {}})
        hashes = dict(mutated.hash_by_function_name)
        kinds = {}
        for mutant in mutated.mutant_names:
            name = f"{module.removesuffix('.py').replace('/', '.')}.{mutant}"
            function = mutant.partition("__mutmut_")[0]
            is_same = hashes.get(function) is not None and hashes.get(function) == before["hashes"].get(function)
            kinds[name] = before["mutants"].get(name, "not run") if is_same else "not run"
        spans = {name: (span.start, span.end) for name, span in mutated.line_span_by_function_name.items()}
        results[module] = {"hashes": hashes, "mutants": kinds, "spans": spans}
    return results


class MutantSession:
    """A plugin of pytest that runs the collected tests as they are, then against each mutant of the modules of these names.

    Without names against all.
    """

    def __init__(self, results: dict[str, Any], only: Collection[str] = ()) -> None:
        self._results = results
        self._only = only
        self._has_failed = False
        # By test: processor time, and time by the clock.
        self._seconds: dict[str, float] = {}
        self._duration: dict[str, float] = {}
        self._reaching: defaultdict[str, list[pytest.Item]] = defaultdict(list)
        self._engines: list[sa.Engine] = []
        self._caches: list[Any] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self._has_failed:
            self._has_failed = True
            Path("failed.txt").write_text(f"{report.nodeid}\n{report.longreprtext}\n", encoding="utf-8")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._run_unchanged(session.items)
        if self._has_failed:
            raise pytest.UsageError("tests fail without any mutant; see failed.txt")
        objects = gc.get_objects()
        self._engines = [each for each in objects if isinstance(each, sa.Engine)]
        caches = (each for each in objects if isinstance(each, _lru_cache_wrapper))
        self._caches = [each for each in caches if str(getattr(each, "__module__", "")).startswith(_OURS)]
        del objects
        gc.freeze()
        if self._forked("", session.items) != "survived":
            raise pytest.UsageError("tests fail in a forked process without any mutant; see failed.txt")
        todo = [
            (result["mutants"], name)
            for module, result in self._results.items()
            if not self._only or Path(module).stem in self._only
            for name, kind in result["mutants"].items()
            if kind in _OPEN
        ]
        for number, (mutants, name) in enumerate(todo, start=1):
            reaching = self._reaching[name.partition("__mutmut_")[0]]
            mutants[name] = self._forked(name, reaching) if reaching else "unreached"
            sys.__stderr__.write(f"{number} of {len(todo)}: {name} {mutants[name]}\n")
            _save(self._results)
        return True

    def _run_unchanged(self, items: Sequence[pytest.Item]) -> None:
        reached: set[str] = set()
        trampoline.record_trampoline_hit = lambda name, **_: reached.add(name)
        trampoline.set_mutant_under_test("stats")
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            reached.clear()
            used, started = time.process_time(), time.monotonic()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            self._seconds[item.nodeid] = time.process_time() - used
            self._duration[item.nodeid] = time.monotonic() - started
            for function in reached:
                self._reaching[function].append(item)
        trampoline.set_mutant_under_test("")
        for reaching in self._reaching.values():
            reaching.sort(key=lambda item: self._duration[item.nodeid])

    def _forked(self, name: str, items: Sequence[pytest.Item]) -> str:
        """Runs these tests against a mutant (`name` empty: against none) in a process of its own."""
        process = os.fork()
        if not process:
            self._run_mutant(name, items)
        waiting = _WAITING_SECONDS + _WAITING_TIMES * sum(self._duration[item.nodeid] for item in items)
        deadline = time.monotonic() + waiting
        pause = 0.001
        try:
            while not (ended := os.waitpid(process, os.WNOHANG))[0]:
                if time.monotonic() > deadline:
                    os.killpg(process, signal.SIGKILL)
                    deadline = float("inf")
                time.sleep(pause)
                pause = min(pause * 1.5, 0.05)
        except BaseException:
            os.killpg(process, signal.SIGKILL)
            raise
        status = ended[1]
        if os.WIFSIGNALED(status):
            return "timed out" if os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGXCPU) else "killed"
        return "survived" if os.WEXITSTATUS(status) == _SURVIVED else "killed"

    def _run_mutant(self, name: str, items: Sequence[pytest.Item]) -> None:
        """In the forked process; never returns."""
        try:
            os.setpgid(0, 0)
            limit = ceil(time.process_time() + _SECONDS + _TIMES * sum(self._seconds[item.nodeid] for item in items))
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
            with open(os.devnull, "w", encoding="utf-8") as nothing:
                sys.stdout = sys.stderr = nothing
                # The connections are the parent's, to be neither used nor closed here; unreferenced ones would complain.
                inherited = [engine.pool for engine in self._engines]
                for engine in self._engines:
                    engine.dispose(close=False)
                for cached in self._caches:
                    cached.cache_clear()
                trampoline.set_mutant_under_test(name)
                items[0].session._setupstate.teardown_exact(items[0])
                for item, following in zip(items, [*items[1:], items[0]], strict=True):
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                    if self._has_failed:
                        os._exit(_KILLED)
                del inherited
        except BaseException:  # noqa: BLE001 - whatever a mutant raises is noticed, and must not reach the parent's code
            os._exit(_KILLED)
        os._exit(_SURVIVED)


def _save(results: dict[str, Any]) -> None:
    Path(RESULTS).write_text(json.dumps(results, indent=1), encoding="utf-8")


def main(names: str) -> int:
    """Runs the group of the folder, or its modules of these names (separated by commas); pytest's exit status."""
    only = set(filter(None, names.split(",")))
    group = json.loads(Path("group.json").read_text(encoding="utf-8"))
    earlier = json.loads(Path(RESULTS).read_text(encoding="utf-8")) if Path(RESULTS).is_file() else {}
    results = mutate(group["modules"], earlier, only)
    _save(results)
    left_out = " and ".join(f"not {mark}" for mark in ("benchmark", "browser", *group.get("without", ())))
    # A failed test needs no explanation here, and to write one takes longer than most tests.
    cheaply = ["--tb=native", "--assert=plain", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"]
    arguments = ["-q", *cheaply, "-m", left_out]
    return int(pytest.main([*arguments, *group["tests"]], plugins=[MutantSession(results, only)]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
