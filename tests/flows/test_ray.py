"""The same on a local Ray, in an interpreter of its own: Ray stays in the process that started it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.flows.doubles import times
from tests.flows.test_fan_out import ITEMS, expect_each_as_it_should
from workbench.domain import errors

PROGRAM = """
import json, sys
from pathlib import Path
from flows.fan_out import fan_out
from tests.flows.doubles import misbehave, square
from workbench.settings import RayFanOut, Settings
home, items = Path(sys.argv[1]), json.loads(sys.argv[2])
settings = Settings(home=home, fan_out=RayFanOut(kind="ray", workers=2))
import ray
ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
done = [(each.item, each.result, type(each.error).__name__ if each.error else None)
        for each in fan_out(misbehave, items, settings)]
taken, furthest_ahead, squares = [], 0, []
def items():
    for number in range(20):
        taken.append(number)
        yield number
for each in fan_out(square, items(), settings):
    squares.append(each.result)
    furthest_ahead = max(furthest_ahead, len(taken) - len(squares))
(failed,) = fan_out(misbehave, ["bug"], settings)
try:
    list(fan_out(misbehave, ["gone"], settings))
    ended = None
except Exception as error:
    ended = str(error)
nothing = list(fan_out(square, [], settings))
print(json.dumps({"done": done, "squares": sorted(squares), "told": str(failed.error), "ended": ended,
                  "ahead": furthest_ahead, "nothing": nothing}))
"""


def test_ray_does_what_processes_do(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root), "RAY_USAGE_STATS_ENABLED": "0", "RAY_TMPDIR": "/tmp"}
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), json.dumps(ITEMS)],
        cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr[-3000:]
    # Ray tells of dead workers on standard output too, before or after what the program prints.
    answer = json.loads(next(line for line in child.stdout.splitlines() if line.startswith(("{", "["))))
    assert sorted(item for item, _, _ in answer["done"]) == sorted(ITEMS)
    results = {item: (result, getattr(errors, error) if error else None) for item, result, error in answer["done"]}
    expect_each_as_it_should(tmp_path, results)
    assert answer["squares"] == [number**2 for number in range(20)]
    assert len((tmp_path / "done").read_text().split()) == 20
    assert answer["told"] == "a mistake in the program"
    assert "the database is gone" in answer["ended"]
    assert answer["ahead"] <= 4  # two for each worker
    assert answer["nothing"] == []
    assert times(tmp_path, "die-always") == 2  # each task dies by itself, so there is no doubt whose death it was


def test_the_cluster_file_is_one_that_ray_takes() -> None:
    program = """
import sys, yaml
from ray.autoscaler._private.util import prepare_config, validate_config
given = yaml.safe_load(sys.stdin)
prepared = prepare_config(given)
validate_config(prepared)
print(prepared["max_workers"], len(given["provider"]["worker_ips"]))
"""
    text = (Path(__file__).parents[2] / "deploy" / "ray-cluster.yaml").read_text()
    child = subprocess.run(
        [sys.executable, "-c", program], input=text, capture_output=True, text=True, check=False, timeout=100
    )
    assert child.returncode == 0, child.stderr[-3000:]
    assert child.stdout.split() == ["2", "2"], child.stderr
    assert "WARN" not in child.stderr + child.stdout
