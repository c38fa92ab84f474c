"""How much memory a process has had at most."""

from __future__ import annotations

import re
from pathlib import Path


def peak_megabytes() -> float:
    """Of this process, by Linux. What `getrusage` tells is no less than its parent had, whose memory a fork begins with."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024
