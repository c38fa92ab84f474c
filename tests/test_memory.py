"""What a process has freed is the system's again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workbench.memory import return_freed_memory

_BLOCK = 100_000  # below the size that glibc maps, and unmaps, by itself
_BLOCKS = 600


def _resident_bytes() -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="needs glibc")
def test_freed_blocks_below_one_in_use_are_given_back() -> None:
    blocks = [b"x" * _BLOCK for _ in range(_BLOCKS)]
    last = blocks.pop()
    blocks.clear()
    before = _resident_bytes()
    return_freed_memory()
    assert before - _resident_bytes() > _BLOCK * _BLOCKS / 2
    assert len(last) == _BLOCK
